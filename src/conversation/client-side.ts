/**
 * What the client does: joins, says hello, speaks, types, leaves.
 */

import { pcmDurationMs } from "../audio/format.ts";
import { silence } from "../audio/frames.ts";
import { gatewayError } from "../base/errors.ts";
import { LIMITS } from "../base/limits.ts";
import { speakOnArrival } from "./arrival.ts";
import { endSession } from "./ending.ts";
import type { Command } from "./events.ts";
import { refusalError } from "./move.ts";
import { ask } from "./owed.ts";
import { streamEnded } from "./recovery.ts";
import { discard, feed, greetWhenBothAreThere, openStream } from "./stream-care.ts";
import { emit, setTimer, type Talk, tellError, wordsUnderWay } from "./talk.ts";
import { finishCall } from "./tool-calls.ts";
import { move } from "./transition.ts";
import { callerSaid, interrupt, played } from "./turns.ts";
import { keysCue } from "./words.ts";

export function clientJoined(talk: Talk): void {
  if (talk.client.type === "away") return;
  talk.client = { type: "joined" };
  emit(talk, { type: "timer.clear", timer: "prewarm" });
  setTimer(talk, "hello", LIMITS.helloMs);
}

/**
 * The client's socket is gone. A client that may return finds its talk as it left it: the model is fed silence
 * meanwhile, and what the agent says is kept.
 */
export function clientLeft(talk: Talk, mayReturn: boolean): void {
  const { client } = talk;
  if (client.type === "away" && mayReturn) return;
  if (!mayReturn || client.type !== "present") {
    talk.client = { type: "gone" };
    endSession(talk, { type: "client_left" });
    return;
  }
  talk.client = { type: "away", since: talk.now, announced: client.announced };
  talk.answer?.hold(talk.now);
  setTimer(talk, "return", LIMITS.resumeMs);
}

function returned(talk: Talk, announced: boolean, rates: Talk["rates"]): void {
  talk.client = { type: "present", announced };
  expectAudio(talk);
  emit(talk, { type: "timer.clear", timer: "hello" });
  emit(talk, { type: "timer.clear", timer: "return" });
  talk.answer?.release(talk.now);
  if (rates.input !== talk.rates.input || rates.output !== talk.rates.output) changeRates(talk, rates);
  greetWhenBothAreThere(talk);
}

/** A client that has said hello is given a moment to begin. */
const expectAudio = (talk: Talk): void => {
  talk.heardAt = talk.now - LIMITS.keepAliveAfterMs + LIMITS.keepAliveAtFirstMs;
};

/** Another device, with other rates: streams are made for theirs, and what is kept of the caller is in the old one. */
function changeRates(talk: Talk, rates: Talk["rates"]): void {
  talk.rates = rates;
  talk.caller.clear();
  const { draining, live } = talk.streams;
  for (const stream of [draining, live]) {
    if (stream?.state.type !== "open") continue;
    emit(talk, { type: "stream.abort", generation: stream.generation });
    streamEnded(talk, stream, { type: "lost", cause: "the client came back with other rates" });
  }
}

export function onCommand(talk: Talk, command: Command): void {
  talk.incoming++;
  if (command.type === "bye") {
    endSession(talk, { type: "bye" });
    return;
  }
  if (command.type === "hello") {
    hello(talk, command);
    return;
  }
  if (talk.client.type === "away") {
    // What it need not be asked is answered in its stead; nothing else comes from a client that is not there.
    if (command.type === "client_tool_result") finishCall(talk, command.call, "client", command.result);
    return;
  }
  if (talk.client.type !== "present") {
    endSession(talk, { type: "error", error: gatewayError("hello_required") });
    return;
  }
  switch (command.type) {
    case "audio":
      return callerAudio(talk, command.pcm);
    case "text":
      return callerTyped(talk, command.text, command.text);
    case "dtmf":
      return callerTyped(talk, `[${command.digits}]`, keysCue(command.digits));
    case "played":
      return played(talk, command.answer, command.ms);
    case "interrupt":
      interrupt(talk, "client");
      return;
    case "mute":
      talk.muted = command.muted;
      if (command.muted) talk.callerSpeaking = false;
      return;
    case "client_tool_result":
      if (!finishCall(talk, command.call, "client", command.result))
        tellError(talk, gatewayError("bad_message", `There is no open client tool call "${command.call}".`));
      return;
    case "pong":
      return;
    case "go_to": {
      const moved = move(talk, command.segment, "client");
      if (!moved.ok) tellError(talk, refusalError(moved.error));
      return;
    }
  }
}

