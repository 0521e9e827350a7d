/**
 * The agent that every runtime here hosts: AWS's sample server for Strands over WebSocket, with the emulator's own ears,
 * wits and voice where the sample has Nova Sonic.
 */
import { type Conversation, createConversation } from "../engine/conversation.ts";
import { type FaultOrder, isTerminal } from "../engine/fault-desk.ts";
import { createReceivedAudio } from "../engine/marks.ts";
import type { Controlled, GuestParts } from "../engine/registry.ts";
import type { AudioSummary } from "../engine/trace.ts";
import { LIMITS } from "../limits.ts";
import { INTERNAL_531, USUAL_WORDS } from "../protocol/violations.ts";
import type { ExceptionType, Fault } from "../seams.ts";
import type { Visitor } from "./admit.ts";
import { type AgentConfig, readClientEvent } from "./client-events.ts";
import { createStrandsSpeaker } from "./strands-speaker.ts";
import { experimental, ga, type StrandsEvent } from "./vocabulary.ts";

/** What the agent knows of its WebSocket. */
export interface SocketLine {
  send(message: string | Uint8Array): void;
  /** With a close frame. */
  end(code: number, reason: string): void;
  /** Without. */
  cut(): void;
}

export interface VoiceAgent extends Controlled {
  /** One message, text or binary. */
  receive(message: string): void;
  /** The proxy in front of the agent closes the connection for breaking a limit. */
  overLimit(reason: string): void;
  /** The connection is gone, in order (1000) or not. */
  lost(code: number): void;
}

const POLICY_VIOLATION = 1008;
const SERVER_ERROR = 1011;

