/**
 * The words of Strands' bidirectional events as a hosted agent sends them, in both sets there are: the experimental one,
 * and the one since version 1.57. Source: strands.experimental.bidi (events), Strands' documentation of strands.bidi.
 */
import { randomUUID } from "node:crypto";
import type { UsageReport } from "../engine/usage.ts";

export const VOCABULARIES = ["experimental", "ga"] as const;
export type Vocabulary = (typeof VOCABULARIES)[number];

export type StrandsEvent = Readonly<Record<string, unknown>> & { readonly type: string };

/** Nova's outputs, each told as what that set of words has for it: none, one, or several events. */
export interface Wording {
  connected(model: string): readonly StrandsEvent[];
  callerSaid(text: string): readonly StrandsEvent[];
  planned(text: string): readonly StrandsEvent[];
  spoken(text: string, last: boolean): readonly StrandsEvent[];
  audioStarted(): readonly StrandsEvent[];
  audio(base64: string, rate: number): readonly StrandsEvent[];
  audioStopped(): readonly StrandsEvent[];
  interrupted(): readonly StrandsEvent[];
  completed(): readonly StrandsEvent[];
  restarted(why: string): readonly StrandsEvent[];
}

const pcm = (audio: string, rate: number) => ({ audio, format: "pcm", sample_rate: rate, channels: 1 });

/** Every content of Nova's begins a response, and none ends before the prompt does: so the experimental set has it. */
export function experimental(): Wording {
  const start = (): StrandsEvent => ({ type: "bidi_response_start", response_id: randomUUID() });
  const transcript = (role: string, text: string, final: boolean): readonly StrandsEvent[] => [
    start(),
    {
      type: "bidi_transcript_stream",
      delta: { text },
      text,
      role,
      is_final: final,
      current_transcript: text,
    },
  ];
  return {
    connected: (model) => [{ type: "bidi_connection_start", connection_id: randomUUID(), model }],
    callerSaid: (text) => transcript("user", text, true),
    planned: (text) => transcript("assistant", text, false),
    spoken: (text) => transcript("assistant", text, true),
    audioStarted: () => [start()],
    audio: (base64, rate) => [{ type: "bidi_audio_stream", ...pcm(base64, rate) }],
    audioStopped: () => [],
    interrupted: () => [start(), { type: "bidi_interruption", reason: "user_speech" }],
    completed: () => [
      { type: "bidi_response_complete", response_id: randomUUID(), stop_reason: "complete" },
      { type: "bidi_connection_close", connection_id: randomUUID(), reason: "complete" },
    ],
    restarted: (why) => [{ type: "bidi_connection_restart", timeout_error: why }],
  };
}

/** One response for an answer, with marks around its words and its sound. */
export function ga(): Wording {
  let response: string | undefined;
  let content: string | undefined;
  const begin = (): readonly StrandsEvent[] => {
    if (response !== undefined) return [];
    response = randomUUID();
    return [{ type: "bidi_response_start", response_id: response }];
  };
  const end = (): readonly StrandsEvent[] => {
    const ended = response;
    response = undefined;
    content = undefined;
    return ended === undefined ? [] : [{ type: "bidi_response_stop", response_id: ended }];
  };
  const words = (role: string, id: string, text: string): readonly StrandsEvent[] => [
    { type: "bidi_transcript_start", role, content_id: id },
    { type: "bidi_transcript_delta", delta: text, role, content_id: id },
  ];
  const whole = (role: string, id: string, text: string): StrandsEvent => ({
    type: "bidi_transcript_stop",
    transcript: text,
    role,
    content_id: id,
  });
  return {
    connected: (model) => [{ type: "bidi_connection_start", connection_id: randomUUID(), model }],
    callerSaid(text) {
      const id = randomUUID();
      return [...words("user", id, text), whole("user", id, text)];
    },
    planned(text) {
      content = randomUUID();
      return [...begin(), ...words("assistant", content, text)];
    },
    spoken(text, last) {
      const told = whole("assistant", content ?? randomUUID(), text);
      return last ? [told, ...end()] : [told];
    },
    audioStarted: () => [...begin(), { type: "bidi_audio_start" }],
    audio: (base64, rate) => [{ type: "bidi_audio_delta", ...pcm(base64, rate) }],
    audioStopped: () => [{ type: "bidi_audio_stop" }],
    interrupted: () => [{ type: "bidi_barge_in", reason: "user_speech" }, ...end()],
    completed: () => [
      ...end(),
      { type: "bidi_connection_stop", connection_id: randomUUID(), reason: "complete" },
    ],
    restarted: (why) => [
      { type: "bidi_connection_restart", reason: "timeout", timeout_error: why, turn_interrupted: false },
    ],
  };
}

/** The same in both sets. */
export function usageEvent(report: UsageReport): StrandsEvent {
  const { input, output } = report.details.total;
  return {
    type: "bidi_usage",
    inputTokens: report.totalInputTokens,
    outputTokens: report.totalOutputTokens,
    totalTokens: report.totalTokens,
    modality_details: [
      { modality: "audio", input_tokens: input.speechTokens, output_tokens: output.speechTokens },
      { modality: "text", input_tokens: input.textTokens, output_tokens: output.textTokens },
    ],
  };
}

export function toolEvents(
  toolUseId: string,
  name: string,
  input: unknown,
  result: unknown,
): readonly StrandsEvent[] {
  const toolUse = { toolUseId, name, input };
  return [
    { type: "tool_use_stream", delta: { toolUse }, current_tool_use: toolUse },
    {
      type: "tool_result",
      tool_result: { toolUseId, status: "success", content: [{ text: JSON.stringify(result) }] },
    },
  ];
}
