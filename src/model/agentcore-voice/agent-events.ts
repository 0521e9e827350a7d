/**
 * What a hosted agent says over its WebSocket, read with tolerance: both vocabularies of Strands' bidirectional events
 * (the experimental one, and the one since 1.57), and the sample server's own messages. What we do not know is passed over.
 * https://strandsagents.com/ (bidirectional streaming, events)
 */
import { Buffer } from "node:buffer";
import * as z from "zod";
import { isJsonObject, type JsonObject } from "../../base/json.ts";

export type AgentEvent =
  | {
      readonly type: "audio";
      /** PCM16 little-endian, `channels` interleaved, whole samples of all of them. */
      readonly pcm: Uint8Array;
      /** Hz. */
      readonly rate: number;
      readonly channels: 1 | 2;
    }
  /** Audio we cannot play; `format` is a name of a few characters. */
  | { readonly type: "foreign_audio"; readonly format: string }
  /** Something is about to be said. The experimental set says it several times in one answer. */
  | { readonly type: "response_started" }
  /** `more`: a tool is run, then the answer goes on. */
  | { readonly type: "response_stopped"; readonly more: boolean; readonly interrupted: boolean }
  | {
      readonly type: "transcript";
      readonly role: "user" | "assistant";
      readonly text: string;
      /** Whole and said; else a part, or about to be said. */
      readonly final: boolean;
    }
  | { readonly type: "interrupted" }
  /** Totals since the connection's start, as far as the agent keeps to it. */
  | { readonly type: "usage"; readonly input: TokenCount; readonly output: TokenCount }
  /** The agent has opened a fresh stream to its own model; the words it was saying may be lost. */
  | { readonly type: "restarted"; readonly why: string }
  /** The agent ends the talk. */
  | { readonly type: "stopping"; readonly reason: string }
  | { readonly type: "failure"; readonly name: string; readonly message: string }
  /** Nothing for us in it: marks, the agent's own tools, warnings, greetings, our own words come back. */
  | { readonly type: "nothing" }
  /** An event we know, but not in this shape; `why` holds names only, no values. */
  | { readonly type: "unreadable"; readonly why: string };

export interface TokenCount {
  readonly speech: number;
  readonly text: number;
}

const NOTHING: AgentEvent = { type: "nothing" };
const unreadable = (why: string): AgentEvent => ({ type: "unreadable", why });

/** Sample rates that can be converted without absurd numbers, in Hz; Strands knows 16, 24 and 48 kHz. */
const RATES = { least: 8_000, most: 48_000 } as const;

const word = z.string().catch("");
const role = z.string().transform((name) => (name.toLowerCase() === "user" ? "user" : "assistant"));
/** A delta is a string, or an object with a text. */
const words = z.union([z.string(), z.object({ text: z.string() }).transform(({ text }) => text)]);

const transcriptOf = (
  type: { readonly role: "user" | "assistant" },
  text: string,
  final: boolean,
): AgentEvent => ({ type: "transcript", role: type.role, text, final });

const streamed = z
  .object({ text: words.optional(), delta: words.optional(), role, is_final: z.boolean().default(false) })
  .transform((body) => transcriptOf(body, body.text ?? body.delta ?? "", body.is_final));
const delta = z.object({ delta: words, role }).transform((body) => transcriptOf(body, body.delta, false));
const whole = z
  .object({ transcript: words, role })
  .transform((body) => transcriptOf(body, body.transcript, true));

const responseStopped = z.object({ stop_reason: word }).transform(
  ({ stop_reason: reason }): AgentEvent => ({
    type: "response_stopped",
    more: reason === "tool_use",
    interrupted: reason === "interrupted",
  }),
);

const tokens = z.number().nonnegative().catch(0);
const usage = z
  .object({
    inputTokens: tokens,
    outputTokens: tokens,
    modality_details: z
      .array(z.object({ modality: z.string(), input_tokens: tokens, output_tokens: tokens }))
      .nullish()
      .catch(null),
  })
  .transform((body): AgentEvent => {
    const details = body.modality_details ?? [];
    const split = (total: number, side: "input_tokens" | "output_tokens"): TokenCount => {
      // Speech is what a voice agent mostly says and hears; without details all of it counts as that.
      if (details.length === 0) return { speech: total, text: 0 };
      const text = details
        .filter(({ modality }) => modality !== "audio")
        .reduce((sum, detail) => sum + detail[side], 0);
      return { speech: Math.max(0, total - text), text: Math.min(total, text) };
    };
    return {
      type: "usage",
      input: split(body.inputTokens, "input_tokens"),
      output: split(body.outputTokens, "output_tokens"),
    };
  });

const restarted = z
  .object({ reason: word, timeout_error: word })
  .transform((body): AgentEvent => ({ type: "restarted", why: body.reason || body.timeout_error }));
const stopping = z
  .object({ reason: word })
  .transform((body): AgentEvent => ({ type: "stopping", reason: body.reason }));
const failure = z
  .object({ code: word, message: word })
  .transform((body): AgentEvent => ({ type: "failure", name: body.code, message: body.message }));
const always = (event: AgentEvent) => z.object({}).transform(() => event);

const READERS: ReadonlyMap<string, z.ZodType<AgentEvent>> = new Map<string, z.ZodType<AgentEvent>>([
  ["bidi_response_start", always({ type: "response_started" })],
  ["bidi_response_complete", responseStopped],
  ["bidi_response_stop", responseStopped],
  ["bidi_transcript_stream", streamed],
  ["bidi_transcript_delta", delta],
  ["bidi_transcript_stop", whole],
  ["bidi_interruption", always({ type: "interrupted" })],
  ["bidi_barge_in", always({ type: "interrupted" })],
  ["bidi_usage", usage],
  ["bidi_connection_restart", restarted],
  ["bidi_connection_close", stopping],
  ["bidi_connection_stop", stopping],
  ["bidi_error", failure],
  // The sample server's own, before Strands has a say.
  ["error", failure],
]);

/** By far the most frequent event: checked by hand, decoded once. */
const readAudio = (body: JsonObject): AgentEvent => {
  const { audio, format = "pcm", sample_rate: rate, channels = 1 } = body;
  if (typeof format !== "string") return unreadable("an audio event's format");
  if (format !== "pcm") return { type: "foreign_audio", format: format.slice(0, 16) };
  if (typeof audio !== "string") return unreadable("an audio event's audio");
  if (typeof rate !== "number" || !Number.isInteger(rate) || rate < RATES.least || rate > RATES.most)
    return unreadable("an audio event's sample_rate");
  if (channels !== 1 && channels !== 2) return unreadable("an audio event's channels");
  const bytes = Buffer.from(audio, "base64");
  const whole = bytes.byteLength - (bytes.byteLength % (2 * channels));
  return { type: "audio", pcm: new Uint8Array(bytes.buffer, bytes.byteOffset, whole), rate, channels };
};

/** One message's text. Never throws. */
export const readAgentEvent = (json: string): AgentEvent => {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return unreadable("a message that is not JSON");
  }
  if (!isJsonObject(value) || typeof value.type !== "string") return unreadable("a message without a type");
  if (value.type === "bidi_audio_stream" || value.type === "bidi_audio_delta") return readAudio(value);
  const reader = READERS.get(value.type);
  if (reader === undefined) return NOTHING;
  const read = reader.safeParse(value);
  return read.success ? read.data : unreadable(value.type);
};
