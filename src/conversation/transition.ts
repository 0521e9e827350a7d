/**
 * Moving the talk to another segment: who may wish it, what stands in the way, and how it is done without a gap. The
 * stream for it is dialled at once (or was, where the move was likely); the voice that leaves may end its sentence.
 */
import type { Facts } from "../agent/facts.ts";
import { hold } from "../agent/facts.ts";
import { nearMiss } from "../agent/near-miss.ts";
import type { Edge } from "../agent/segment.ts";
import { LIMITS } from "../base/limits.ts";
import { err, ok, type Result } from "../base/result.ts";
import { backoff } from "./backoff.ts";
import { sameTarget, targetOf } from "./briefing.ts";
import type { TransitionCause } from "./events.ts";
import { giveUp, type Held, logRefusal, type Move, type Refusal } from "./move.ts";
import { findSegment, presentSegment, unmetOf } from "./segments.ts";
import type { Stream } from "./stream-book.ts";
import { discard, openNext, takeOverIfReady } from "./stream-care.ts";
import { emit, setTimer, type Talk } from "./talk.ts";
import { failed } from "./tool-failure.ts";
import { farewellCue } from "./words.ts";

/** Whether the talk may go from where it is to `to`; the way it takes, null for one that no edge describes. */
export function mayMove(talk: Talk, to: string, by: TransitionCause): Result<Edge | null, Refusal> {
  const target = findSegment(talk, to);
  const from = presentSegment(talk);
  if (!target) {
    const ways = from.goesTo.filter((way) => way.by.includes("client"));
    const known = by === "client" ? ways.map((way) => way.to) : talk.agent.segments.map(({ name }) => name);
    return err({ reason: "unknown", missing: [], near: nearMiss(to, known) });
  }
  if (from.name === to) return err({ reason: "here", missing: [] });
  const edge = from.goesTo.find((candidate) => candidate.to === to) ?? null;
  const isFree = by === "operator" || by === "budget";
  const isAsked = by === "model" || by === "client";
  if (!isFree && (edge === null || (isAsked && !edge.by.includes(by))))
    return err({ reason: "no_way", missing: [] });
  const missing = unmetOf(talk, target.requires);
  return missing.length === 0 ? ok(edge) : err({ reason: "facts", missing });
}

/** Moves, if it may. A wish takes the place of an earlier one that is still on its way. */
export function move(
  talk: Talk,
  to: string,
  by: TransitionCause,
  held: Held | null = null,
  attempts = 0,
): Result<null, Refusal> {
  const allowed = mayMove(talk, to, by);
  if (!allowed.ok) {
    if (allowed.error.reason === "here" && talk.moving) stay(talk);
    else logRefusal(talk, to, by, allowed.error);
    return allowed;
  }
  const overtaken = talk.moving?.held ?? [];
  if (talk.moving?.to === to) {
    if (held) talk.moving = { ...talk.moving, held: [...overtaken, held] };
    return ok(null);
  }
  const say = allowed.value?.say ?? null;
  const old = talk.streams.live;
  // It is said once, not at every try.
  const isFirst = talk.moving === null && attempts === 0;
  const farewell = say !== null && isFirst && old?.state.type === "open";
  // A wish that is answered with the words for the farewell waits for nothing more.
  const waits = held === null || (farewell && held.outcome === null) ? [] : [held];
  talk.moving = {
    to,
    by,
    held: [...overtaken, ...waits],
    farewell,
    hasLeave: farewell || (talk.moving?.hasLeave ?? false),
    attempts,
  };
  if (farewell && say !== null) askFarewell(talk, old.generation, farewellCue(say), held);
  openNext(talk, "transition", to);
  return ok(null);
}

function askFarewell(talk: Talk, generation: number, cue: string, held: Held | null): void {
  if (held?.outcome === null)
    emit(talk, {
      type: "stream.tool_result",
      generation,
      use: held.use,
      outcome: { status: "ok", value: cue },
    });
  else emit(talk, { type: "stream.text", generation, text: cue });
  // What it says now answers nothing.
  talk.filler = { ...talk.filler, bridging: true };
  setTimer(talk, "farewell", LIMITS.farewellMs);
}

