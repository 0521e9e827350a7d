/**
 * One bidirectional stream: the rules on the way in, the conversation, the two clocks that end it, and its faults.
 */
import type { Clock } from "../clock.ts";
import { type InputEvent, parseInputEvent } from "../protocol/input-events.ts";
import type { ModelFacts } from "../protocol/models.ts";
import { createRulebook, type Meaning } from "../protocol/rulebook.ts";
import {
  INTERNAL_531,
  invalidBytes,
  invalidRequest,
  noInput,
  noPrompts,
  USUAL_WORDS,
  type Violation,
} from "../protocol/violations.ts";
import type { Ears, ExceptionType, Fault, Mind, Sensitivity, Voice } from "../seams.ts";
import type { WireFault } from "../wire/signed-events.ts";
import { type Conversation, createConversation } from "./conversation.ts";
import { type FaultOrder, isTerminal, type RefuseFault } from "./fault-desk.ts";
import { createLifetime } from "./lifetime.ts";
import type { Line } from "./line.ts";
import { createReceivedAudio } from "./marks.ts";
import { createOutlet } from "./outlet.ts";
import { createSpeaker } from "./speaker.ts";
import type { Trace } from "./trace.ts";

/** How a stream ends after 8 minutes. What Bedrock sends is not documented: be ready for each. */
export const CONNECTION_ENDS = [
  "modelTimeoutException",
  "validationException",
  "internal531",
  "cut",
] as const;
export type ConnectionEnd = (typeof CONNECTION_ENDS)[number];

export interface StreamSettings {
  /** From the end of what the caller says (or a tool result) to the first audio. */
  readonly firstAudioMs: number;
  readonly connectionEnd: ConnectionEnd;
  readonly refuseAudioWhileToolPending: boolean;
  readonly speechEvents: boolean;
}

export type EarsFactory = (options: { readonly rate: number; readonly sensitivity: Sensitivity }) => Ears;

export interface StreamParts {
  readonly model: ModelFacts;
  readonly clock: Clock;
  readonly settings: StreamSettings;
  readonly line: Line;
  readonly trace: Trace;
  readonly createEars: EarsFactory;
  readonly voice: Voice;
  readonly mind: Mind;
  /** A scenario wants the next request refused. */
  refuseNext(fault: RefuseFault): void;
  /** The stream is over; called once. */
  onEnd(): void;
}

export interface NovaStream {
  /** The JSON text of one event, its signature verified. */
  receive(json: string): void;
  /** The client said that it sends no more. */
  inputEnded(): void;
  /** What came could not be opened. */
  refuse(fault: WireFault): void;
  /** The connection is gone. */
  lost(): void;
  suffer(order: FaultOrder): void;
  /** Makes the stream older by that much: for the limit of 8 minutes only. */
  age(ms: number): void;
}

