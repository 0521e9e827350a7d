/**
 * Opening streams, moving the session from one to the next, and what to do when one is lost. A stream is never the
 * session: the caller's audio is the session's, and is replayed to whichever stream comes to hear it.
 */
import { pcmDurationMs } from "../audio/format.ts";
import { gatewayError } from "../base/errors.ts";
import { LIMITS } from "../base/limits.ts";
import { arrive, beginVisit, speakOnArrival } from "./arrival.ts";
import { briefing, targetOf } from "./briefing.ts";
import { dismiss, drain } from "./draining.ts";
import { endSession } from "./ending.ts";
import type { StreamEnd } from "./events.ts";
import { FedAudio } from "./fed-audio.ts";
import { ask, oweAgain, owedCue } from "./owed.ts";
import { presentSegment, segmentNamed } from "./segments.ts";
import type { Stream, StreamReason } from "./stream-book.ts";
import { emit, isQuiet, setTimer, type Talk, tell, tellError } from "./talk.ts";
import { moveMissed } from "./transition.ts";
import { interrupt, settleAnswer } from "./turns.ts";
import { greetingCue } from "./words.ts";

/** Dials. `listensFrom` is the place in the caller's audio from which the stream is to hear, in ms. */
export function openStream(
  talk: Talk,
  role: "live" | "next" | "standby",
  reason: StreamReason,
  segment: string,
  listensFrom: number,
): void {
  const target = targetOf(segmentNamed(talk, segment));
  const { generation } = talk.streams.add({ role, reason, segment, target, listensFrom });
  emit(talk, { type: "stream.open", generation, target });
}

/** Sees to it that a stream takes over from the live one: the one kept ready, one under way, or a fresh one. */
export function openNext(talk: Talk, reason: "rotation" | "transition", segment: string): void {
  const target = targetOf(segmentNamed(talk, segment));
  const serves = (stream: Stream): boolean =>
    stream.target.model === target.model && stream.target.region === target.region;
  const { live, next, standby } = talk.streams;
  if (live && live.state.type !== "open") {
    // Nobody has heard a word of it yet: it can be for that segment as well, or gives way to one that can.
    if (serves(live)) live.segment = segment;
    else {
      discard(talk, live);
      openStream(talk, "live", live.reason, segment, live.listensFrom);
    }
    return;
  }
  // Words may be under way that the old stream has not told of yet: the new one hears them from their start. What is
  // understood is not replayed.
  const listensFrom =
    talk.caller.position - (talk.callerSpeaking ? LIMITS.callerBufferMs : LIMITS.replayRingMs);
  const ready = [next, standby].find((stream) => stream !== null && serves(stream));
  if (next && next !== ready) discard(talk, next);
  if (!ready) {
    openStream(talk, "next", reason, segment, listensFrom);
    return;
  }
  if (ready.role === "standby") emit(talk, { type: "timer.clear", timer: "standby" });
  ready.role = "next";
  ready.reason = reason;
  ready.segment = segment;
  ready.listensFrom = listensFrom;
  takeOverIfReady(talk);
}

/** Dials ahead of a move that is likely. Unused, it is given up after `LIMITS.standbyMs`. */
export function openStandby(talk: Talk, segment: string): void {
  if (talk.streams.standby || talk.streams.next || talk.streams.live?.state.type !== "open") return;
  openStream(talk, "standby", "transition", segment, talk.caller.position);
  setTimer(talk, "standby", LIMITS.standbyMs);
}

/** Lets go of a stream that has not begun. */
export function discard(talk: Talk, stream: Stream): void {
  talk.streams.remove(stream.generation);
  if (stream.role === "standby") emit(talk, { type: "timer.clear", timer: "standby" });
  emit(talk, { type: "stream.abort", generation: stream.generation });
}

export function streamOpened(talk: Talk, stream: Stream): void {
  // Opened twice, it would hear the caller's words twice.
  if (stream.state.type !== "opening") return;
  stream.state = { type: "waiting" };
  if (stream.role === "live") begin(talk, stream);
  else takeOverIfReady(talk);
}

/** `next` becomes `live`, unless it is still dialling or the old voice is to say its last word first. */
export function takeOverIfReady(talk: Talk): void {
  const { next, live: old } = talk.streams;
  if (next?.state.type !== "waiting" || talk.moving?.farewell) return;
  next.role = "live";
  talk.streams.missedHandOvers = 0;
  if (old) {
    const speaking =
      talk.answer?.generation === old.generation && !talk.answer.sent && talk.answer.cut === null;
    if (speaking) drain(talk, old);
    else dismiss(talk, old);
  }
  begin(talk, next);
}

