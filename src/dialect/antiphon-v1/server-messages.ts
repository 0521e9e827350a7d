/**
 * What the gateway says in `antiphon.v1`, as schemas: the single source of this half of the protocol. The encoder is
 * typed by them and tested against them; they are not run in production.
 */
import * as z from "zod";
import { ERRORS, type GatewayErrorCode } from "../../base/errors.ts";
import type { Json } from "../../base/json.ts";
import { audioFormatsSchema } from "./audio-format.ts";
import { PROTOCOL } from "./client-messages.ts";

/** Every message carries the next number; audio messages are counted in the same numbering. */
const seq = z.int().min(1);
const count = z.int().min(0);
const ms = z.number().min(0);
const dollars = z.number().min(0);
const answer = z.int().min(1);
const turn = z.int().min(0);
const json = z.custom<Json>((value) => value !== undefined);

const errorBody = z.strictObject({
  code: z.enum(Object.keys(ERRORS) as [GatewayErrorCode, ...GatewayErrorCode[]]),
  message: z.string(),
  detail: z.string().optional(),
});

/** The caller may speak: the formats in force, as the client declared them. */
export const ready = z.strictObject({
  type: z.literal("ready"),
  seq,
  session: z.uuid(),
  agent: z.string(),
  protocol: z.literal(PROTOCOL),
  audio: audioFormatsSchema,
  /** With what the client may come back, and for how long after its socket was lost; null when it may not. */
  resume: z.strictObject({ token: z.string(), forMs: ms }).nullable(),
});

/** To a client that has come back, before anything else: what follows begins with number `from`. */
export const resumed = z.strictObject({
  type: z.literal("resumed"),
  /** One less than `from`: it takes the place of what the client has seen or has lost, and no number of its own. */
  seq: count,
  from: seq,
  lost: count,
  lostMs: ms,
});

/** Asks whether the client still gets what it is sent. */
export const ping = z.strictObject({ type: z.literal("ping"), seq });

export const transcript = z.strictObject({
  type: z.literal("transcript"),
  seq,
  role: z.enum(["caller", "agent"]),
  turn,
  answer: answer.nullable(),
  item: z.string(),
  text: z.string(),
  final: z.boolean(),
});

export const speech = z.strictObject({
  type: z.literal("speech"),
  seq,
  state: z.enum(["started", "stopped"]),
});

export const answerState = z.strictObject({
  type: z.literal("answer"),
  seq,
  answer,
  turn,
  state: z.enum(["started", "ended"]),
});

export const interrupted = z.strictObject({
  type: z.literal("interrupted"),
  seq,
  answer,
  heardMs: ms,
  heardText: z.string(),
  by: z.enum(["caller", "client", "recovery"]),
});

export const toolStarted = z.strictObject({
  type: z.literal("tool_started"),
  seq,
  call: z.string(),
  name: z.string(),
  /** Only for clients that may see details. */
  arguments: json.optional(),
});

const failure = z.enum([
  "timeout",
  "refused",
  "threw",
  "bad_arguments",
  "not_allowed",
  "unknown_tool",
  "bad_result",
  "too_large",
  "too_many",
  "unreachable",
  "cancelled",
]);

export const toolEnded = z.strictObject({
  type: z.literal("tool_ended"),
  seq,
  call: z.string(),
  name: z.string(),
  status: z.enum(["ok", "failed"]),
  /** With `failed`. */
  reason: failure.optional(),
  /** With `ok`, only for clients that may see details. */
  result: json.optional(),
  ms,
});

export const toolCall = z.strictObject({
  type: z.literal("tool_call"),
  seq,
  call: z.string(),
  name: z.string(),
  arguments: json,
  timeoutMs: ms,
});

export const segment = z.strictObject({
  type: z.literal("segment"),
  seq,
  name: z.string(),
  reason: z.enum(["start", "rotation", "recovery", "transition"]),
  /** The segment that was left, and who wished it; both null unless the reason is `transition`. */
  from: z.string().nullable(),
  by: z.enum(["model", "tool", "fact", "budget", "client", "operator"]).nullable(),
  gapMs: ms,
});

export const usage = z.strictObject({
  type: z.literal("usage"),
  seq,
  tokens: z.strictObject({ inputSpeech: count, inputText: count, outputSpeech: count, outputText: count }),
  cost: z.strictObject({ model: dollars, platform: dollars, total: dollars }),
});

export const metrics = z.strictObject({
  type: z.literal("metrics"),
  seq,
  turn,
  firstAudioMs: ms.nullable(),
  sinceSpeechMs: ms.nullable(),
  tools: z.array(z.strictObject({ name: z.string(), ms, status: z.enum(["ok", "failed"]) })),
  interrupted: z.boolean(),
  /** Null where the gateway's own part was not measured. */
  gateway: z.strictObject({ upMs: ms.nullable(), downMs: ms.nullable() }).nullable(),
});

export const error = z.strictObject({ type: z.literal("error"), seq, error: errorBody });

export const closing = z.strictObject({
  type: z.literal("closing"),
  seq,
  reason: z.enum([
    "bye",
    "client_left",
    "deleted",
    "never_joined",
    "reaped",
    "time_limit",
    "budget",
    "error",
  ]),
  /** With reason `budget`. */
  of: z.enum(["turns", "tokens", "cost"]).optional(),
  /** With reason `error`. */
  error: errorBody.optional(),
});

export const serverMessage = z.discriminatedUnion("type", [
  ready,
  resumed,
  ping,
  transcript,
  speech,
  answerState,
  interrupted,
  toolStarted,
  toolEnded,
  toolCall,
  segment,
  usage,
  metrics,
  error,
  closing,
]);

export type ServerMessage = z.infer<typeof serverMessage>;
