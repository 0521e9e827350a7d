/**
 * The other end of the wire, for tests: frames as Bedrock sends them, and what we sent, opened.
 */
import { decodeMessage, encodeMessage } from "../../../src/aws/event-stream/codec.ts";
import { encodeHeaders } from "../../../src/aws/event-stream/headers.ts";
import { stringHeader } from "../../../src/aws/event-stream/message.ts";

const utf8 = new TextEncoder();

export const frame = (headers: Readonly<Record<string, string>>, payload: string | Uint8Array): Uint8Array =>
  encodeMessage(
    encodeHeaders(Object.entries(headers).map(([name, value]) => [name, { type: "string", value }])),
    typeof payload === "string" ? utf8.encode(payload) : payload,
  );

const EVENT = { ":event-type": "chunk", ":content-type": "application/json", ":message-type": "event" };

export const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** A chunk with this body, whatever it is. */
export const chunk = (body: unknown): Uint8Array =>
  frame(EVENT, typeof body === "string" ? body : JSON.stringify(body));

/** A chunk holding this text in place of an event. */
export const chunkOf = (json: string): Uint8Array => chunk({ bytes: base64(json) });

/** One Nova event. */
export const nova = (name: string, body: unknown): Uint8Array =>
  chunkOf(JSON.stringify({ event: { [name]: body } }));

export const exception = (name: string, message: string): Uint8Array =>
  frame(
    { ":exception-type": name, ":content-type": "application/json", ":message-type": "exception" },
    JSON.stringify({ message }),
  );

/** Nova's events, as short as tests want them. */
export const says = {
  textStart: (contentId: string, role: "USER" | "ASSISTANT", generationStage: "SPECULATIVE" | "FINAL") =>
    nova("contentStart", {
      contentId,
      type: "TEXT",
      role,
      additionalModelFields: JSON.stringify({ generationStage }),
    }),
  audioStart: (contentId: string) => nova("contentStart", { contentId, type: "AUDIO", role: "ASSISTANT" }),
  text: (contentId: string, content: string) => nova("textOutput", { contentId, content }),
  audio: (contentId: string, pcm: Uint8Array) =>
    nova("audioOutput", { contentId, content: Buffer.from(pcm).toString("base64") }),
  end: (contentId: string, type: "TEXT" | "AUDIO" | "TOOL", stopReason: string) =>
    nova("contentEnd", { contentId, type, stopReason }),
  toolUse: (toolUseId: string, toolName: string, content: unknown) =>
    nova("toolUse", { contentId: "t", toolUseId, toolName, content }),
  usage: (inputSpeech: number) =>
    nova("usageEvent", {
      details: {
        total: {
          input: { speechTokens: inputSpeech, textTokens: 2 },
          output: { speechTokens: 3, textTokens: 4 },
        },
      },
    }),
};

export interface Sent {
  /** The event's name, or "END" for the message that says nothing follows. */
  readonly name: string;
  readonly body: Record<string, unknown>;
  /** The event's JSON text. */
  readonly json: string;
}

/** Opens one signed message of ours. Throws when it is anything but well formed. */
export const openSent = (bytes: Uint8Array): Sent => {
  const outer = decodeMessage(bytes);
  if (!outer.ok) throw new Error(outer.error.detail);
  if (outer.value.payload.length === 0) return { name: "END", body: {}, json: "" };
  const inner = decodeMessage(outer.value.payload);
  if (!inner.ok || stringHeader(inner.value, ":event-type") !== "chunk") throw new Error("not a chunk");
  const { bytes: wrapped } = JSON.parse(Buffer.from(inner.value.payload).toString());
  const json = Buffer.from(wrapped, "base64").toString();
  const [named] = Object.entries(JSON.parse(json).event);
  if (named === undefined) throw new Error("no event");
  return { name: named[0], body: named[1] as Record<string, unknown>, json };
};
