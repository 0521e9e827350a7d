/**
 * Brings a talk back whose object was lost: to its last finished turn, with what tools have found since. Streams and
 * sockets are gone; the client may return, and nothing that was begun is begun again.
 */
import { LIMITS } from "../base/limits.ts";
import type { ToolWord } from "./events.ts";
import { forgetUnseen } from "./owed.ts";
import { findSegment, presentSegment } from "./segments.ts";
import type { Snapshot } from "./snapshot.ts";
import type { Talk } from "./talk.ts";
import { failed } from "./tool-failure.ts";
import { moveOn, moveOnBy } from "./transition.ts";
import { lateResultCue, unknownResultCue } from "./words.ts";

/**
 * Answers and calls are numbered from here on, for each time the talk was brought back: more of them can have begun
 * than are on record. A client drops what belongs to an answer it was told is over, and may yet answer an old call.
 */
const NUMBERS_LOST = 100;

export function restore(talk: Talk, from: Snapshot): void {
  talk.client = { type: "away", since: talk.now, announced: true };
  const lost = NUMBERS_LOST * (from.broughtBack ?? 1);
  talk.answers = from.answers + lost;
  talk.streams.resume(from.streams);
  talk.streams.losses = from.streamsLost ?? 0;
  const numbers = from.calls.map(({ call }) => Number(call.slice(1)) || 0);
  talk.ledger.resume(Math.max(from.toolCalls, ...numbers) + lost);
  // A newer deployment may have another graph: what is left of it begins where its sessions begin.
  if (!findSegment(talk, talk.visits.present.segment))
    talk.visits.move(talk.agent.start, "operator", talk.now);
  if (from.moving) moveOn(talk, from.moving);
  if (from.missedWay !== undefined)
    talk.missedWay = { to: from.missedWay, attempts: LIMITS.transitionAttempts, notBefore: talk.now };
  askAgain(talk);
  const known = new Set(
    talk.transcript.entries.flatMap((entry) => (entry.type === "tool" ? [entry.call] : [])),
  );
  for (const { call, name, arguments: args, segment, result } of from.calls) {
    if (known.has(call)) continue;
    if (result) believe(talk, segment, result.word);
    const outcome = result?.outcome ?? failed("unreachable", "It is not known whether that was done.");
    const turn = talk.turn.number;
    talk.transcript.add({
      type: "tool",
      turn,
      at: talk.now,
      segment,
      call,
      name,
      arguments: args,
      outcome,
      ms: 0,
    });
    const cue = result ? lateResultCue(name, args, outcome) : unknownResultCue(name, args);
    talk.untold = [...talk.untold, { turn, said: talk.turn.said, segment, cue }];
  }
  // What was found elsewhere may be nothing for whoever goes on.
  forgetUnseen(talk, presentSegment(talk));
}

/** The caller's last words, where the object was lost before they had an answer. */
function askAgain(talk: Talk): void {
  const last = talk.transcript.entries.findLast(({ type }) => type === "caller" || type === "agent");
  if (last?.type !== "caller" || last.withheld || last.turn !== talk.turn.number) return;
  talk.turn.question = { text: last.text, index: last.index, segment: last.segment };
  talk.turn.unanswered = talk.turn.question;
  talk.turn.said = 1;
}

/** What a tool told besides its result, which nobody has heeded yet. */
function believe(talk: Talk, segment: string, { facts, next }: ToolWord): void {
  const before = talk.facts.all;
  // A segment that is gone cannot be asked what may be set in it.
  const found = findSegment(talk, segment);
  const writes = found ? found.writes : [];
  for (const [fact, value] of Object.entries(facts ?? {}))
    if (writes === null || writes.includes(fact)) talk.facts.set(fact, value, segment, talk.now);
  moveOnBy(talk, before, next);
}
