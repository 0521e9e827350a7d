/**
 * Opening streams, moving the session from one to the next, and what to do when one is lost. A stream is never the
 * session: the caller's audio is the session's, and is replayed to whichever stream comes to hear it.
 */
import { pcmDurationMs } from "../audio/format.ts";
import { gatewayError } from "../base/errors.ts";
import { LIMITS } from "../base/limits.ts";
import { dismiss, drain } from "./draining.ts";
import { endSession } from "./ending.ts";
import type { StreamEnd } from "./events.ts";
import { FedAudio } from "./fed-audio.ts";
import { shapeHistory } from "./history.ts";
import { ask, oweAgain, owedCue } from "./owed.ts";
import type { Stream, StreamReason } from "./stream-book.ts";
import { emit, isQuiet, setTimer, type Talk, tell, tellError } from "./talk.ts";
import { interrupt, settleAnswer } from "./turns.ts";
import { greetingCue, IN_PROGRESS } from "./words.ts";

/** Opens a stream. `listensFrom` is the place in the caller's audio from which it is to hear, in ms. */
export function openStream(
  talk: Talk,
  role: "live" | "next",
  reason: StreamReason,
  listensFrom: number,
): void {
  if (talk.tools === null) return;
  const owed = reason === "recovery" ? owedCue(talk) : null;
  // What is being said, or was said and waits for its final words, belongs to the history as well.
  settleAnswer(talk);
  const history = shapeHistory(talk.transcript.entries.filter((entry) => entry.index !== owed?.index));
  const { agent } = talk;
  const stream = talk.streams.add({ role, reason, listensFrom, ask: owed?.text ?? null });
  emit(talk, {
    type: "stream.open",
    generation: stream.generation,
    spec: {
      model: agent.model,
      region: agent.region,
      voice: agent.voice,
      endpointing: agent.endpointing,
      inputRate: talk.rates.input,
      outputRate: talk.rates.output,
      prompt: history.length === 0 ? agent.prompt : `${agent.prompt}\n\n${IN_PROGRESS}`,
      tools: talk.tools,
      history,
      inference: agent.inference,
    },
  });
}

export function streamOpened(talk: Talk, stream: Stream): void {
  // Opened twice, it would hear the caller's words twice.
  if (stream.state.type === "open") return;
  stream.state = { type: "open", since: talk.now, fed: new FedAudio(talk.now) };
  if (stream.role === "next") takeOver(talk, stream);
  if (stream.role !== "live") return;
  const gapMs = talk.streams.deafSince === null ? 0 : Math.round(talk.now - talk.streams.deafSince);
  talk.streams.deafSince = null;
  // Nobody waits for a tool's result on a fresh stream: results of calls before it come as words.
  talk.heldFrom = null;
  greetWhenBothAreThere(talk);
  for (const pcm of talk.caller.since(stream.listensFrom)) feed(talk, pcm);
  reportDropped(talk);
  if (stream.ask !== null)
    emit(talk, { type: "stream.text", generation: stream.generation, text: stream.ask });
  if (stream.reason !== "start") tell(talk, { type: "segment", name: "main", reason: stream.reason, gapMs });
  setTimer(talk, "rotate", talk.agent.limits.rotateAtTurnEndMs);
}

/** `next` becomes `live`. The old stream finishes the answer it is speaking, if it is speaking one. */
function takeOver(talk: Talk, next: Stream): void {
  const old = talk.streams.live;
  next.role = "live";
  talk.streams.missedHandOvers = 0;
  if (!old) return;
  const speaking =
    talk.answer?.generation === old.generation && !talk.answer.sent && talk.answer.cut === null;
  if (speaking) {
    drain(talk, old);
    return;
  }
  next.ask = owedCue(talk)?.text ?? null;
  dismiss(talk, old);
}

/** Once the client has said hello and a stream hears: the client may talk, or the agent speaks first. */
export function greetWhenBothAreThere(talk: Talk): void {
  const live = talk.streams.live;
  if (talk.client.type !== "present" || live?.state.type !== "open") return;
  if (!talk.client.announced) {
    talk.client = { type: "present", announced: true };
    tell(talk, {
      type: "ready",
      session: talk.session,
      agent: talk.agent.name,
      inputRate: talk.rates.input,
      outputRate: talk.rates.output,
    });
    tell(talk, { type: "segment", name: "main", reason: "start", gapMs: 0 });
    setTimer(talk, "keep_alive", LIMITS.keepAliveEveryMs);
  }
  if (talk.greeted) return;
  talk.greeted = true;
  if (talk.agent.greeting === null) return;
  const cue = greetingCue(talk.agent.greeting);
  talk.turn.question = { text: cue, index: null };
  talk.turn.unanswered = talk.turn.question;
  emit(talk, { type: "stream.text", generation: live.generation, text: cue });
}

