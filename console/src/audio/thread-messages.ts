/**
 * What the page and its two audio threads tell one another.
 */
import type { Position } from "./jitter-buffer.ts";

/** Names under which the threads' processors are registered. */
export const CAPTURE = "antiphon-capture";
export const PLAYBACK = "antiphon-playback";

/** From the capture thread, once per frame. */
export interface Captured {
  readonly frame: Int16Array<ArrayBuffer>;
  /** Root mean square of the frame, 0..1. */
  readonly rms: number;
}

/** To the playback thread. */
export type PlaybackOrder =
  | { readonly type: "push"; readonly answer: number; readonly samples: Int16Array }
  | { readonly type: "end"; readonly answer: number }
  | { readonly type: "drop"; readonly answer: number };

/** From the playback thread: regularly, and at once after a drop. */
export interface PlaybackReport {
  /** What has left the thread; what is heard lags behind by the device's latency. */
  readonly position: Position | null;
  /** Answers that have given way to the next one since the last report. */
  readonly finished: readonly Position[];
  readonly playing: boolean;
  readonly queuedMs: number;
  readonly underruns: number;
  /** Root mean square since the last report, 0..1. */
  readonly rms: number;
  /** The answer that was dropped, when this report answers a drop. */
  readonly dropped: number | null;
}
