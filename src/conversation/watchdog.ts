/**
 * Sees to it that the live stream hears and answers. One that has fallen silent with its socket open looks like any
 * other: it is known by what does not come, and replaced like one that was lost.
 */
import { pcmDurationMs } from "../audio/format.ts";
import { LIMITS } from "../base/limits.ts";
import { AnswerWatch } from "./answer-watch.ts";
import type { Inbound, ModelEvent } from "./events.ts";
import { HearingWatch } from "./hearing-watch.ts";
import { streamEnded } from "./recovery.ts";
import type { Stream } from "./stream-book.ts";
import { emit, setTimer, type Talk } from "./talk.ts";

export interface Watchdog {
  readonly answer: AnswerWatch;
  readonly hearing: HearingWatch;
  /** Models that have told when speech begins. Not every one does, and none promises to. */
  readonly tellSpeech: Set<string>;
  /** When the timer fires; null while there is nothing to wait for. */
  timerAt: number | null;
}

export const newWatchdog = (): Watchdog => ({
  answer: new AnswerWatch(),
  hearing: new HearingWatch(),
  tellSpeech: new Set(),
  timerAt: null,
});

/** Called after everything that happens: what came in, and what was done about it. */
export function watch(talk: Talk, inbound: Inbound): void {
  const live = talk.streams.live;
  if (live?.state.type !== "open") return;
  if (inbound.type === "model" && inbound.generation === live.generation)
    noteEvent(talk, live, inbound.event);
  for (const effect of talk.effects) {
    const isPut = effect.type === "stream.text" || effect.type === "stream.tool_result";
    if (isPut && effect.generation === live.generation) put(talk, live);
  }
  noteFrame(talk, live, inbound);
  talk.watchdog.answer.suspend(isSuspended(talk), talk.now);
  arm(talk, live);
}

function noteEvent(talk: Talk, { generation, target }: Stream, event: ModelEvent): void {
  const { answer, hearing, tellSpeech } = talk.watchdog;
  switch (event.type) {
    case "speech_started":
      tellSpeech.add(target.model);
      hearing.told(generation, "started");
      return answer.speechStarted(generation, talk.now);
    case "speech_stopped":
      hearing.told(generation, "stopped");
      return answer.speechStopped(generation, talk.now);
    case "caller_text":
      hearing.told(generation, null);
      answer.put(generation, behind(talk, generation), talk.now);
      return;
    case "interrupted":
      hearing.told(generation, null);
      if (talk.answer && answer.isBehind(generation, talk.answer.number))
        answer.isBusy(generation, talk.now, true);
      else answer.settle(generation);
      return;
    case "tool_use":
      return answer.settle(generation);
    case "agent_text":
    case "agent_audio_started":
    case "agent_audio":
    case "agent_audio_ended":
      return noteAnswer(talk, generation, event);
    default:
      return;
  }
}

type AgentEvent = Extract<
  ModelEvent,
  { type: "agent_text" | "agent_audio_started" | "agent_audio" | "agent_audio_ended" }
>;

function noteAnswer(talk: Talk, generation: number, event: AgentEvent): void {
  const { answer, hearing, tellSpeech } = talk.watchdog;
  answer.came(generation, talk.now);
  const model = talk.streams.live?.target.model;
  // Whoever tells only what was said, or not even that, shows by its answer that it heard.
  if (model !== undefined && !tellSpeech.has(model)) hearing.told(generation, null);
  const current = talk.answer;
  const isOld = current !== null && answer.isBehind(generation, current.number);
  const isAfterwards =
    event.type === "agent_audio_ended" || (event.type === "agent_text" && event.stage === "spoken");
  // A new sentence was made with the words that were put; sound may be of the sentence before.
  const isMore = isOld && (current.cut !== null || event.type === "agent_audio");
  if (!isAfterwards && !isMore) answer.settle(generation);
  else answer.isBusy(generation, talk.now, event.type === "agent_audio_ended" && event.last);
}

const put = (talk: Talk, { generation }: Stream): void =>
  talk.watchdog.answer.put(generation, behind(talk, generation), talk.now);

/** The answer that this stream is in the middle of. */
const behind = ({ answer }: Talk, generation: number): number | null =>
  answer?.generation === generation && !answer.sent ? answer.number : null;

/** A frame of the caller's that went to the live stream. */
function noteFrame(talk: Talk, { generation }: Stream, inbound: Inbound): void {
  if (inbound.type !== "command" || inbound.command.type !== "audio") return;
  const { pcm } = inbound.command;
  if (!isFed(talk, generation, pcm)) return;
  const ms = pcmDurationMs(pcm.byteLength, talk.rates.input);
  const isHeard = talk.answer?.isPlaying(talk.now) ?? false;
  talk.watchdog.hearing.frame(generation, pcm, ms, talk.now, isHeard);
}

