/**
 * Event-stream messages, cut and made as quickly as they can be: the engine shares a processor with what loads it. What
 * is unusual is left to the emulator's codec. https://smithy.io/2.0/aws/amazon-eventstream.html
 */
import { crc32 } from "node:zlib";

const PRELUDE_BYTES = 12;
const CRC_BYTES = 4;
const BODY_START = '{"bytes":"';
const BODY_END = '"}';

const HEADERS = Buffer.concat(
  [
    [":event-type", "chunk"],
    [":content-type", "application/json"],
    [":message-type", "event"],
  ].map(([name = "", value = ""]) => {
    const header = Buffer.alloc(name.length + value.length + 4);
    header.writeUInt8(name.length, 0);
    header.write(name, 1, "latin1");
    header.writeUInt8(7, 1 + name.length);
    header.writeUInt16BE(value.length, 2 + name.length);
    header.write(value, 4 + name.length, "latin1");
    return header;
  }),
);

/** One event of the model, as it goes down: unsigned, in one envelope. */
export function encodeEvent(json: string): Buffer {
  const base64 = Buffer.from(json).toString("base64");
  const length =
    PRELUDE_BYTES + HEADERS.length + BODY_START.length + base64.length + BODY_END.length + CRC_BYTES;
  const message = Buffer.allocUnsafe(length);
  message.writeUInt32BE(length, 0);
  message.writeUInt32BE(HEADERS.length, 4);
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8);
  HEADERS.copy(message, PRELUDE_BYTES);
  let at = PRELUDE_BYTES + HEADERS.length;
  at += message.write(BODY_START, at, "latin1");
  at += message.write(base64, at, "latin1");
  at += message.write(BODY_END, at, "latin1");
  message.writeUInt32BE(crc32(message.subarray(0, at)), at);
  return message;
}

/** What lies between the headers and the checksum; null for bytes that are no whole message, or a damaged one. */
export function payloadOf(message: Buffer): Buffer | null {
  if (message.length < PRELUDE_BYTES + CRC_BYTES || message.readUInt32BE(0) !== message.length) return null;
  const end = message.length - CRC_BYTES;
  const headers = message.readUInt32BE(4);
  if (PRELUDE_BYTES + headers > end) return null;
  if (crc32(message.subarray(0, end)) !== message.readUInt32BE(end)) return null;
  return message.subarray(PRELUDE_BYTES + headers, end);
}

/** The JSON text in a chunk's envelope; null for what is no chunk. */
export function eventOf(payload: Buffer): Buffer | null {
  const body = payloadOf(payload);
  if (body === null) return null;
  if (body.toString("latin1", 0, BODY_START.length) !== BODY_START) return null;
  return Buffer.from(body.toString("latin1", BODY_START.length, body.length - BODY_END.length), "base64");
}

const AUDIO_INPUT = '{"event":{"audioInput":';
const CONTENT = '"content":"';

/** The samples of an `audioInput`; null for every other event. */
export function audioOf(event: Buffer): Buffer | null {
  if (event.toString("latin1", 0, AUDIO_INPUT.length) !== AUDIO_INPUT) return null;
  const start = event.indexOf(CONTENT, AUDIO_INPUT.length, "latin1");
  if (start < 0) return null;
  const end = event.indexOf('"', start + CONTENT.length, "latin1");
  return Buffer.from(event.toString("latin1", start + CONTENT.length, end), "base64");
}
