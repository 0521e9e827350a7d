/**
 * One event-stream message to bytes and back, both checksums included.
 */
import { crc32 } from "node:zlib";
import { err, ok, type Result } from "../../base/result.ts";
import { readUint32, writeUint32 } from "../../base/uint32.ts";
import { decodeHeaders, type HeadersAt } from "./headers.ts";
import {
  CHECKSUM_BYTES,
  type FrameFault,
  type Message,
  PRELUDE_BYTES,
  SMALLEST_MESSAGE_BYTES,
} from "./message.ts";

/** How long a message of that header block (see `encodeHeaders`) and payload is, in bytes. */
export const messageBytes = (headerBlock: Uint8Array, payloadBytes: number): number =>
  SMALLEST_MESSAGE_BYTES + headerBlock.length + payloadBytes;

/** Where the payload begins in a message of that header block. */
export const payloadPlace = (headerBlock: Uint8Array): number => PRELUDE_BYTES + headerBlock.length;

const lengths = new Uint8Array(8);
/** Of lengths that were met of late. Frames of a call have few: what the platform is asked for once need not be asked again. */
const checksums = new Map<number, number>();
const CHECKSUMS_KEPT = 256;

/** The checksum of both lengths, as they stand at a message's beginning. */
function preludeChecksum(total: number, headers: number): number {
  // Both are 32 bits long; only such pairs are kept as a number can tell apart.
  const key = headers < 2 ** 20 ? total * 2 ** 20 + headers : -1;
  const known = checksums.get(key);
  if (known !== undefined) return known;
  writeUint32(lengths, 0, total);
  writeUint32(lengths, 4, headers);
  const checksum = crc32(lengths);
  if (checksums.size >= CHECKSUMS_KEPT) checksums.clear();
  if (key !== -1) checksums.set(key, checksum);
  return checksum;
}

/**
 * Makes a message of the `total` bytes of `into` from `at` on, whose payload is in its place already: writes what comes
 * before and after it. So a payload can be written where it is to be, and is never copied.
 */
export const closeMessage = (into: Uint8Array, at: number, total: number, headerBlock: Uint8Array): void => {
  writeUint32(into, at, total);
  writeUint32(into, at + 4, headerBlock.length);
  writeUint32(into, at + 8, preludeChecksum(total, headerBlock.length));
  into.set(headerBlock, at + PRELUDE_BYTES);
  const end = at + total - CHECKSUM_BYTES;
  writeUint32(into, end, crc32(into.subarray(at, end)));
};

/** A message of `headerBlock` and `payload`. One allocation, one copy of the payload. */
export const encodeMessage = (headerBlock: Uint8Array, payload: Uint8Array): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(messageBytes(headerBlock, payload.length));
  bytes.set(payload, payloadPlace(headerBlock));
  closeMessage(bytes, 0, bytes.length, headerBlock);
  return bytes;
};

/** How long a message is, and how much of it are headers; in bytes. */
export interface Prelude {
  readonly total: number;
  readonly headers: number;
}

/** Both lengths of the message that begins at place `at`, or why there is none. Needs `PRELUDE_BYTES` bytes. */
export const readPrelude = (bytes: Uint8Array, at: number, maxBytes: number): Result<Prelude, FrameFault> => {
  const total = readUint32(bytes, at);
  const headers = readUint32(bytes, at + 4);
  if (preludeChecksum(total, headers) !== readUint32(bytes, at + 8)) {
    return err({ type: "bad_prelude_checksum", detail: "the lengths do not match their checksum" });
  }
  if (total > maxBytes) return err({ type: "too_long", detail: `a message of ${total} bytes` });
  if (total < SMALLEST_MESSAGE_BYTES + headers) {
    return err({ type: "bad_length", detail: `${total} bytes cannot hold ${headers} bytes of headers` });
  }
  return ok({ total, headers });
};

/** The one message that `bytes` is, from its first byte to its last. Its payload is a view, not a copy. */
export const decodeMessage = (bytes: Uint8Array): Result<Message, FrameFault> => {
  if (bytes.length < SMALLEST_MESSAGE_BYTES) {
    return err({ type: "bad_length", detail: `${bytes.length} bytes are no message` });
  }
  const prelude = readPrelude(bytes, 0, bytes.length);
  if (!prelude.ok) return prelude;
  if (prelude.value.total !== bytes.length) {
    return err({
      type: "bad_length",
      detail: `${bytes.length} bytes, but the message says ${prelude.value.total}`,
    });
  }
  return readBody(bytes, 0, prelude.value, (all, from, to) => decodeHeaders(all.subarray(from, to)));
};

/** The same of a message at place `at` whose prelude was read. */
export const readBody = (
  bytes: Uint8Array,
  at: number,
  { total, headers: headerBytes }: Prelude,
  readHeaders: HeadersAt,
): Result<Message, FrameFault> => {
  const end = at + total - CHECKSUM_BYTES;
  if (crc32(bytes.subarray(at, end)) !== readUint32(bytes, end)) {
    return err({ type: "bad_checksum", detail: "the message does not match its checksum" });
  }
  const payloadAt = at + PRELUDE_BYTES + headerBytes;
  const headers = readHeaders(bytes, at + PRELUDE_BYTES, payloadAt);
  if (!headers.ok) return headers;
  return ok({ headers: headers.value, payload: bytes.subarray(payloadAt, end) });
};
