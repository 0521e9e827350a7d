/**
 * A move to another segment that is on its way, and how it is given up: whoever waits for it is told why the talk stays.
 */
import { type GatewayError, gatewayError } from "../base/errors.ts";
import { LIMITS } from "../base/limits.ts";
import type { ToolOutcome, TransitionCause } from "./events.ts";
import { ask } from "./owed.ts";
import { segmentNamed, unmetOf } from "./segments.ts";
import { emit, setTimer, type Talk, tell, tellError } from "./talk.ts";
import { type FailedOutcome, failed } from "./tool-failure.ts";
import { missingWords, stayedCue } from "./words.ts";

/** A tool use that the stream which wished the move waits for. */
export interface Held {
  readonly generation: number;
  readonly use: string;
  /** What it is told if the move comes to nothing; null for the wish itself. */
  readonly outcome: ToolOutcome | null;
  /** The wish itself, as the client is told of it should it fail. */
  readonly wish?: { readonly call: string; readonly name: string };
}

export interface Move {
  readonly to: string;
  readonly by: TransitionCause;
  /** Of this wish, and of those that it has overtaken. */
  readonly held: readonly Held[];
  /** The voice that leaves was asked for a last word and has not begun it. */
  farewell: boolean;
  /** The voice that leaves was asked for a last word: should it stay after all, it is told so. */
  readonly hasLeave: boolean;
  /** Streams that were dialled for it and stayed shut. */
  attempts: number;
}

/** Where the talk has come to, until its new voice was told to speak. */
export interface Arrival {
  readonly by: TransitionCause;
}

/** A way that facts opened, and that no stream could be had for: it is tried again at turns' ends. */
export interface MissedWay {
  readonly to: string;
  /** Streams that were dialled for it and stayed shut. */
  readonly attempts: number;
  /** Ms since the Unix epoch. */
  readonly notBefore: number;
}

/** Why the talk may not go there. `missing` are the meanings of facts that do not hold. */
export interface Refusal {
  readonly reason: "unknown" | "here" | "no_way" | "facts";
  readonly missing: readonly string[];
  /** Where there is no such segment: the one that was probably meant, of those that whoever wished it may know. */
  readonly near?: string | null;
}

/** A refusal as a client or an operator is told it. */
export function refusalError({ reason, missing, near = null }: Refusal): GatewayError {
  switch (reason) {
    case "unknown":
      return gatewayError("segment_unknown", near === null ? undefined : `Did you mean "${near}"?`);
    case "here":
      return gatewayError("segment_refused", "The session is in that segment already.");
    case "no_way":
      return gatewayError("segment_refused", "No way for a client leads there from the present segment.");
    case "facts":
      return gatewayError("segment_refused", `First this must be so: ${missing.join("; ")}.`);
  }
}

/** A refusal as the log is told it. */
export function logRefusal(talk: Talk, to: string, by: TransitionCause, { reason, missing }: Refusal): void {
  emit(talk, {
    type: "log",
    event: "transition_refused",
    fields: { from: talk.visits.present.segment, to, by, reason, missing: missing.join("; ") },
  });
}

/** The talk stays where it is. `why` is told to a wish that waits; what else was held back goes to whom it is for. */
export function giveUp(talk: Talk, why: FailedOutcome): boolean {
  const { moving } = talk;
  if (!moving) return false;
  talk.moving = null;
  if (moving.by === "budget") talk.spent = "stays";
  emit(talk, { type: "timer.clear", timer: "farewell" });
  // The move was to bring a fresh stream; how old the present one is nobody has looked at meanwhile.
  setTimer(talk, "rotate", LIMITS.rotateLookMs);
  let told = false;
  for (const { generation, use, outcome, wish } of moving.held) {
    if (wish) {
      tell(talk, { type: "tool_started", ...wish, arguments: null });
      tell(talk, { type: "tool_ended", ...wish, outcome: why, ms: 0 });
    }
    const asker = talk.streams.get(generation);
    if (asker?.role !== "live" || asker.state.type !== "open") continue;
    emit(talk, { type: "stream.tool_result", generation, use, outcome: outcome ?? why });
    told = true;
  }
  if (moving.hasLeave && !told) ask(talk, stayedCue(why.say));
  return true;
}

/**
 * Whether the talk may still arrive at `to`: what that segment requires may have been taken back since the move was
 * wished. Where it may not, the move is given up, and told as one that was refused at once.
 */
export function mayArrive(talk: Talk, to: string): boolean {
  if (to === talk.visits.present.segment) return true;
  const missing = unmetOf(talk, segmentNamed(talk, to).requires);
  if (missing.length === 0) return true;
  const refusal: Refusal = { reason: "facts", missing };
  const by = talk.moving?.by ?? "operator";
  logRefusal(talk, to, by, refusal);
  if (by === "client") tellError(talk, refusalError(refusal));
  giveUp(talk, failed("not_allowed", missingWords(missing)));
  return false;
}
