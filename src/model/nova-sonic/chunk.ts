/**
 * The envelope around every event, both ways: an event-stream message of type `chunk` whose JSON holds the event's
 * JSON in base64.
 */
import { Buffer } from "node:buffer";
import { closeMessage, messageBytes, payloadPlace } from "../../aws/event-stream/codec.ts";
import { encodeHeaders } from "../../aws/event-stream/headers.ts";
import { base64Bytes, readBase64, writeBase64 } from "../../base/base64.ts";
import { liesAt } from "../../base/bytes-at.ts";
import { err, ok, type Result } from "../../base/result.ts";

/** In the order in which AWS's SDK writes them; it is part of what is signed. */
const HEADERS = encodeHeaders([
  [":event-type", { type: "string", value: "chunk" }],
  [":message-type", { type: "string", value: "event" }],
  [":content-type", { type: "string", value: "application/json" }],
]);

const utf8 = new TextEncoder();
const OPENING = utf8.encode('{"bytes":"');
const CLOSING = utf8.encode('"}');

/** How long the message for an event of `jsonBytes` is, in bytes, before it is signed. */
export const chunkBytes = (jsonBytes: number): number =>
  messageBytes(HEADERS, OPENING.length + base64Bytes(jsonBytes) + CLOSING.length);

/** Writes that message at place `at` of `into`, which has room for it. `json` is the event's text in UTF-8. */
export function writeChunk(into: Uint8Array, at: number, json: Uint8Array): void {
  const begin = at + payloadPlace(HEADERS);
  into.set(OPENING, begin);
  into.set(CLOSING, writeBase64(into, begin + OPENING.length, json));
  closeMessage(into, at, chunkBytes(json.length), HEADERS);
}

const fromUtf8 = new TextDecoder();
const QUOTE = 0x22;
const BRACE = 0x7d;

/** Room to read chunks in, one after another. Longer ones, which are rare, are given room of their own. */
const room = new Uint8Array(64 * 1024);

/**
 * The event's JSON text in UTF-8, good until the next chunk, or our words for what is in its place. Members other than
 * `bytes` are padding.
 */
export const decodeChunk = (payload: Uint8Array): Result<Uint8Array, string> => {
  const plain = readPlain(payload);
  if (plain !== null) return ok(plain);
  let body: unknown;
  try {
    body = JSON.parse(fromUtf8.decode(payload));
  } catch {
    return err("a chunk that is not JSON");
  }
  if (typeof body !== "object" || body === null || !("bytes" in body)) return err("a chunk without bytes");
  if (typeof body.bytes !== "string") return err("a chunk whose bytes are not a string");
  // Read as far as it is base64.
  return ok(Buffer.from(body.bytes, "base64"));
};

/**
 * Reads a chunk as Bedrock writes it, `bytes` first and perhaps padding `p` behind, without making strings of it. Null for a
 * chunk of any other form.
 */
function readPlain(payload: Uint8Array): Uint8Array | null {
  if (!liesAt(OPENING, payload, 0)) return null;
  const end = payload.indexOf(QUOTE, OPENING.length);
  if (end === -1 || !closes(payload, end)) return null;
  const place = end <= room.length ? room : new Uint8Array(end);
  const count = readBase64(payload, OPENING.length, end, place);
  return count === null ? null : place.subarray(0, count);
}

/** Whether a chunk ends at its bytes, or with padding behind them. */
const closes = (payload: Uint8Array, at: number): boolean =>
  (payload.length === at + CLOSING.length && payload[at + 1] === BRACE) ||
  PADDING.test(fromUtf8.decode(payload.subarray(at)));

const PADDING = /^","p":"\w*"}$/;