function isFed({ effects }: Talk, generation: number, pcm: Uint8Array): boolean {
  for (const effect of effects)
    if (effect.type === "stream.audio" && effect.generation === generation && effect.pcm === pcm) return true;
  return false;
}

/** Nothing can be asked of a model while a tool works, the caller speaks, or the talk is on its way elsewhere. */
const isSuspended = (talk: Talk): boolean =>
  talk.ledger.running > 0 ||
  talk.moving !== null ||
  // Of a caller who has fallen silent the model should have told so.
  (talk.callerSpeaking && talk.watchdog.hearing.soundWithin(LIMITS.certainPauseMs, talk.now));

/** What is to be given up, and when. `deafSince`: since when the caller was not heard; null for a stream that is dead. */
interface Doubt {
  readonly at: number;
  readonly deafSince: number | null;
  readonly cause: string;
}

/** The more urgent of what is held against the stream already, and of this. */
const sooner = (most: Doubt | null, at: number, deafSince: number | null, cause: string): Doubt =>
  most !== null && most.at <= at ? most : { at, deafSince, cause };

/** What is held against the live stream, the most urgent of it. Asked with every frame: it makes nothing but that. */
function doubt(talk: Talk, { generation, target }: Stream): Doubt | null {
  const { answer, hearing, tellSpeech } = talk.watchdog;
  const deafAt = hearing.deadline(generation, tellSpeech.has(target.model));
  const due = answer.due(generation);
  const cameAt = isMidSentence(talk, generation) ? answer.cameLast(generation) : null;
  const { answerWatchMs } = talk.agent.limits;
  let most: Doubt | null = null;
  if (deafAt !== null) most = sooner(most, deafAt, hearing.unheardSince, "nothing was told of clear speech");
  if (due && due.speechFrom !== null)
    most = sooner(most, due.since + LIMITS.hearWatchMs, due.speechFrom, "the end of speech was not told");
  if (due && due.speechFrom === null)
    most = sooner(most, due.since + answerWatchMs, null, "no answer came in time");
  if (cameAt !== null)
    most = sooner(most, cameAt + answerWatchMs, null, "the rest of an answer did not come");
  return most;
}

/** Between sentences a model may take its time, and not every one says that the last was the last. */
const isMidSentence = ({ answer }: Talk, generation: number): boolean =>
  answer?.generation === generation && !answer.sent && answer.cut === null && answer.isMidSentence;

/** The timer is moved only to be sooner: it looks, and is set again, so that events cost no timers. */
function arm(talk: Talk, live: Stream): void {
  const { answer, timerAt } = talk.watchdog;
  // What is suspended is looked at again: time alone may end that.
  const resting = answer.isOwed(live.generation) ? talk.now + LIMITS.certainPauseMs : null;
  const at = doubt(talk, live)?.at ?? resting;
  if (at === null || (timerAt !== null && timerAt <= at)) return;
  talk.watchdog.timerAt = at;
  setTimer(talk, "watch", at - talk.now);
}

/** The timer: gives up the stream if it is due. What is not yet is waited for again, by `watch`. */
export function look(talk: Talk): void {
  const { watchdog } = talk;
  watchdog.timerAt = null;
  const live = talk.streams.live;
  if (live?.state.type !== "open") return;
  watchdog.answer.suspend(isSuspended(talk), talk.now);
  const found = doubt(talk, live);
  if (found && found.at <= talk.now) replace(talk, live, found);
}

function replace(talk: Talk, stream: Stream, { deafSince, cause }: Doubt): void {
  const { generation, reason, segment } = stream;
  const why = deafSince === null ? "dead" : "deaf";
  const fields = { why, cause, generation: String(generation), opened: reason, segment };
  emit(talk, { type: "log", event: "stream_replaced", fields });
  if (deafSince !== null) wasDeaf(talk, deafSince);
  emit(talk, { type: "stream.abort", generation });
  streamEnded(talk, stream, { type: "lost", cause });
}

/** Nobody has heard the caller since the first word that was not told of: the next stream hears all of it. */
function wasDeaf(talk: Talk, since: number): void {
  talk.watchdog.hearing.replaced(talk.now);
  talk.streams.deafSince = since;
  const { next } = talk.streams;
  const from = talk.caller.position - (talk.now - since) - LIMITS.replayRingMs;
  if (next) next.listensFrom = Math.min(next.listensFrom, from);
  // The door opened and stayed open: noise that passes for speech must not use up the attempts that drops are given.
  talk.streams.failures = 0;
}