/** The stream is told who it is and what was said, and hears the caller from now on. */
function begin(talk: Talk, stream: Stream): void {
  const { generation, reason } = stream;
  // What is being said, or was said and waits for its final words, belongs to the history as well.
  settleAnswer(talk);
  const from = talk.visits.present.segment;
  const moved = stream.segment !== from;
  if (moved) arrive(talk, stream.segment);
  const { by } = talk.arrival ?? { by: null };
  // While the old voice ends its answer the caller is owed nothing more than that, unless it was said elsewhere.
  const owed = talk.streams.draining && !moved ? null : owedCue(talk);
  emit(talk, {
    type: "stream.begin",
    generation,
    spec: briefing(talk, presentSegment(talk), owed?.index ?? null),
  });
  talk.usage.begin(generation, talk.visits.index);
  stream.state = { type: "open", since: talk.now, fed: new FedAudio(talk.now) };
  const gapMs = talk.streams.deafSince === null ? 0 : Math.round(talk.now - talk.streams.deafSince);
  talk.streams.deafSince = null;
  // Nobody waits for a tool's result on a fresh stream: results of calls before it come as words.
  talk.heldFrom = null;
  greetWhenBothAreThere(talk);
  for (const pcm of talk.caller.since(stream.listensFrom)) feed(talk, pcm);
  reportDropped(talk);
  if (moved) tell(talk, { type: "segment", name: stream.segment, reason: "transition", from, by, gapMs });
  else if (reason === "rotation" || reason === "recovery")
    tell(talk, { type: "segment", name: stream.segment, reason, from: null, by: null, gapMs });
  if (moved) speakOnArrival(talk);
  else if (owed) emit(talk, { type: "stream.text", generation, text: owed.text });
  setTimer(talk, "rotate", talk.agent.limits.rotateAtTurnEndMs);
}

/** Once the client has said hello and a stream hears: the client may talk, or the agent speaks first. */
export function greetWhenBothAreThere(talk: Talk): void {
  const live = talk.streams.live;
  if (talk.client.type !== "present" || live?.state.type !== "open") return;
  const { name } = presentSegment(talk);
  if (!talk.client.announced) {
    talk.client = { type: "present", announced: true };
    tell(talk, {
      type: "ready",
      session: talk.session,
      agent: talk.agent.name,
      inputRate: talk.rates.input,
      outputRate: talk.rates.output,
    });
    tell(talk, { type: "segment", name, reason: "start", from: null, by: null, gapMs: 0 });
    setTimer(talk, "keep_alive", LIMITS.keepAliveEveryMs);
    beginVisit(talk);
  }
  if (talk.greeted) return;
  talk.greeted = true;
  if (talk.agent.greeting === null) return;
  const cue = greetingCue(talk.agent.greeting);
  talk.turn.question = { text: cue, index: null, segment: name };
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
  switch (stream.role) {
    case "leaving":
      return;
    case "standby":
      emit(talk, { type: "timer.clear", timer: "standby" });
      return;
    case "draining":
      return drainingEnded(talk, stream);
    case "next":
      if (talk.moving) return moveMissed(talk);
      talk.streams.missedHandOvers++;
      setTimer(talk, "rotate", backoff(talk.streams.missedHandOvers));
      return;
    case "live":
      return liveEnded(talk, stream, end);
  }
}

function drainingEnded(talk: Talk, stream: Stream): void {
  emit(talk, { type: "timer.clear", timer: "drain" });
  // Results that nobody has spoken of yet were told to the live stream as they came.
  const known = talk.untold.length > 0;
  const broken = endBrokenAnswer(talk, stream);
  if (talk.arrival) return speakOnArrival(talk);
  const cue = broken && !known ? owedCue(talk) : null;
  if (cue) ask(talk, cue.text);
}

function liveEnded(talk: Talk, stream: Stream, end: StreamEnd): void {
  talk.streams.deafSince ??= talk.now;
  talk.callerSpeaking = false;
  endBrokenAnswer(talk, stream);
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

/** Dials again: for the stream that hears the caller, or for a move whose door stayed shut. */
export function reopen(talk: Talk): void {
  if (talk.streams.live !== null) {
    if (talk.moving && talk.streams.next === null) openNext(talk, "transition", talk.moving.to);
    return;
  }
  const reason = talk.greeted || talk.transcript.entries.length > 0 ? "recovery" : "start";
  const deafSince = talk.streams.deafSince ?? talk.now;
  const missed = talk.now - deafSince + LIMITS.replayRingMs;
  const segment = talk.moving?.to ?? talk.visits.present.segment;
  openStream(talk, "live", reason, segment, reason === "start" ? 0 : talk.caller.position - missed);
}

/**
 * Moves to a fresh stream when the present one is old enough for the moment: at a turn's end first, then at any
 * silence, then whatever happens.
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
  const age = talk.now - live.state.since;
  const due =
    age >= limits.rotateAtOnceMs ||
    (age >= limits.rotateAtSilenceMs && isQuiet(talk)) ||
    (age >= limits.rotateAtTurnEndMs && moment === "turn_end" && isQuiet(talk));
  if (due) return openNext(talk, "rotation", live.segment);
  if (moment === "turn_end") return;
  const until = age < limits.rotateAtSilenceMs ? limits.rotateAtSilenceMs - age : LIMITS.rotateLookMs;
  setTimer(talk, "rotate", Math.min(until, Math.max(0, limits.rotateAtOnceMs - age)));
}
