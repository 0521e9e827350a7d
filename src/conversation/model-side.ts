/**
 * What the streams say. Only the live stream is believed about the caller; a draining one may finish the answer it
 * was speaking; anything else is stale and dropped.
 */

import { checkBudget } from "./budget.ts";
import type { ModelEvent } from "./events.ts";
import { rotate, streamEnded } from "./recovery.ts";
import type { Stream } from "./stream-book.ts";
import { streamOpened } from "./stream-care.ts";
import { type Talk, tell } from "./talk.ts";
import { toolWanted } from "./tool-calls.ts";
import { farewellBegun, retryMissedWay } from "./transition.ts";
import {
  answerAudio,
  answerSent,
  callerSaid,
  interrupt,
  settleAnswer,
  showAnswer,
  speakingAnswer,
} from "./turns.ts";

export function onModel(talk: Talk, generation: number, event: ModelEvent): void {
  const stream = talk.streams.get(generation);
  if (!stream) return;
  switch (event.type) {
    case "opened":
      return streamOpened(talk, stream);
    case "ended":
      return streamEnded(talk, stream, event.end);
    case "usage":
      return talk.usage.report(generation, event.tokens);
    case "agent_text":
    case "agent_audio_started":
    case "agent_audio":
    case "agent_audio_ended":
      return agentSpeaks(talk, stream, event);
    default:
      if (stream.state.type !== "open") return;
      if (stream.role === "live" || mayStill(talk, stream, event)) callerOrTool(talk, stream, event);
  }
}

/** A draining stream's answer may take a tool, and may have been talked over before the stream was left. */
const mayStill = (talk: Talk, { role, generation }: Stream, event: ModelEvent): boolean =>
  role === "draining" &&
  talk.answer?.generation === generation &&
  (event.type === "tool_use" || event.type === "interrupted");

type AgentEvent = Extract<
  ModelEvent,
  { type: "agent_text" | "agent_audio_started" | "agent_audio" | "agent_audio_ended" }
>;

function agentSpeaks(talk: Talk, stream: Stream, event: AgentEvent): void {
  const { generation, role } = stream;
  const current = talk.answer?.generation === generation ? talk.answer : null;
  if (stream.state.type !== "open") return;
  talk.streams.failures = 0;

  if (event.type === "agent_text" && event.stage === "spoken") {
    // The last sentence's final words come after its audio, be the stream on its way out.
    if (!current || current.cut) return;
    current.speak(event.text);
    if (current.settled) {
      settleAnswer(talk);
      turnEnded(talk);
    }
    return;
  }
  // A stream on its way out may end what it was saying; it may not begin anything.
  if (role !== "live" && (current === null || current.sent)) return;
  if (event.type === "agent_audio_ended") {
    if (!current || current.sent) return;
    if (!event.last) {
      current.endAudio();
      return;
    }
    answerSent(talk, current);
    // Else its final words are still to come, and the turn ends with them.
    if (current.settled) turnEnded(talk);
    return;
  }
  if (event.type === "agent_audio_started") {
    // What it says from here on was made with all the results it was given.
    if (current && !current.sent && !current.isBridge) talk.untold = [];
    return;
  }
  const answer = speakingAnswer(talk, generation);
  if (!answer) return;
  if (event.type === "agent_audio") {
    const begins = answer.firstAudioAt === null;
    answerAudio(talk, answer, event.pcm);
    if (begins && role === "live") farewellBegun(talk);
    return;
  }
  answer.plan(event.text);
  showAnswer(talk, answer, false);
}

function turnEnded(talk: Talk): void {
  checkBudget(talk, false);
  retryMissedWay(talk);
  rotate(talk, "turn_end");
}

function callerOrTool(
  talk: Talk,
  stream: Stream,
  event: Extract<
    ModelEvent,
    { type: "speech_started" | "speech_stopped" | "caller_text" | "interrupted" | "tool_use" }
  >,
): void {
  switch (event.type) {
    case "speech_started":
      talk.callerSpeaking = true;
      // While the model is still sending it decides itself whether this is a barge-in. Once it has sent everything it
      // has nothing left to interrupt, though the caller still hears the answer: then it is for us to stop it.
      if (isOver(talk, stream)) interrupt(talk, "caller");
      tell(talk, { type: "speech", state: "started" });
      return;
    case "speech_stopped": {
      talk.callerSpeaking = false;
      const fed = stream.state.type === "open" ? stream.state.fed : null;
      talk.speechEnd = {
        stoppedAt: talk.now,
        speechEndedAt: event.offsetMs === null ? null : (fed?.timeOf(event.offsetMs) ?? null),
      };
      tell(talk, { type: "speech", state: "stopped" });
      return;
    }
    case "caller_text":
      talk.callerSpeaking = false;
      talk.streams.failures = 0;
      // What is held back is not among these words: no stream has heard it.
      talk.caller.account(Math.min(talk.caller.position, talk.heldFrom ?? talk.caller.position));
      // Not every model says that it hears speech.
      if (isOver(talk, stream)) interrupt(talk, "caller");
      // An answer that was cut has nothing more to come once the model has turned to the caller's next words.
      if (talk.answer?.cut) talk.answer.sent = true;
      callerSaid(talk, event.text, false);
      return;
    case "interrupted":
      interrupt(talk, "caller", breaksOff(talk, stream));
      if (talk.answer) talk.answer.sent = true;
      settleAnswer(talk);
      return;
    case "tool_use":
      toolWanted(talk, stream, event);
      return;
  }
}

/**
 * Whether a stream that says it was interrupted means what it was saying in this turn. Nova ends the sound of it first,
 * with the same word as at an answer's end; that it was not the end shows in final words that never came.
 */
const breaksOff = ({ answer, turn }: Talk, { generation }: Stream): boolean =>
  answer !== null && answer.generation === generation && answer.turn === turn.number && !answer.settled;

/** This stream says nothing of the answer any more: it has sent it whole, or another stream speaks it. */
const isOver = (talk: Talk, { generation }: Stream): boolean =>
  talk.answer !== null && (talk.answer.sent || talk.answer.generation !== generation);
