/**
 * What the caller is still owed: an answer to what was asked, and what tools have found. A stream that is lost takes
 * its answer with it; the next one is told what is owed. Tools are never run again for it.
 */
import type { SegmentDefinition } from "../agent/segment.ts";
import { LIMITS } from "../base/limits.ts";
import type { Answer } from "./answer.ts";
import { presentSegment, seesTalkOf } from "./segments.ts";
import { emit, type Talk } from "./talk.ts";
import { CANNOT_ANSWER, goOnCue, lateResultCue } from "./words.ts";

export interface Cue {
  readonly text: string;
  /** Where it was said. */
  readonly segment: string;
  /** The entry it repeats, which must not be in the same stream's history, where it would pass for answered. */
  readonly index: number | null;
  /** What the voice of a segment begins with there: nothing that another one owes. */
  readonly isOpening?: true;
}

/** A result that the agent has not spoken since, in words for the model. */
export interface Untold {
  readonly turn: number;
  /** How often the caller had said something in that turn when it was asked for. */
  readonly said: number;
  readonly segment: string;
  readonly cue: string;
}

/** What a fresh stream is to be told first; null when the caller is owed nothing, or results are to come. */
export function owedCue(talk: Talk): Cue | null {
  const { unanswered, number, said, lost } = talk.turn;
  if (unanswered === null && talk.untold.length === 0) return null;
  // What breaks even the apology is not put to a model any more.
  if (lost >= LIMITS.answerAttempts)
    return lost === LIMITS.answerAttempts
      ? { text: CANNOT_ANSWER, index: null, segment: presentSegment(talk).name }
      : null;
  // A result is half an answer: with it, or while one is to come, its question is not put again.
  const isForIt = (asked: { readonly turn: number; readonly said: number }): boolean =>
    asked.turn === number && asked.said === said;
  const underWay = talk.untold.some(isForIt) || talk.ledger.open.some(isForIt);
  const question = underWay ? null : unanswered;
  const texts = talk.untold.map((result) => result.cue);
  if (question)
    texts.push(
      talk.arrival !== null && talk.turn.firstAudioAt !== null && question.index !== null
        ? goOnCue(question.text)
        : question.text,
    );
  if (texts.length === 0) return null;
  return {
    text: texts.join("\n"),
    index: question?.index ?? null,
    segment: question?.segment ?? presentSegment(talk).name,
  };
}

/** What `reader` may not know is not for it to answer. */
export function forgetUnseen(talk: Talk, reader: SegmentDefinition): void {
  const sees = (segment: string): boolean => seesTalkOf(talk, reader, segment);
  talk.untold = talk.untold.filter(({ segment }) => sees(segment));
  if (talk.turn.unanswered && !sees(talk.turn.unanswered.segment)) talk.turn.unanswered = null;
}

/** The answer broke off: what it answered is owed again, unless (false) the caller had stopped it or gone on. */
export function oweAgain(talk: Talk, answer: Answer): boolean {
  const { turn } = talk;
  if (answer.cut !== null || answer.turn !== turn.number) return false;
  turn.unanswered = turn.question;
  const results = talk.transcript.entries.flatMap((entry) =>
    entry.type === "tool" && entry.turn === turn.number
      ? [
          {
            turn: entry.turn,
            said: turn.said,
            segment: entry.segment,
            cue: lateResultCue(entry.name, entry.arguments, entry.outcome),
          },
        ]
      : [],
  );
  talk.untold = [...talk.untold.filter((result) => result.turn !== turn.number), ...results];
  // A turn may have begun in another segment.
  forgetUnseen(talk, presentSegment(talk));
  return true;
}

/** The agent speaks: it is taken to speak of what it was asked and told. */
export function settleOwed(talk: Talk): void {
  talk.turn.unanswered = null;
  talk.untold = [];
}

/** Puts words to the model that hears the caller. While there is none, the one to come is told what is owed. */
export function ask(talk: Talk, text: string): void {
  const live = talk.streams.live;
  if (live?.state.type === "open") emit(talk, { type: "stream.text", generation: live.generation, text });
}
