/**
 * Opening streams, and moving the session from one to the next. A stream is never the session: the caller's audio is the
 * session's, and is replayed to whichever stream comes to hear it.
 */
import { pcmDurationMs } from "../audio/format.ts";
import { joinPcm } from "../audio/frames.ts";
import { gatewayError } from "../base/errors.ts";
import { LIMITS } from "../base/limits.ts";
import { arrive, beginVisit, speakOnArrival } from "./arrival.ts";
import { briefing, sameTarget, targetOf } from "./briefing.ts";
import { dismiss, drain } from "./draining.ts";
import { FedAudio } from "./fed-audio.ts";
import { mayArrive } from "./move.ts";
import { owedCue } from "./owed.ts";
import { presentSegment, segmentNamed } from "./segments.ts";
import type { Stream, StreamReason } from "./stream-book.ts";
import { emit, setTimer, type Talk, tell, tellError, wordsUnderWay } from "./talk.ts";
import { settleAnswer } from "./turns.ts";
import { greetingCue, LINE_WAS_DOWN, sorryThen } from "./words.ts";

/** Dials. `listensFrom` is the place in the caller's audio from which the stream is to hear, in ms. */
export function openStream(
  talk: Talk,
  role: "live" | "next" | "standby",
  reason: StreamReason,
  segment: string,
  listensFrom: number,
): void {
  const leads = targetOf(segmentNamed(talk, segment));
  const target = role === "standby" ? { ...leads, spare: true } : leads;
  const { generation } = talk.streams.add({ role, reason, segment, target, listensFrom });
  emit(talk, { type: "stream.open", generation, target });
}

