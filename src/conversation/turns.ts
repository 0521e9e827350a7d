/**
 * Turns and answers: when one begins, what of it was heard, when it is over.
 */
import { pcmDurationMs } from "../audio/format.ts";
import { Answer } from "./answer.ts";
import { callerWasFirst } from "./arrival.ts";
import { sessionUsage } from "./cost.ts";
import { closeAnswer, enter } from "./draining.ts";
import type { Notice } from "./events.ts";
import { settleOwed } from "./owed.ts";
import { keep, newTurn, type Talk, tell } from "./talk.ts";

/** The caller said or typed something that wants an answer. `cue`: as the model is told it. */
export function callerSaid(talk: Talk, text: string, typed: boolean, cue: string = text): void {
  settleAnswer(talk);
  callerWasFirst(talk);
  if (talk.turn.said === 0 || talk.turn.firstAudioAt !== null || talk.turn.tools.length > 0) startTurn(talk);
  const turn = talk.turn;
  turn.speechEnd = (typed ? null : talk.speechEnd) ?? { stoppedAt: talk.now, speechEndedAt: null };
  talk.speechEnd = null;
  const segment = talk.visits.present.segment;
  const index = talk.transcript.add({
    type: "caller",
    turn: turn.number,
    at: talk.now,
    segment,
    text,
    typed,
  });
  // Should the object be lost, the words are there to be answered. Nothing leaves it now that could not wait.
  keep(talk);
  turn.question = { text: cue, index, segment };
  turn.unanswered = turn.question;
  turn.said++;
  tell(talk, {
    type: "transcript",
    role: "caller",
    turn: turn.number,
    answer: null,
    item: `c${turn.number}.${turn.said}`,
    text,
    final: true,
  });
}

function startTurn(talk: Talk): void {
  measureTurn(talk);
  talk.visits.turnBegins();
  talk.turn = newTurn(talk.turn.number + 1);
}

/** The answer being spoken by `generation`, or a fresh one; null while that stream's answer is cut off. */
export function speakingAnswer(talk: Talk, generation: number): Answer | null {
  const current = talk.answer;
  if (current && current.generation === generation && !current.sent) return current.cut ? null : current;
  // Whoever was still speaking is overtaken: of two answers at once the caller would understand neither.
  if (current) closeAnswer(talk, current);
  settleAnswer(talk);
  // The agent speaks first: what it was asked to is what the turn is about.
  if (talk.turn.number === 0) talk.turn = { ...talk.turn, number: 1 };
  talk.answers++;
  const segment = talk.streams.get(generation)?.segment ?? talk.visits.present.segment;
  talk.answer = new Answer(talk.answers, talk.turn.number, generation, segment);
  if (talk.client.type === "away") talk.answer.hold(talk.now);
  talk.answer.isBridge = talk.filler.bridging;
  talk.filler = { ...talk.filler, bridging: false };
  return talk.answer;
}

export function answerAudio(talk: Talk, answer: Answer, pcm: Uint8Array): void {
  if (answer.firstAudioAt === null) {
    talk.turn.firstAudioAt ??= talk.now;
    if (!answer.isBridge) settleOwed(talk);
    tell(talk, { type: "answer", answer: answer.number, turn: answer.turn, state: "started" });
  }
  answer.addAudio(pcmDurationMs(pcm.byteLength, talk.rates.output), talk.now);
  tell(talk, { type: "audio", answer: answer.number, pcm });
}

/** All audio of the answer is out. */
export function answerSent(talk: Talk, answer: Answer): void {
  closeAnswer(talk, answer);
  if (answer.settled) settleAnswer(talk);
}

/** The agent's words as far as they go, to be replaced by what was heard. */
export function showAnswer(talk: Talk, answer: Answer, final: boolean): void {
  const text = answer.wording();
  const notice: Notice = {
    type: "transcript",
    role: "agent",
    turn: answer.turn,
    answer: answer.number,
    item: `a${answer.number}`,
    text,
    final,
  };
  tell(talk, notice);
}

/**
 * Cuts the answer off where the caller has heard it. Returns false when there was nothing left to cut: a model may
 * report an interruption of words that were heard to the end. `brokenOff`: the model had more to say, though the caller
 * has heard all that came of it.
 */
export function interrupt(talk: Talk, by: "caller" | "client" | "recovery", brokenOff = false): boolean {
  const answer = talk.answer;
  if (!answer || answer.cut || !(brokenOff || answer.isPlaying(talk.now))) return false;
  const heardMs = Math.round(answer.heardMs(talk.now));
  answer.endAudio();
  answer.cut = { heardMs };
  talk.turn.interrupted = true;
  tell(talk, {
    type: "interrupted",
    answer: answer.number,
    heardMs,
    heardText: answer.textWithin(heardMs),
    by,
  });
  record(talk, answer);
  // A draining stream hears nobody, and would go on saying what nobody hears.
  if (answer.generation === talk.streams.draining?.generation) closeAnswer(talk, answer);
  return true;
}

/** The client's word on what was played; it may correct an answer that was cut or is on record. */
export function played(talk: Talk, number: number, ms: number): void {
  const answer = talk.answer;
  if (answer?.number !== number) return;
  const before = answer.cut?.heardMs;
  answer.played(ms, talk.now);
  if (answer.cut && answer.cut.heardMs !== before) record(talk, answer);
}

/** The answer goes on record as far as it is known; again when more of it has become known since. */
export function settleAnswer(talk: Talk): void {
  const answer = talk.answer;
  if (!answer || answer.text() === "" || answer.recorded === answer.wording()) return;
  if (answer.sent) answer.endAudio();
  record(talk, answer);
  // A tool still running may be heard of yet, and belongs to the turn.
  if (talk.ledger.running === 0) measureTurn(talk);
}

function record(talk: Talk, answer: Answer): void {
  answer.recorded = answer.wording();
  enter(talk, answer);
  showAnswer(talk, answer, true);
  keep(talk);
}

/** Once per turn, when its answer is known: how long things took and what they cost. */
export function measureTurn(talk: Talk): void {
  const turn = talk.turn;
  if (turn.measured || turn.firstAudioAt === null) return;
  turn.measured = true;
  const since = (at: number | null | undefined): number | null =>
    at == null || turn.firstAudioAt === null ? null : Math.round(turn.firstAudioAt - at);
  tell(talk, {
    type: "metrics",
    metrics: {
      turn: turn.number,
      firstAudioMs: since(turn.speechEnd?.stoppedAt),
      sinceSpeechMs: since(turn.speechEnd?.speechEndedAt),
      tools: turn.tools,
      interrupted: turn.interrupted,
      gateway: null,
    },
  });
  tell(talk, { type: "usage", ...sessionUsage(talk) });
}
