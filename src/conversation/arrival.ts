/**
 * Coming to another segment: its visit begins, its budget and its prefetches, and its voice is told to speak as soon as
 * the one before has done so.
 */
import { type Facts, hold } from "../agent/facts.ts";
import type { SegmentDefinition } from "../agent/segment.ts";
import { forgetUnseen, owedCue } from "./owed.ts";
import { leaveBehind } from "./recollection.ts";
import { factsSeenBy, forbidden, presentSegment, segmentNamed } from "./segments.ts";
import { emit, setTimer, type Talk } from "./talk.ts";
import { ARRIVED, LINE_WAS_DOWN, openingCue, sorryThen } from "./words.ts";

/** The stream that hears the caller from now on serves another segment. */
export function arrive(talk: Talk, to: string): void {
  const from = talk.visits.present.segment;
  const { moving } = talk;
  if (talk.turn.unanswered?.isOpening) talk.turn.unanswered = null;
  const by = moving?.to === to ? moving.by : "operator";
  if (moving?.to === to) talk.moving = null;
  leaveBehind(talk, false);
  talk.missedWay = null;
  emit(talk, { type: "timer.clear", timer: "farewell" });
  talk.visits.move(to, by, talk.now);
  talk.transcript.add({ type: "transition", turn: talk.turn.number, at: talk.now, segment: to, from, by });
  talk.arrival = { by };
  forgetUnseen(talk, segmentNamed(talk, to));
  beginVisit(talk);
}

/** Starts what belongs to a visit: its budget and its prefetches. */
export function beginVisit(talk: Talk): void {
  const segment = presentSegment(talk);
  talk.spent = "no";
  if (segment.budget?.ms != null) setTimer(talk, "budget", segment.budget.ms);
  else emit(talk, { type: "timer.clear", timer: "budget" });
  prefetch(talk, segment, null);
}

/** Fetches what segments asked for: of the present one on arrival, of all those whose facts have just come true. */
export function prefetch(talk: Talk, segment: SegmentDefinition, before: Facts | null): void {
  const now = talk.facts.all;
  for (const { tool, arguments: args, when } of segment.prefetch) {
    const due =
      before === null
        ? when === null || hold(now, when)
        : when !== null && hold(now, when) && !hold(before, when);
    const spec = talk.tools?.find(({ name }) => name === tool);
    if (!due || spec?.runs !== "gateway" || forbidden(talk, segment, spec)) continue;
    emit(talk, {
      type: "tool.prefetch",
      call: { name: tool, arguments: args, segment: segment.name, facts: factsSeenBy(talk, segment) },
    });
  }
}

/**
 * Tells the new voice to speak, once: when nobody else does, neither the old voice nor the caller. A caller who speaks
 * first has an answer coming anyway; what tools found they are told all the same. `owesSorry`: nobody heard the caller for
 * long.
 */
export function speakOnArrival(talk: Talk, owesSorry = false): void {
  const { arrival } = talk;
  const live = talk.streams.live;
  if (!arrival || live?.state.type !== "open" || talk.streams.draining || talk.callerSpeaking) return;
  const { opening } = presentSegment(talk);
  const owed = owedCue(talk);
  talk.arrival = null;
  let texts = [...(opening === null ? [] : [openingCue(opening)]), ...(owed ? [owed.text] : [])];
  const isAsked = arrival.by === "model" || arrival.by === "tool" || arrival.by === "fact";
  if (texts.length === 0 && isAsked && talk.ledger.running === 0) texts.push(ARRIVED);
  if (owesSorry) texts = [texts.length === 0 ? LINE_WAS_DOWN : sorryThen(texts.join("\n"))];
  for (const text of texts) emit(talk, { type: "stream.text", generation: live.generation, text });
  // A voice that is lost, or dead, before it has spoken leaves its opening to the next one.
  if (texts.length === 0 || talk.turn.unanswered !== null) return;
  const segment = talk.visits.present.segment;
  talk.turn.question = { text: texts.join("\n"), index: null, segment, isOpening: true };
  talk.turn.unanswered = talk.turn.question;
}

/** The caller spoke before the new voice did: it answers them, and only what tools found is left to tell. */
export function callerWasFirst(talk: Talk): void {
  if (talk.arrival === null) return;
  talk.arrival = null;
  const live = talk.streams.live;
  if (live?.state.type !== "open" || talk.untold.length === 0) return;
  const text = talk.untold.map(({ cue }) => cue).join("\n");
  emit(talk, { type: "stream.text", generation: live.generation, text });
}
