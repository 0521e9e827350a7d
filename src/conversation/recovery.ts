/**
 * What is done when a stream is lost, or is about to grow too old: another takes its place, with what was said and
 * what the caller is still owed.
 */
import { gatewayError } from "../base/errors.ts";
import { LIMITS } from "../base/limits.ts";
import { speakOnArrival } from "./arrival.ts";
import { backoff } from "./backoff.ts";
import { endSession } from "./ending.ts";
import type { StreamEnd } from "./events.ts";
import { ask, oweAgain, owedCue } from "./owed.ts";
import type { Stream } from "./stream-book.ts";
import { openNext, replaceLive, takeOverIfReady } from "./stream-care.ts";
import { emit, isQuiet, setTimer, type Talk } from "./talk.ts";
import { deafMoveMissed, moveMissed } from "./transition.ts";
import { interrupt, settleAnswer } from "./turns.ts";
import { withhold } from "./withheld.ts";

const HOUR_MS = 3_600_000;

export function streamEnded(talk: Talk, stream: Stream, end: StreamEnd): void {
  talk.streams.remove(stream.generation);
  talk.usage.settle(stream.generation);
  switch (stream.role) {
    case "leaving":
      return;
    case "standby":
      emit(talk, { type: "timer.clear", timer: "standby" });
      return;
    case "draining":
      return drainingEnded(talk, stream, end);
    case "next":
      if (talk.moving) return moveMissed(talk);
      talk.streams.missedHandOvers++;
      setTimer(talk, "rotate", backoff(talk, talk.streams.missedHandOvers));
      return;
    case "live":
      return liveEnded(talk, stream, end);
  }
}

function drainingEnded(talk: Talk, stream: Stream, end: StreamEnd): void {
  emit(talk, { type: "timer.clear", timer: "drain" });
  // Results that nobody has spoken of yet were told to the live stream as they came.
  const known = talk.untold.length > 0;
  const broken = endBrokenAnswer(talk, stream);
  if (broken && end.type === "filtered") withhold(talk);
  if (talk.arrival) return speakOnArrival(talk);
  const cue = broken && !known ? owedCue(talk) : null;
  if (cue) ask(talk, cue.text);
}

function liveEnded(talk: Talk, stream: Stream, end: StreamEnd): void {
  talk.streams.deafSince ??= talk.now;
  talk.callerSpeaking = false;
  endBrokenAnswer(talk, stream);
  if (end.type === "filtered") {
    // Its sound would be refused as its words were.
    talk.caller.account(talk.caller.position);
    withhold(talk);
  }
  const owed = talk.turn.unanswered !== null || talk.untold.length > 0;
  // A stream that never began was asked nothing, and cannot have choked on it.
  if (owed && stream.state.type === "open") talk.turn.lost++;
  // Nobody is left to say a last word.
  if (talk.moving) talk.moving.farewell = false;
  const next = talk.streams.next;
  if (next?.state.type === "waiting") return takeOverIfReady(talk);
  if (next) {
    next.role = "live";
    return;
  }
  recover(talk, stream, end);
}

/** The stream took the rest of its answer with it. True when that leaves the caller without an answer. */
function endBrokenAnswer(talk: Talk, { generation }: Stream): boolean {
  const answer = talk.answer;
  if (answer?.generation !== generation || answer.sent) return false;
  const owed = oweAgain(talk, answer);
  if (!interrupt(talk, "recovery")) settleAnswer(talk);
  answer.sent = true;
  return owed;
}

function recover(talk: Talk, stream: Stream, end: StreamEnd): void {
  // A caller who listens or thinks gives a stream nothing to prove itself with but that it lasts.
  if (stream.state.type === "open" && talk.now - stream.state.since >= LIMITS.streamWorksMs)
    talk.streams.failures = 0;
  talk.streams.failures++;
  talk.streams.losses++;
  const isSpent = talk.streams.failures > LIMITS.streamAttempts;
  if (
    talk.streams.losses <= mayLose(talk) &&
    deafMoveMissed(talk, stream, isSpent || end.type === "refused")
  ) {
    // Another door, which was not tried so far.
    talk.streams.failures = 0;
    setTimer(talk, "reopen", 0);
    return;
  }
  if (end.type === "refused") {
    endSession(talk, { type: "error", error: gatewayError("model_refused", undefined, end.cause) });
    return;
  }
  if (isSpent || talk.streams.losses > mayLose(talk)) {
    const code = end.type === "busy" ? "model_busy" : "model_unavailable";
    const cause = end.type === "finished" ? "the stream finished unasked" : end.cause;
    endSession(talk, { type: "error", error: gatewayError(code, undefined, cause) });
    return;
  }
  // A stream that worked and was lost is replaced at once; a door that stays shut is given time.
  const wasOpen = stream.state.type === "open" && talk.streams.failures === 1;
  setTimer(talk, "reopen", wasOpen ? 0 : backoff(talk, talk.streams.failures));
}

