/**
 * What Nova says, read with tolerance: events and members we do not know are passed over, what we need is checked.
 * https://docs.aws.amazon.com/nova/latest/nova2-userguide/sonic-output-events.html
 */
import * as z from "zod";
import { decodeBase64 } from "../../base/base64.ts";
import { isJsonObject } from "../../base/json.ts";
import type { TokenUsage } from "../../conversation/events.ts";

export type NovaOutput =
  | {
      readonly type: "content_start";
      readonly content: string;
      /** TEXT, AUDIO, TOOL. */
      readonly kind: string;
      /** USER, ASSISTANT, TOOL. */
      readonly role: string | null;
      /** SPECULATIVE: about to be said. FINAL: said. */
      readonly stage: string | null;
    }
  | { readonly type: "text"; readonly content: string; readonly text: string }
  | { readonly type: "audio"; readonly content: string; readonly pcm: Uint8Array }
  | { readonly type: "tool_use"; readonly use: string; readonly name: string; readonly argumentsText: string }
  | {
      readonly type: "content_end";
      readonly content: string;
      readonly kind: string | null;
      /** PARTIAL_TURN, END_TURN, INTERRUPTED, TOOL_USE. */
      readonly stopReason: string | null;
    }
  /** Only after we ended the prompt. */
  | { readonly type: "completion_end" }
  | { readonly type: "usage"; readonly tokens: TokenUsage }
  /** Undocumented, seen on Nova 2 and later. Never to be relied on. */
  | { readonly type: "speech_start" | "speech_end"; readonly offsetMs: number | null }
  /** Nothing for us in it. */
  | { readonly type: "nothing" }
  /** An event we know, but not in this shape; `why` holds names only, no values. */
  | { readonly type: "unreadable"; readonly why: string };

const NOTHING: NovaOutput = { type: "nothing" };
const unreadable = (why: string): NovaOutput => ({ type: "unreadable", why });

const word = z.string().nullable().catch(null);
const tokens = z.number().nonnegative().default(0);
const tokenPair = z
  .object({ speechTokens: tokens, textTokens: tokens })
  .default({ speechTokens: 0, textTokens: 0 });

const stageFields = z.object({ generationStage: z.string() });

/** `additionalModelFields` is JSON inside a string; an object would be as good. */
const stageOf = (fields: unknown): string | null => {
  let value = fields;
  if (typeof fields === "string") {
    try {
      value = JSON.parse(fields);
    } catch {
      return null;
    }
  }
  return stageFields.safeParse(value).data?.generationStage ?? null;
};

const contentStart = z
  .object({
    contentId: z.string(),
    type: z.string(),
    role: word,
    additionalModelFields: z.unknown().optional(),
  })
  .transform(
    (body): NovaOutput => ({
      type: "content_start",
      content: body.contentId,
      kind: body.type,
      role: body.role,
      stage: stageOf(body.additionalModelFields),
    }),
  );

const textOutput = z
  .object({ contentId: z.string(), content: z.string() })
  .transform((body): NovaOutput => ({ type: "text", content: body.contentId, text: body.content }));

const toolUse = z
  .object({
    toolUseId: z.string().min(1),
    toolName: z.string().min(1),
    // JSON text; tolerated as an object, or absent for a tool without parameters.
    content: z
      .unknown()
      .optional()
      .transform((value) => (typeof value === "string" ? value : JSON.stringify(value ?? {}))),
  })
  .transform(
    (body): NovaOutput => ({
      type: "tool_use",
      use: body.toolUseId,
      name: body.toolName,
      argumentsText: body.content,
    }),
  );

const contentEnd = z.object({ contentId: z.string(), type: word, stopReason: word }).transform(
  (body): NovaOutput => ({
    type: "content_end",
    content: body.contentId,
    kind: body.type,
    stopReason: body.stopReason,
  }),
);

const usageEvent = z
  .object({ details: z.object({ total: z.object({ input: tokenPair, output: tokenPair }) }) })
  .transform(
    ({ details: { total } }): NovaOutput => ({
      type: "usage",
      tokens: {
        inputSpeech: total.input.speechTokens,
        inputText: total.input.textTokens,
        outputSpeech: total.output.speechTokens,
        outputText: total.output.textTokens,
      },
    }),
  );

const speech = (type: "speech_start" | "speech_end") =>
  z
    .object({ inputAudioOffsetMs: z.number().nonnegative().nullable().catch(null) })
    .transform((body): NovaOutput => ({ type, offsetMs: body.inputAudioOffsetMs }));

const READERS: ReadonlyMap<string, z.ZodType<NovaOutput>> = new Map<string, z.ZodType<NovaOutput>>([
  ["contentStart", contentStart],
  ["textOutput", textOutput],
  ["toolUse", toolUse],
  ["contentEnd", contentEnd],
  ["completionEnd", z.object({}).transform((): NovaOutput => ({ type: "completion_end" }))],
  ["usageEvent", usageEvent],
  ["userSpeechStart", speech("speech_start")],
  ["userSpeechEnd", speech("speech_end")],
]);

/** PCM16 without half a sample at its end. */
export const wholeSamples = (pcm: Uint8Array): Uint8Array =>
  pcm.length % 2 === 0 ? pcm : pcm.subarray(0, pcm.length - 1);

/** By far the most frequent event, in a shape that `AudioReader` does not read: checked by hand, cut to whole samples. */
const readAudio = (body: unknown): NovaOutput => {
  if (!isJsonObject(body) || typeof body.contentId !== "string" || typeof body.content !== "string") {
    return unreadable("audioOutput");
  }
  return { type: "audio", content: body.contentId, pcm: wholeSamples(decodeBase64(body.content)) };
};

const fromUtf8 = new TextDecoder();

/** One event's JSON text in UTF-8. Never throws. */
export const readOutput = (json: Uint8Array): NovaOutput => {
  let value: unknown;
  try {
    value = JSON.parse(fromUtf8.decode(json));
  } catch {
    return unreadable("an event that is not JSON");
  }
  if (!isJsonObject(value) || !isJsonObject(value.event)) return unreadable("no event in a chunk");
  const [named] = Object.entries(value.event);
  if (named === undefined) return NOTHING;
  const [name, body] = named;
  if (name === "audioOutput") return readAudio(body);
  const reader = READERS.get(name);
  if (reader === undefined) return NOTHING;
  const read = reader.safeParse(body);
  return read.success ? read.data : unreadable(name);
};
