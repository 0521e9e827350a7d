/**
 * A stream on its way out. It may end the answer it is speaking, and use the tools that this takes, but it may begin
 * nothing, and it may not stay for ever: it hears nobody, and the account has only so many streams.
 */
import { LIMITS } from "../base/limits.ts";
import type { Answer } from "./answer.ts";
import { speakOnArrival } from "./arrival.ts";
import type { Stream } from "./stream-book.ts";
import { emit, keep, setTimer, type Talk, tell } from "./talk.ts";

/** Leaves `stream` to end its answer. One that was draining already has had its time. */
export function drain(talk: Talk, stream: Stream): void {
  const before = talk.streams.draining;
  if (before) dismiss(talk, before);
  stream.role = "draining";
  setTimer(talk, "drain", LIMITS.drainMs);
}

/** Asks `stream` to close, once. Its last words may still come. */
export function dismiss(talk: Talk, stream: Stream): void {
  if (stream.role === "leaving") return;
  const drained = stream.role === "draining";
  if (drained) emit(talk, { type: "timer.clear", timer: "drain" });
  if (stream.role === "standby") emit(talk, { type: "timer.clear", timer: "standby" });
  stream.role = "leaving";
  emit(talk, { type: "stream.finish", generation: stream.generation });
  if (drained) speakOnArrival(talk);
}

/** The answer goes on record in its place, as far as it is known. */
export function enter(talk: Talk, answer: Answer): void {
  const text = answer.wording();
  const interrupted = answer.cut !== null;
  if (answer.index === null)
    answer.index = talk.transcript.add({
      type: "agent",
      turn: answer.turn,
      at: talk.now,
      segment: answer.segment,
      text,
      interrupted,
    });
  else talk.transcript.correct(answer.index, text, interrupted);
}

/** All audio of the answer is out, or nothing more of it is wanted; a stream that stayed for it may go. */
export function closeAnswer(talk: Talk, answer: Answer): void {
  if (answer.sent) return;
  answer.endAudio();
  answer.sent = true;
  if (answer.firstAudioAt !== null && answer.cut === null) {
    // Its final words are still to come. Should the object be lost before, nobody is to hear it twice.
    if (answer.wording() !== "") {
      enter(talk, answer);
      keep(talk);
    }
    tell(talk, { type: "answer", answer: answer.number, turn: answer.turn, state: "ended" });
  }
  const stream = talk.streams.draining;
  if (stream?.generation === answer.generation) dismiss(talk, stream);
}

/** The draining stream took too long. */
export function drainTimedOut(talk: Talk): void {
  const stream = talk.streams.draining;
  if (!stream) return;
  if (talk.answer?.generation === stream.generation) closeAnswer(talk, talk.answer);
  dismiss(talk, stream);
}