export function createVoiceAgent(parts: GuestParts, visitor: Visitor, line: SocketLine): VoiceAgent {
  const { clock, trace, settings } = parts;
  const wording = visitor.vocabulary === "ga" ? ga() : experimental();
  /** Faults of the conversation that were ordered before there was one. */
  const early: ((conversation: Conversation) => void)[] = [];
  const received = createReceivedAudio();
  let conversation: Conversation | undefined;
  let rate = 16_000;
  let over = false;
  let echoes = 0;
  let held: string[] | undefined;
  let ageMs = 0;
  const opened = clock.now();

  const note = (name: string, body?: unknown): void => trace.add({ direction: "note", name, body });

  const write = (message: string): void => {
    if (over) return;
    if (held === undefined) line.send(message);
    else held.push(message);
  };
  const send = (event: StrandsEvent, audio?: AudioSummary): void => {
    if (over) return;
    const { type: name, ...body } = event;
    trace.add({ direction: "sent", name, ...(audio === undefined ? { body } : { audio }) });
    write(JSON.stringify(event));
  };

  const close = (how: () => void): void => {
    if (over) return;
    over = true;
    stopOld();
    stopIdle();
    conversation?.stop(false);
    how();
    parts.onEnd();
  };
  const end = (code: number, reason: string): void => {
    note("closed", { code, reason });
    close(() => line.end(code, reason));
  };

  const old = (): void => end(POLICY_VIOLATION, "Maximum streaming duration exceeded");
  let stopOld = clock.after(LIMITS.agentcoreConnectionMs, old);
  const idle = (): void => end(POLICY_VIOLATION, "Session idle timeout");
  let stopIdle = clock.after(LIMITS.agentcoreIdleMs, idle);

  const talk = (task: (conversation: Conversation) => void): void => {
    if (conversation === undefined) early.push(task);
    else task(conversation);
  };

  const fail = (exception: ExceptionType, message: string): void => {
    const code = exception.replace(/^./, (letter) => letter.toUpperCase());
    send({ type: "bidi_error", message, code, details: null });
    end(SERVER_ERROR, "Internal error");
  };

  const stall = (ms: number | undefined): void => {
    held ??= [];
    if (ms === undefined) return;
    clock.after(ms, () => {
      const waiting = held ?? [];
      held = undefined;
      for (const message of waiting) write(message);
    });
  };

  const fault = (wanted: Fault): void => {
    if (over) return;
    note("fault", wanted);
    switch (wanted.type) {
      case "refuse":
        return parts.refuseNext(wanted);
      case "exception":
        return fail(wanted.exception, wanted.message ?? USUAL_WORDS[wanted.exception]);
      case "error":
        return end(SERVER_ERROR, wanted.message ?? "Internal error");
      case "internal531":
        // The agent finds its model's stream gone, and opens another.
        for (const event of wording.restarted(INTERNAL_531)) send(event);
        return;
      case "cut":
        note("closed", { code: 1006 });
        return close(() => line.cut());
      case "close":
        return end(wanted.code, wanted.reason ?? "");
      case "echo":
        echoes += 1;
        return;
      case "stall":
        return stall(wanted.ms);
      case "slow_first_byte":
        return talk((conversation) => conversation.delayNextAnswer(wanted.ms));
      case "duplicate_tool_use":
        return talk((conversation) => conversation.duplicateNextToolUse());
      case "unknown_event":
        return send({ type: "bidi_mood", mood: "an event that no client knows yet" });
      case "garbage":
        trace.add({ direction: "sent", name: "garbage", body: { kind: wanted.kind } });
        return line.send(wanted.kind === "bad_crc" ? Buffer.from([0xff, 0x00, 0xfe]) : '{"type":"bidi_audio');
      default:
        return note("ignored", { why: "AgentCore's messages have no event-stream frames" });
    }
  };

  const configure = (config: AgentConfig): void => {
    rate = config.input_sample_rate;
    const speaker = createStrandsSpeaker({
      wording,
      clock,
      model: config.model_id,
      rate: config.output_sample_rate,
      send,
      toolDone: (id, result) => talk((conversation) => conversation.toolResult(id, result)),
    });
    conversation = createConversation({
      clock,
      prompt: {
        name: "hosted",
        voiceId: config.voice,
        outputRate: config.output_sample_rate,
        tools: [],
      },
      speaker,
      voice: parts.voice,
      mind: parts.mind,
      firstAudioMs: settings.firstAudioMs,
      speechEvents: false,
      silentUntilResult: false,
      scene: () => ({
        modelId: config.model_id,
        systemPrompt: config.system_prompt,
        history: [],
        tools: [],
      }),
      toolUsed: () => {},
      fault,
      failed(error) {
        note("bug", { error: error instanceof Error ? error.stack : String(error) });
        fail("internalServerException", USUAL_WORDS.internalServerException);
      },
    });
    send({
      type: "system",
      message: `Configuration applied: voice=${config.voice}, model=${config.model_id}`,
    });
    speaker.begin();
    conversation.listen(parts.createEars({ rate, sensitivity: "MEDIUM" }));
    for (const task of early.splice(0)) task(conversation);
  };

  note("connected", {
    runtime: visitor.runtimeArn,
    qualifier: visitor.qualifier,
    session: visitor.sessionId,
    authorised: visitor.authorised,
    custom: visitor.custom,
  });

  return {
    receive(message) {
      if (over) return;
      stopIdle();
      stopIdle = clock.after(LIMITS.agentcoreIdleMs, idle);
      if (echoes > 0) {
        echoes -= 1;
        write(message);
      }
      const read = readClientEvent(message);
      if (!read.ok) {
        trace.add({ direction: "received", name: read.error.name, body: { chars: message.length } });
        note("violation", { why: read.error.why });
        return send({ type: "error", message: read.error.why });
      }
      const event = read.value;
      if (event.type === "audio") {
        const audio = received(event.samples, event.rate);
        trace.add({ direction: "received", name: "bidi_audio_input", audio });
      } else {
        const { type: name, ...body } = JSON.parse(message);
        trace.add({ direction: "received", name, body });
      }
      if (event.type === "config") {
        if (conversation === undefined) return configure(event.config);
        return send({
          type: "system",
          message: "Configuration can only be set once per session. Please start a new session.",
        });
      }
      if (conversation === undefined)
        return send({ type: "system", message: "Please send config event first" });
      if (event.type === "text") return conversation.typed(event.text);
      if (event.type === "image") return send({ type: "error", message: "Images are not supported" });
      if (event.rate !== rate)
        return send({ type: "error", message: `sample_rate: ${event.rate} is not the configured ${rate}` });
      conversation.hear(event.samples);
    },
    overLimit(reason) {
      note("violation", { why: reason });
      end(POLICY_VIOLATION, reason);
    },
    lost(code) {
      if (!over) trace.add({ direction: "received", name: "(closed)", body: { code } });
      close(() => {});
    },
    suffer({ fault: wanted, when, times }: FaultOrder) {
      for (let count = 0; count < times && !over; count += 1) {
        if (when === "now") fault(wanted);
        else talk((conversation) => conversation.armMidAnswer(wanted));
        if (isTerminal(wanted)) return;
      }
    },
    age(ms) {
      if (over) return;
      ageMs += ms;
      stopOld();
      stopOld = clock.after(Math.max(0, opened + LIMITS.agentcoreConnectionMs - ageMs - clock.now()), old);
    },
  };
}
