/**
 * The envelope around every event, both ways: an event-stream message of type `chunk` whose JSON holds the event's
 * JSON in base64.
 */
import { Buffer } from "node:buffer";
import { closeMessage, messageBytes, payloadPlace } from "../../aws/event-stream/codec.ts";
import { encodeHeaders } from "../../aws/event-stream/headers.ts";
import { err, ok, type Result } from "../../base/result.ts";

/** In the order in which AWS's SDK writes them; it is part of what is signed. */
const HEADERS = encodeHeaders([
  [":event-type", { type: "string", value: "chunk" }],
  [":message-type", { type: "string", value: "event" }],
  [":content-type", { type: "string", value: "application/json" }],
]);

/** A message that is known, and not yet written. */
export interface Chunk {
  readonly bytes: number;
  readonly write: (place: Uint8Array) => void;
}

const utf8 = new TextEncoder();

const envelope = (base64: string): Chunk => {
  const payload = `{"bytes":"${base64}"}`;
  return {
    bytes: messageBytes(HEADERS, payload.length),
    write: (place) => {
      utf8.encodeInto(payload, place.subarray(payloadPlace(HEADERS)));
      closeMessage(place, HEADERS);
    },
  };
};

/** The message for an event, before it is signed. */
export const encodeChunk = (json: string): Chunk => envelope(Buffer.from(json).toString("base64"));

/** The same for JSON known to be ASCII, as audio events are: `btoa` takes a quarter of the time. */
export const encodeAsciiChunk = (json: string): Chunk => envelope(btoa(json));

const fromUtf8 = new TextDecoder();
const BEYOND_ASCII = /[\x80-\xff]/;

/** The event's JSON text, or our words for what is in its place. Members other than `bytes` are padding. */
export const decodeChunk = (payload: Uint8Array): Result<string, string> => {
  let body: unknown;
  try {
    body = JSON.parse(fromUtf8.decode(payload));
  } catch {
    return err("a chunk that is not JSON");
  }
  if (typeof body !== "object" || body === null || !("bytes" in body)) return err("a chunk without bytes");
  if (typeof body.bytes !== "string") return err("a chunk whose bytes are not a string");
  return ok(textOf(body.bytes));
};

/** Audio events are ASCII: what `atob` gives, in a quarter of the time, is then the text itself. */
function textOf(base64: string): string {
  try {
    const text = atob(base64);
    if (!BEYOND_ASCII.test(text)) return text;
  } catch {
    // Not quite base64: read as far as it is.
  }
  return Buffer.from(base64, "base64").toString();
}
