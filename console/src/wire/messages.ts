/**
 * The console's reading of `antiphon.v1`: what the gateway may say, checked once at the border. It is generous to
 * the future (unknown members are ignored, unknown types reported as such) and trusts nothing else.
 */
import * as z from "zod/mini";
import type { Json } from "../../../src/base/json.ts";

// Under a strict Content-Security-Policy zod's compiled checks would be refused, with a report for each try.
z.config({ jitless: true });

const count = z.number().check(z.nonnegative());
const milliseconds = z.nullish(z.number());
const json = z.custom<Json>(() => true);
const errorBody = z.object({ code: z.string(), message: z.string(), detail: z.optional(z.string()) });

const schemas = {
  ready: z.object({
    type: z.literal("ready"),
    session: z.string(),
    agent: z.string(),
    /** A gateway of before there was a return does not say. */
    resume: z.nullish(z.object({ token: z.string(), forMs: count })),
  }),
  resumed: z.object({ type: z.literal("resumed"), from: count, lost: count, lostMs: count }),
  ping: z.object({ type: z.literal("ping") }),
  transcript: z.object({
    type: z.literal("transcript"),
    role: z.enum(["caller", "agent"]),
    turn: count,
    answer: z.nullish(count),
    item: z.string(),
    text: z.string(),
    final: z.boolean(),
  }),
  speech: z.object({ type: z.literal("speech"), state: z.enum(["started", "stopped"]) }),
  answer: z.object({
    type: z.literal("answer"),
    answer: count,
    turn: count,
    state: z.enum(["started", "ended"]),
  }),
  interrupted: z.object({
    type: z.literal("interrupted"),
    answer: count,
    heardMs: z.number(),
    heardText: z.string(),
    /** "caller", "client" and "recovery" today. */
    by: z.string(),
  }),
  tool_started: z.object({
    type: z.literal("tool_started"),
    call: z.string(),
    name: z.string(),
    arguments: z.optional(json),
  }),
  tool_ended: z.object({
    type: z.literal("tool_ended"),
    call: z.string(),
    name: z.string(),
    status: z.enum(["ok", "failed"]),
    reason: z.nullish(z.string()),
    result: z.optional(json),
    ms: z.number(),
  }),
  tool_call: z.object({
    type: z.literal("tool_call"),
    call: z.string(),
    name: z.string(),
    arguments: z.optional(json),
    timeoutMs: z.number(),
  }),
  segment: z.object({
    type: z.literal("segment"),
    name: z.string(),
    /** "start", "rotation", "recovery" and "transition" today. */
    reason: z.string(),
    from: z.nullish(z.string()),
    by: z.nullish(z.string()),
    gapMs: z.number(),
  }),
  usage: z.object({
    type: z.literal("usage"),
    tokens: z.object({ inputSpeech: count, inputText: count, outputSpeech: count, outputText: count }),
    cost: z.object({ model: count, platform: count, total: count }),
  }),
  metrics: z.object({
    type: z.literal("metrics"),
    turn: count,
    firstAudioMs: milliseconds,
    sinceSpeechMs: milliseconds,
    tools: z.array(z.object({ name: z.string(), ms: z.number(), status: z.string() })),
    interrupted: z.boolean(),
    gateway: z.nullish(z.object({ upMs: milliseconds, downMs: milliseconds })),
  }),
  error: z.object({ type: z.literal("error"), error: errorBody }),
  closing: z.object({ type: z.literal("closing"), reason: z.string(), error: z.nullish(errorBody) }),
} as const;

const envelope = z.object({ type: z.string(), seq: z.nullish(count) });

/** One thing the gateway says, in JSON. */
export type ServerMessage = {
  [Type in keyof typeof schemas]: z.infer<(typeof schemas)[Type]>;
}[keyof typeof schemas];

/** What became of one text message. `seq` is its number in the session, null when it carries none. */
export type Reading =
  | { readonly kind: "message"; readonly seq: number | null; readonly message: ServerMessage }
  /** A newer gateway's message: counted, not shown. */
  | { readonly kind: "unknown"; readonly seq: number | null; readonly type: string }
  /** A type we know, in a shape we do not; or no message at all. */
  | { readonly kind: "malformed"; readonly seq: number | null };

const isKnown = (type: string): type is keyof typeof schemas => Object.hasOwn(schemas, type);

/** Reads one text message. Never throws. */
export const readMessage = (text: string): Reading => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: "malformed", seq: null };
  }
  const head = z.safeParse(envelope, value);
  if (!head.success) return { kind: "malformed", seq: null };
  const { type } = head.data;
  const seq = head.data.seq ?? null;
  if (!isKnown(type)) return { kind: "unknown", seq, type };
  const parsed = z.safeParse<z.core.$ZodType<ServerMessage>>(schemas[type], value);
  return parsed.success ? { kind: "message", seq, message: parsed.data } : { kind: "malformed", seq };
};

/** What the console says. */
export type ClientMessage =
  | {
      readonly type: "hello";
      readonly protocol: "antiphon.v1";
      readonly audio: {
        readonly input: { readonly encoding: "pcm16"; readonly rate: number };
        readonly output: { readonly encoding: "pcm16"; readonly rate: number };
      };
      readonly client: string;
      readonly seen?: number;
    }
  | { readonly type: "pong"; readonly seq: number }
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "played"; readonly answer: number; readonly ms: number }
  | { readonly type: "interrupt" }
  | { readonly type: "mute"; readonly muted: boolean }
  | { readonly type: "dtmf"; readonly digits: string }
  | { readonly type: "go_to"; readonly segment: string }
  | { readonly type: "tool_result"; readonly call: string; readonly result: Json }
  | { readonly type: "tool_result"; readonly call: string; readonly error: string }
  | { readonly type: "bye" };