/** The voice that leaves has begun its last word, or has had its time for it. */
export function farewellBegun(talk: Talk): void {
  if (!talk.moving?.farewell) return;
  talk.moving.farewell = false;
  emit(talk, { type: "timer.clear", timer: "farewell" });
  takeOverIfReady(talk);
}

/** The stream for the move could not be had: once more, or the talk stays where it is and the model is told. */
export function moveMissed(talk: Talk): void {
  const { moving } = talk;
  if (!moving) return;
  moving.attempts++;
  if (moving.attempts < LIMITS.transitionAttempts) {
    setTimer(talk, "reopen", backoff(talk, moving.attempts));
    return;
  }
  unreached(talk, moving);
}

/**
 * The same where nobody hears the caller any more, and whoever would is to be had elsewhere. True when the move is given
 * up: its attempts are used up, or none will do, or the session would be given up next.
 */
export function deafMoveMissed(talk: Talk, missed: Stream, isLast: boolean): boolean {
  const { moving } = talk;
  if (moving?.to !== missed.segment || missed.state.type === "open") return false;
  // Behind the same door nobody else is to be had.
  if (sameTarget(missed.target, targetOf(presentSegment(talk)))) return false;
  moving.attempts++;
  if (moving.attempts < LIMITS.transitionAttempts && !isLast) return false;
  unreached(talk, moving);
  return true;
}

/** The talk stays where it is, until facts that led elsewhere are looked at again. */
function unreached(talk: Talk, { to, by, attempts }: Move): void {
  emit(talk, { type: "log", event: "transition_failed", fields: { to, by, attempts: String(attempts) } });
  // Whoever else wished it was told, and may wish it again; a fact that holds already does not turn true again.
  if (by === "fact" && attempts < LIMITS.factAttempts)
    talk.missedWay = { to, attempts, notBefore: talk.now + backoff(talk, attempts) };
  stay(talk);
}

/** At a turn's end: takes the way that facts opened and no stream could be had for, while they still hold. */
export function retryMissedWay(talk: Talk): void {
  const { missedWay } = talk;
  if (!missedWay || talk.moving || talk.now < missedWay.notBefore) return;
  const { to, attempts } = missedWay;
  // Should the facts turn true again, that opens the way anew.
  talk.missedWay = null;
  const now = talk.facts.all;
  const isOpen = presentSegment(talk).goesTo.some(
    (edge) => edge.to === to && edge.when !== null && hold(now, edge.when),
  );
  if (isOpen) move(talk, to, "fact", null, attempts);
}

/** Gives the move up, with the streams that were for it: whoever waits for what it held back is told. */
function stay(talk: Talk): void {
  const { next, live } = talk.streams;
  if (!giveUp(talk, failed("unreachable", "That part cannot be reached right now."))) return;
  if (next) discard(talk, next);
  // A stream that nobody has heard yet may have been meant for the move.
  if (live && live.state.type !== "open") openNext(talk, "transition", presentSegment(talk).name);
}

/** The first way out of here that is open now and was not with the facts of `before`. */
function wayOpened(talk: Talk, before: Facts): Edge | undefined {
  const now = talk.facts.all;
  return presentSegment(talk).goesTo.find(
    ({ when }) => when !== null && hold(now, when) && !hold(before, when),
  );
}

/** Takes the first way out of here that the facts open now and did not `before`. */
export function followFacts(talk: Talk, before: Facts, held: Held | null): boolean {
  const edge = wayOpened(talk, before);
  return edge !== undefined && move(talk, edge.to, "fact", held).ok;
}

/** Of a session that is brought back: where it was going, or would have gone, its first stream begins, if it may. */
export function moveOn(talk: Talk, wish: Pick<Move, "to" | "by">): void {
  const { to, by } = wish;
  if (mayMove(talk, to, by).ok)
    talk.moving = { to, by, held: [], farewell: false, hasLeave: false, attempts: 0 };
}

/** The same for what a tool's answer leads to, which nobody has followed yet. */
export function moveOnBy(talk: Talk, before: Facts, next: string | undefined): void {
  if (next !== undefined) moveOn(talk, { to: next, by: "tool" });
  const edge = wayOpened(talk, before);
  if (edge !== undefined && talk.moving?.by !== "tool") moveOn(talk, { to: edge.to, by: "fact" });
}