/** Sees to it that a stream takes over from the live one: the one kept ready, one under way, or a fresh one. */
export function openNext(talk: Talk, reason: "rotation" | "transition", segment: string): void {
  const target = targetOf(segmentNamed(talk, segment));
  const serves = (stream: Stream): boolean => sameTarget(stream.target, target);
  const { live, next, standby } = talk.streams;
  // The stream that is about to be dialled will be for that segment.
  if (!live) return;
  if (live.state.type !== "open") {
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
  const listensFrom = Math.min(
    talk.caller.position - (wordsUnderWay(talk) ? LIMITS.callerBufferMs : LIMITS.replayRingMs),
    heldFrom(talk),
  );
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

/** What is held back for a tool nobody has heard at all. */
const heldFrom = ({ heldFrom: from }: Talk): number => from ?? Number.POSITIVE_INFINITY;

/** Somebody must hear the caller again: the stream that was kept ready for a move, or a fresh one. */
export function replaceLive(
  talk: Talk,
  reason: "start" | "recovery",
  segment: string,
  listensFrom: number,
): void {
  const { standby } = talk.streams;
  if (!standby || !sameTarget(standby.target, targetOf(segmentNamed(talk, segment)))) {
    openStream(talk, "live", reason, segment, listensFrom);
    return;
  }
  emit(talk, { type: "timer.clear", timer: "standby" });
  standby.role = "live";
  standby.reason = reason;
  standby.segment = segment;
  standby.listensFrom = listensFrom;
  beginLive(talk);
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
  if (stream.role === "live") beginLive(talk);
  else takeOverIfReady(talk);
}

/** `next` becomes `live`, unless it is still dialling or the old voice is to say its last word first. */
export function takeOverIfReady(talk: Talk): void {
  const { next, live: old } = talk.streams;
  if (next?.state.type !== "waiting" || talk.moving?.farewell) return;
  if (!mayArrive(talk, next.segment)) {
    if (old) discard(talk, next);
    else serveHere(talk, next);
    return;
  }
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

/**
 * The stream that is to hear the caller begins if its door is open, unless it has still to learn whom it talks to. It
 * serves whom it was dialled for, if that may still be.
 */
export function beginLive(talk: Talk): void {
  const { live } = talk.streams;
  if (live?.state.type !== "waiting" || talk.recollection.type === "awaited") return;
  if (mayArrive(talk, live.segment)) begin(talk, live);
  else serveHere(talk, live);
}

/** Nobody hears the caller, and the move this stream was for has come to nothing: it serves here, or another does. */
function serveHere(talk: Talk, stream: Stream): void {
  const { name } = presentSegment(talk);
  const reason = stream.reason === "start" ? "start" : "recovery";
  if (!sameTarget(stream.target, targetOf(presentSegment(talk)))) {
    discard(talk, stream);
    return openStream(talk, "live", reason, name, stream.listensFrom);
  }
  stream.role = "live";
  stream.reason = reason;
  stream.segment = name;
  begin(talk, stream);
}

/** The stream is told who it is and what was said, and hears the caller from now on. */
function begin(talk: Talk, stream: Stream): void {
  const { generation, reason } = stream;
  const listensFrom = Math.min(stream.listensFrom, heldFrom(talk));
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
  greetWhenBothAreThere(talk, from);
  replay(talk, listensFrom);
  reportDropped(talk, "while connecting");
  if (moved) tell(talk, { type: "segment", name: stream.segment, reason: "transition", from, by, gapMs });
  else if (reason === "rotation" || reason === "recovery")
    tell(talk, { type: "segment", name: stream.segment, reason, from: null, by: null, gapMs });
  const waitedMs = reason === "start" ? 0 : gapMs;
  // Also when it takes the place of one that came here and was lost before it could say so.
  if (talk.arrival) speakOnArrival(talk, owesSorry(talk, waitedMs));
  else {
    const text = openingWords(talk, owed?.text ?? null, waitedMs);
    if (text !== null) emit(talk, { type: "stream.text", generation, text });
  }
  // It may have been dialled before somebody wished for a fresher one: that is looked at first.
  setTimer(talk, "rotate", talk.rotationWishes.length > 0 ? 0 : talk.agent.limits.rotateAtTurnEndMs);
}

/** What is put to a fresh stream: what the caller is owed, and word of the line when it was down for long. */
function openingWords(talk: Talk, owed: string | null, gapMs: number): string | null {
  if (owed === LINE_WAS_DOWN || !owesSorry(talk, gapMs)) return owed;
  if (owed !== null) return sorryThen(owed);
  talk.turn.question = { text: LINE_WAS_DOWN, index: null, segment: presentSegment(talk).name };
  talk.turn.unanswered = talk.turn.question;
  return LINE_WAS_DOWN;
}

/** What was said to a deaf stream is heard again, and its answer is word enough; noise is owed no word at all. */
const owesSorry = (talk: Talk, gapMs: number): boolean =>
  gapMs >= LIMITS.apologyAfterMs &&
  talk.client.type === "present" &&
  !talk.watchdog.hearing.replacedSince(talk.now - gapMs);

/**
 * Once the client has said hello and a stream hears: the client may talk, or the agent speaks first. `begunIn`: where
 * the talk was when it had nobody to tell yet.
 */
export function greetWhenBothAreThere(talk: Talk, begunIn = talk.visits.present.segment): void {
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
    tell(talk, { type: "segment", name: begunIn, reason: "start", from: null, by: null, gapMs: 0 });
    setTimer(talk, "keep_alive", LIMITS.keepAliveEveryMs);
    beginVisit(talk);
  }
  if (talk.greeted) return;
  talk.greeted = true;
  if (talk.agent.greeting === null) return;
  const cue = greetingCue(talk.agent.greeting);
  talk.turn.question = { text: cue, index: null, segment: talk.visits.present.segment };
  talk.turn.unanswered = talk.turn.question;
  emit(talk, { type: "stream.text", generation: live.generation, text: cue });
}

/** A session that was brought back has said ready to its client: what began with that goes on. */
export function resumeVisit(talk: Talk): void {
  const { client } = talk;
  if ((client.type !== "away" && client.type !== "present") || !client.announced) return;
  setTimer(talk, "keep_alive", LIMITS.keepAliveEveryMs);
  const { budget } = presentSegment(talk);
  if (budget?.ms != null) setTimer(talk, "budget", talk.visits.present.enteredAt + budget.ms - talk.now);
}

/** Gives the caller's audio from `from` on to the stream that hears them now. */
export function replay(talk: Talk, from: number): void {
  // Each piece that goes up is signed and framed by itself: what is there at once goes in as few as a model takes.
  for (const pcm of joinPcm(talk.caller.since(from), LIMITS.upstreamAudioBytes)) feed(talk, pcm);
}

/** Gives audio to the stream that hears the caller. */
export function feed(talk: Talk, pcm: Uint8Array): void {
  const live = talk.streams.live;
  if (live?.state.type !== "open") return;
  live.state.fed.feed(pcmDurationMs(pcm.byteLength, talk.rates.input), talk.now);
  emit(talk, { type: "stream.audio", generation: live.generation, pcm });
}

/** Tells the client what nobody could hear, and nobody will. */
export function reportDropped(talk: Talk, when: "while connecting" | "while a tool worked"): void {
  const droppedMs = talk.caller.takeDroppedMs();
  if (droppedMs === 0) return;
  const detail = `The first ${Math.round(droppedMs)} ms of audio sent ${when} were too much to keep.`;
  tellError(talk, gatewayError("model_unavailable", detail));
}