function hello(talk: Talk, command: Extract<Command, { type: "hello" }>): void {
  const { client } = talk;
  const rates = { input: command.inputRate, output: command.outputRate };
  if (client.type === "present") {
    tellError(talk, gatewayError("bad_message", "hello was said already; it is said once."));
    return;
  }
  if (client.type === "away") {
    returned(talk, client.announced, rates);
    return;
  }
  talk.client = { type: "present", announced: false };
  expectAudio(talk);
  emit(talk, { type: "timer.clear", timer: "hello" });
  if (command.inputRate !== talk.rates.input || command.outputRate !== talk.rates.output) {
    // A stream's rates are fixed when it opens: the one opened ahead is of no use to this client.
    talk.rates = rates;
    const live = talk.streams.live;
    if (live?.state.type === "open") {
      talk.usage.settle(live.generation);
      discard(talk, live);
      openStream(talk, "live", "start", live.segment, 0);
    }
  }
  greetWhenBothAreThere(talk);
}

function callerAudio(talk: Talk, pcm: Uint8Array): void {
  if (talk.muted) return;
  // The next frame is as long in coming as this one is.
  talk.heardAt = talk.now + pcmDurationMs(pcm.byteLength, talk.rates.input);
  const heard = talk.streams.live?.state.type === "open" && talk.heldFrom === null;
  // A stream that is opening will want all that is said meanwhile, whoever else hears it.
  const unheard = talk.watchdog.hearing.unheardSince !== null;
  const awaited = !heard || talk.streams.next !== null || wordsUnderWay(talk) || unheard;
  talk.caller.push(pcm, talk.rates.input, awaited ? LIMITS.callerBufferMs : LIMITS.replayRingMs, heard);
  if (talk.heldFrom === null) feed(talk, pcm);
}

function callerTyped(talk: Talk, shown: string, cue: string): void {
  interrupt(talk, "client");
  callerSaid(talk, shown, true, cue);
  ask(talk, cue);
}

/**
 * The model must hear something at all times: it counts a pause by the audio it gets, and gives up a stream that
 * goes without. While the caller is muted, away, or sends nothing in silence, it is given silence.
 */
export function keepAlive(talk: Talk): void {
  setTimer(talk, "keep_alive", untilNextLook(talk));
  // The caller's sound that a new voice waited for may have been no words.
  if (!wordsUnderWay(talk)) speakOnArrival(talk);
  const live = talk.streams.live;
  if (live?.state.type !== "open" || talk.heldFrom !== null) return;
  if (!talk.muted && talk.now - talk.heardAt < LIMITS.keepAliveAfterMs) return;
  const owedMs = Math.min(talk.now - live.state.fed.lastAt, LIMITS.keepAliveBurstMs);
  const pcm = silence(owedMs, talk.rates.input);
  if (pcmDurationMs(pcm.byteLength, talk.rates.input) > 0) feed(talk, pcm);
}

/** While the caller's audio flows there is nothing to fill before it could have stopped: a timer costs like a frame. */
const untilNextLook = (talk: Talk): number => {
  const { muted, arrival, heardAt, now } = talk;
  const flows = !muted && arrival === null && talk.heldFrom === null;
  return flows
    ? Math.max(LIMITS.keepAliveEveryMs, heardAt + LIMITS.keepAliveAfterMs - now)
    : LIMITS.keepAliveEveryMs;
};
