/**
 * A microphone made of a recording: frames at the pace of time, silence before and after. Catches up when the
 * process was late, so that the far end's clock, which counts samples, stays right.
 */
import { bytesPerMs, type SampleRate } from "../../src/audio/format.ts";

/** Length of a frame, in ms: what telephones and browsers send. */
const FRAME_MS = 20;

export class Microphone {
  readonly #frameBytes: number;
  readonly #send: (pcm: Uint8Array) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #startedAt = performance.now();
  #framesSent = 0;
  #recording: { readonly pcm: Uint8Array; at: number; readonly ended: () => void } | null = null;

  /** Sends silence from now on. */
  constructor(rate: SampleRate, send: (pcm: Uint8Array) => void) {
    this.#frameBytes = FRAME_MS * bytesPerMs(rate);
    this.#send = send;
    this.#timer = setInterval(() => this.#sendDue(), FRAME_MS);
  }

  /** Plays `pcm` into the stream; settles when its last frame is sent. */
  play(pcm: Uint8Array): Promise<void> {
    return new Promise((ended) => {
      this.#recording = { pcm, at: 0, ended };
    });
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #sendDue(): void {
    const due = Math.floor((performance.now() - this.#startedAt) / FRAME_MS);
    for (; this.#framesSent < due; this.#framesSent += 1) this.#send(this.#nextFrame());
  }

  #nextFrame(): Uint8Array {
    const frame = new Uint8Array(this.#frameBytes);
    const recording = this.#recording;
    if (recording === null) return frame;
    frame.set(recording.pcm.subarray(recording.at, recording.at + this.#frameBytes));
    recording.at += this.#frameBytes;
    if (recording.at >= recording.pcm.byteLength) {
      this.#recording = null;
      recording.ended();
    }
    return frame;
  }
}