export function createStream(parts: StreamParts): NovaStream {
  const { clock, settings, trace, line, model } = parts;
  const outlet = createOutlet(line, trace, clock);
  const rulebook = createRulebook({
    model,
    refuseAudioWhileToolPending: settings.refuseAudioWhileToolPending,
  });
  /** Faults of the conversation that were ordered before there was one. */
  const early: ((conversation: Conversation) => void)[] = [];
  const received = createReceivedAudio();
  let conversation: Conversation | undefined;
  let sensitivity: Sensitivity = "MEDIUM";
  let rate = 16_000;
  let over = false;

  const note = (name: string, body?: unknown): void => trace.add({ direction: "note", name, body });

  const close = (how: () => void, inOrder = false): void => {
    if (over) return;
    over = true;
    lifetime.stop();
    conversation?.stop(inOrder);
    how();
    parts.onEnd();
  };
  const finish = (): void => close(() => outlet.end(), true);
  const fail = (exception: ExceptionType, message: string): void => {
    if (over) return;
    outlet.exception(exception, message);
    close(() => outlet.end());
  };
  const violate = (violation: Violation): void => {
    note("violation", { why: violation.why });
    fail(violation.exception, violation.message);
  };

  const tooOld = (): void => {
    note("limit", { why: "the connection is 8 minutes old" });
    switch (settings.connectionEnd) {
      case "cut":
        return close(() => outlet.cut());
      case "internal531":
        return fail("validationException", INTERNAL_531);
      default:
        return fail(settings.connectionEnd, USUAL_WORDS[settings.connectionEnd]);
    }
  };
  const lifetime = createLifetime(clock, tooOld, () => violate(noInput));

  const talk = (task: (conversation: Conversation) => void): void => {
    if (conversation === undefined) early.push(task);
    else task(conversation);
  };

  const fault = (wanted: Fault): void => {
    if (over) return;
    note("fault", wanted);
    switch (wanted.type) {
      case "refuse":
        return parts.refuseNext(wanted);
      case "exception":
        return fail(wanted.exception, wanted.message ?? USUAL_WORDS[wanted.exception]);
      case "internal531":
        return fail("validationException", INTERNAL_531);
      case "error":
        outlet.error(wanted.code ?? "InternalError", wanted.message ?? "An internal server error occurred");
        return close(() => outlet.end());
      case "cut":
        return close(() => outlet.cut());
      case "close":
        return close(() => outlet.end());
      case "echo":
        return note("ignored", { why: "nobody sends Nova's messages back" });
      case "slow_first_byte":
        return talk((conversation) => conversation.delayNextAnswer(wanted.ms));
      case "duplicate_tool_use":
        return talk((conversation) => conversation.duplicateNextToolUse());
      case "unknown_event":
        return outlet.event("moodEvent", { mood: "an event that no client knows yet" });
      default:
        return outlet.spoil(wanted);
    }
  };

  const begin = (meaning: Extract<Meaning, { type: "prompt_started" }>): void => {
    const { prompt } = meaning;
    sensitivity = meaning.sensitivity;
    line.accept();
    const speaker = createSpeaker({ outlet, clock, promptName: prompt.name, rate: prompt.outputRate });
    speaker.begin();
    conversation = createConversation({
      clock,
      prompt,
      speaker,
      voice: parts.voice,
      mind: parts.mind,
      firstAudioMs: settings.firstAudioMs,
      speechEvents: settings.speechEvents,
      silentUntilResult: model.silentUntilResult,
      scene: rulebook.scene,
      toolUsed: rulebook.toolUsed,
      fault,
      failed(error) {
        note("bug", { error: error instanceof Error ? error.stack : String(error) });
        fail("internalServerException", USUAL_WORDS.internalServerException);
      },
    });
    for (const task of early.splice(0)) task(conversation);
  };

  const follow = (meaning: Meaning): void => {
    switch (meaning.type) {
      case "nothing":
        return;
      case "prompt_started":
        return begin(meaning);
      case "audio_started":
        rate = meaning.rate;
        return conversation?.listen(parts.createEars({ rate, sensitivity }));
      case "audio":
        lifetime.heard();
        return conversation?.hear(meaning.samples);
      case "typed":
        lifetime.heard();
        return conversation?.typed(meaning.text);
      case "tool_result":
        return conversation?.toolResult(meaning.toolUseId, meaning.content);
      case "prompt_ended":
        return conversation?.endPrompt();
      case "session_ended":
        return finish();
    }
  };

  const record = (event: InputEvent, meaning: Meaning | undefined): void => {
    if (meaning?.type === "audio") {
      trace.add({ direction: "received", name: event.name, audio: received(meaning.samples, rate) });
    } else if (event.name === "audioInput") {
      const { content, ...body } = event.body;
      trace.add({
        direction: "received",
        name: event.name,
        body: { ...body, content: `(${content.length} characters)` },
      });
    } else {
      trace.add({ direction: "received", name: event.name, body: event.body });
    }
  };

  return {
    receive(json) {
      if (over) return note("ignored", { why: "an event after the end of the stream" });
      const parsed = parseInputEvent(json);
      if (!parsed.ok) {
        trace.add({ direction: "received", name: parsed.name, body: { chars: json.length } });
        return violate((parsed.kind === "not_json" ? invalidBytes : invalidRequest)(parsed.why));
      }
      const accepted = rulebook.accept(parsed.event);
      record(parsed.event, accepted.ok ? accepted.value : undefined);
      if (accepted.ok) follow(accepted.value);
      else violate(accepted.error);
    },
    inputEnded() {
      trace.add({ direction: "received", name: "(end of input)" });
      if (conversation === undefined && !over) violate(noPrompts("the input ended without a prompt"));
      else finish();
    },
    refuse(wrong) {
      if (over) return;
      note("refused", { why: wrong.why });
      switch (wrong.type) {
        case "damaged":
          return fail("validationException", `The event stream message is malformed: ${wrong.why}`);
        case "invalid":
          return violate(invalidBytes(wrong.why));
        case "unsigned":
          outlet.error("InvalidSignatureException", wrong.message);
          return close(() => outlet.end());
      }
    },
    lost() {
      if (!over) note("lost", { why: "the client's connection is gone" });
      close(() => outlet.forget());
    },
    suffer({ fault: wanted, when, times }) {
      for (let count = 0; count < times && !over; count += 1) {
        if (when === "now") fault(wanted);
        else talk((conversation) => conversation.armMidAnswer(wanted));
        if (isTerminal(wanted)) return;
      }
    },
    age(ms) {
      if (!over) lifetime.age(ms);
    },
  };
}
