/**
 * What a client may say in `antiphon.v1`, as schemas: the single source of this half of the protocol. Strict, since
 * a misspelt member that is silently ignored costs its author an afternoon.
 */
import * as z from "zod";
import type { Json } from "../../base/json.ts";
import { LIMITS } from "../../base/limits.ts";
import { audioFormatsSchema } from "./audio-format.ts";

export const PROTOCOL = "antiphon.v1";

/** Text that survives the way to the model: a lone surrogate has no UTF-8 form. */
const wellFormed = (schema: z.ZodString) =>
  schema.refine((text) => text.isWellFormed(), {
    message: "Expected well-formed Unicode, without lone surrogates",
  });

/** The number of something the gateway said; 0 for none of it. */
const seq = z.int().min(0);

const callId = z.string().min(1).max(LIMITS.clientNameChars);

/** The message came from the JSON parser, so any value in it is JSON, and its depth is bounded (base/parse-json). */
const json = z.custom<Json>((value) => value !== undefined, { message: "Expected a JSON value" });

/** First, once on each socket: who speaks, and how the audio is written in both directions. */
export const hello = z.strictObject({
  type: z.literal("hello"),
  protocol: z.literal(PROTOCOL),
  audio: audioFormatsSchema,
  client: wellFormed(z.string().min(1).max(LIMITS.clientNameChars)).optional(),
  /** Of a client that comes back: the last number it has seen. Without it, it wants nothing again. */
  seen: seq.optional(),
});

/** The answer to `ping`, with its number. */
export const pong = z.strictObject({ type: z.literal("pong"), seq });

/** The caller typed instead of speaking. */
export const text = z.strictObject({
  type: z.literal("text"),
  text: wellFormed(z.string().max(LIMITS.callerTextChars)).refine((value) => value.trim() !== "", {
    message: "Expected words, not blanks",
  }),
});

/** How much of an answer the caller has heard. Fractions of a ms are fine: clients count samples. */
export const played = z.strictObject({
  type: z.literal("played"),
  answer: z.int().min(1),
  ms: z.number().min(0).max(LIMITS.sessionMaxMs),
});

export const interrupt = z.strictObject({ type: z.literal("interrupt") });

export const mute = z.strictObject({ type: z.literal("mute"), muted: z.boolean() });

export const dtmf = z.strictObject({
  type: z.literal("dtmf"),
  digits: z
    .string()
    .min(1)
    .max(LIMITS.dtmfDigits)
    .regex(/^[0-9*#A-D]*$/, "Expected keys of a telephone only: 0 to 9, *, #, A to D"),
});

/** Which segments there are is the agent's to know; here is only what may be a name. The HTTP API takes it, too. */
export const segmentName = z
  .string()
  .max(LIMITS.segmentNameChars)
  .regex(/^[a-z][a-z0-9_]*$/, "Expected a segment's name: a small letter, then small letters, digits and _");

/** Asks for another segment. */
export const goTo = z.strictObject({ type: z.literal("go_to"), segment: segmentName });

/** The answer to a `tool_call`: either what came of it, or in words why nothing did. */
export const toolResult = z
  .strictObject({
    type: z.literal("tool_result"),
    call: callId,
    result: json.optional(),
    error: wellFormed(z.string().min(1).max(LIMITS.callerTextChars)).optional(),
  })
  .refine((message) => (message.result === undefined) !== (message.error === undefined), {
    message: "Expected either result or error, exactly one of them",
  });

export const bye = z.strictObject({ type: z.literal("bye") });

export const clientMessage = z.discriminatedUnion("type", [
  hello,
  text,
  played,
  interrupt,
  mute,
  dtmf,
  goTo,
  toolResult,
  pong,
  bye,
]);

export type ClientMessage = z.infer<typeof clientMessage>;