/** A call that goes on for longer may meet more. */
const mayLose = ({ now, startedAt }: Talk): number =>
  LIMITS.sessionLosses * Math.max(1, Math.ceil((now - startedAt) / HOUR_MS));

/** Dials again: for the stream that hears the caller, or for a move whose door stayed shut. */
export function reopen(talk: Talk): void {
  if (talk.streams.live !== null) {
    if (talk.moving && talk.streams.next === null) openNext(talk, "transition", talk.moving.to);
    return;
  }
  const reason = talk.greeted || talk.transcript.entries.length > 0 ? "recovery" : "start";
  const deafSince = talk.streams.deafSince ?? talk.now;
  const missed = talk.now - deafSince + LIMITS.replayRingMs;
  const listensFrom = reason === "start" ? 0 : talk.caller.position - missed;
  replaceLive(talk, reason, segmentToServe(talk), listensFrom);
}

/** Where the talk is, or is on its way to. */
export const segmentToServe = (talk: Talk): string => talk.moving?.to ?? talk.visits.present.segment;

/** A wish for a fresh stream, from when any silence will do until it comes at once. Ms since the Unix epoch. */
export interface RotationWish {
  /** Streams opened later are fresh enough. */
  readonly generation: number;
  readonly from: number;
  readonly until: number;
}

/** An operator's word. A stream that is being dialled is fresh enough. */
export function wishRotation(talk: Talk): void {
  const live = talk.streams.live;
  if (live?.state.type === "open")
    wish(talk, { generation: live.generation, from: talk.now, until: talk.now + LIMITS.rotateWishMs });
}

/** The credentials that all streams so far were opened with are no good from `at` on. */
export const credentialsExpire = (talk: Talk, at: number): void =>
  wish(talk, {
    generation: talk.streams.opened,
    from: at - LIMITS.credentialsLeadMs,
    until: at - LIMITS.credentialsAtOnceMs,
  });

function wish(talk: Talk, wished: RotationWish): void {
  const { generation } = wished;
  const before = talk.rotationWishes.find((other) => other.generation === generation) ?? wished;
  talk.rotationWishes = [
    ...wishesFor(talk).filter((other) => other !== before),
    {
      generation,
      from: Math.min(before.from, wished.from),
      until: Math.min(before.until, wished.until),
    },
  ];
  rotate(talk, "timer");
}

/** Wishes that the live stream has yet to meet. */
const wishesFor = ({ rotationWishes, streams }: Talk): readonly RotationWish[] =>
  rotationWishes.filter(({ generation }) => (streams.live?.generation ?? 0) <= generation);

/**
 * Moves to a fresh stream when the present one is old enough for the moment: at a turn's end first, then at any
 * silence, then whatever happens. A wish has its own silence and its own last moment.
 */
export function rotate(talk: Talk, moment: "turn_end" | "timer"): void {
  const live = talk.streams.live;
  if (live?.state.type !== "open" || talk.streams.next !== null) return;
  if (talk.moving) {
    // The move brings a fresh stream; should it come to nothing, this one is still to be replaced.
    if (moment === "timer") setTimer(talk, "rotate", LIMITS.rotateLookMs);
    return;
  }
  const limits = talk.agent.limits;
  const opened = live.state.since;
  const wishes = wishesFor(talk);
  const silenceAt = Math.min(opened + limits.rotateAtSilenceMs, ...wishes.map(({ from }) => from));
  const onceAt = Math.min(opened + limits.rotateAtOnceMs, ...wishes.map(({ until }) => until));
  const turnEndAt = opened + limits.rotateAtTurnEndMs;
  const due =
    talk.now >= onceAt ||
    (isQuiet(talk) && (talk.now >= silenceAt || (talk.now >= turnEndAt && moment === "turn_end")));
  if (due) return openNext(talk, "rotation", live.segment);
  if (moment === "turn_end") return;
  const until = talk.now < silenceAt ? silenceAt - talk.now : LIMITS.rotateLookMs;
  setTimer(talk, "rotate", Math.min(until, onceAt - talk.now));
}
