/**
 * A speech model in one region, as whoever chooses between regions sees it: a stream takes its place there first, and
 * where there is none the door says so at once, or waits for one.
 */
import type { ModelEvent, StreamTarget } from "../conversation/events.ts";
import type { ModelStream, SpeechModel } from "./speech-model.ts";

export type DoorEvent =
  | ModelEvent
  /** The stream has its place, or does without: it is being dialled. */
  | { readonly type: "placed" }
  /** There is no place for it, and nothing more will be heard of it. */
  | { readonly type: "full"; readonly cause: string };

export interface RegionDoor extends Pick<SpeechModel, "capabilities"> {
  /** As `SpeechModel.open`. `waits`: for a place to fall free, `LIMITS.placeWaitMs` at most; else `full` comes at once. */
  open(target: StreamTarget, sink: (event: DoorEvent) => void, waits: boolean): ModelStream;
}
