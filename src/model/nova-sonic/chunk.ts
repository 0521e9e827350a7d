/**
 * The envelope around every event, both ways: an event-stream message of type `chunk` whose JSON holds the event's
 * JSON in base64.
 */
import { Buffer } from "node:buffer";
import { encodeMessage } from "../../aws/event-stream/codec.ts";
import { encodeHeaders } from "../../aws/event-stream/headers.ts";
import { err, ok, type Result } from "../../base/result.ts";

/** In the order in which AWS's SDK writes them; it is part of what is signed. */
const HEADERS = encodeHeaders([
  [":event-type", { type: "string", value: "chunk" }],
  [":message-type", { type: "string", value: "event" }],
  [":content-type", { type: "string", value: "application/json" }],
]);

const utf8 = new TextEncoder();
const envelope = (base64: string): Uint8Array => encodeMessage(HEADERS, utf8.encode(`{"bytes":"${base64}"}`));

/** The message for an event, before it is signed. */
export const encodeChunk = (json: string): Uint8Array => envelope(Buffer.from(json).toString("base64"));

/** The same for JSON known to be ASCII, as audio events are: `btoa` takes a quarter of the time. */
export const encodeAsciiChunk = (json: string): Uint8Array => envelope(btoa(json));

/** The event's JSON text, or our words for what is in its place. Members other than `bytes` are padding. */
export const decodeChunk = (payload: Uint8Array): Result<string, string> => {
  let body: unknown;
  try {
    body = JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString());
  } catch {
    return err("a chunk that is not JSON");
  }
  if (typeof body !== "object" || body === null || !("bytes" in body)) return err("a chunk without bytes");
  if (typeof body.bytes !== "string") return err("a chunk whose bytes are not a string");
  return ok(Buffer.from(body.bytes, "base64").toString());
};