/** Gives audio to the stream that hears the caller. */
export function feed(talk: Talk, pcm: Uint8Array): void {
  const live = talk.streams.live;
  if (live?.state.type !== "open") return;
  live.state.fed.feed(pcmDurationMs(pcm.byteLength, talk.rates.input), talk.now);
  emit(talk, { type: "stream.audio", generation: live.generation, pcm });
}

function reportDropped(talk: Talk): void {
  const droppedMs = talk.caller.takeDroppedMs();
  if (droppedMs === 0) return;
  const detail = `The first ${Math.round(droppedMs)} ms of audio sent while connecting were too much to keep.`;
  tellError(talk, gatewayError("model_unavailable", detail));
}

export function streamEnded(talk: Talk, stream: Stream, end: StreamEnd): void {
  talk.streams.remove(stream.generation);
  talk.usage.settle(stream.generation);
  if (stream.role === "leaving") return;
  if (stream.role === "draining") {
    emit(talk, { type: "timer.clear", timer: "drain" });
    // Results that nobody has spoken of yet were told to the live stream as they came.
    const known = talk.untold.length > 0;
    const cue = endBrokenAnswer(talk, stream) && !known ? owedCue(talk) : null;
    if (cue) ask(talk, cue.text);
    return;
  }
  if (stream.role === "next") {
    talk.streams.missedHandOvers++;
    setTimer(talk, "rotate", backoff(talk.streams.missedHandOvers));
    return;
  }
  talk.streams.deafSince ??= talk.now;
  talk.callerSpeaking = false;
  endBrokenAnswer(talk, stream);
  const owed = talk.turn.unanswered !== null || talk.untold.length > 0;
  // A stream that never opened was asked nothing, and cannot have choked on it.
  if (owed && stream.state.type === "open") talk.turn.lost++;
  const next = talk.streams.next;
  if (next) {
    next.role = "live";
    next.ask = owedCue(talk)?.text ?? null;
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
  talk.streams.failures++;
  if (end.type === "refused") {
    endSession(talk, { type: "error", error: gatewayError("model_refused", undefined, end.cause) });
    return;
  }
  if (talk.streams.failures > LIMITS.streamAttempts) {
    const code = end.type === "busy" ? "model_busy" : "model_unavailable";
    const cause = end.type === "finished" ? "the stream finished unasked" : end.cause;
    endSession(talk, { type: "error", error: gatewayError(code, undefined, cause) });
    return;
  }
  // A stream that worked and was lost is replaced at once; a door that stays shut is given time.
  const wasOpen = stream.state.type === "open" && talk.streams.failures === 1;
  setTimer(talk, "reopen", wasOpen ? 0 : backoff(talk.streams.failures));
}

const backoff = (failures: number): number => LIMITS.streamBackoffMs * 2 ** Math.max(0, failures - 1);

export function reopen(talk: Talk): void {
  if (talk.streams.live !== null) return;
  const reason = talk.greeted || talk.transcript.entries.length > 0 ? "recovery" : "start";
  const deafSince = talk.streams.deafSince ?? talk.now;
  const missed = talk.now - deafSince + LIMITS.replayRingMs;
  openStream(talk, "live", reason, reason === "start" ? 0 : talk.caller.position - missed);
}

/**
 * Moves to a fresh stream when the present one is old enough for the moment: at a turn's end first, then at any
 * silence, then whatever happens.
 */
export function rotate(talk: Talk, moment: "turn_end" | "timer"): void {
  const live = talk.streams.live;
  if (live?.state.type !== "open" || talk.streams.next !== null) return;
  const limits = talk.agent.limits;
  const age = talk.now - live.state.since;
  const due =
    age >= limits.rotateAtOnceMs ||
    (age >= limits.rotateAtSilenceMs && isQuiet(talk)) ||
    (age >= limits.rotateAtTurnEndMs && moment === "turn_end" && isQuiet(talk));
  if (due) {
    // Words may be under way that the old stream has not told of yet: the new one hears them from their start. What
    // is understood is not replayed.
    openStream(talk, "next", "rotation", talk.caller.position - LIMITS.replayRingMs);
    return;
  }
  if (moment === "turn_end") return;
  const until = age < limits.rotateAtSilenceMs ? limits.rotateAtSilenceMs - age : LIMITS.rotateLookMs;
  setTimer(talk, "rotate", Math.min(until, Math.max(0, limits.rotateAtOnceMs - age)));
}
