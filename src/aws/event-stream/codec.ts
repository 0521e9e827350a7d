/**
 * One event-stream message to bytes and back, both checksums included.
 */
import { crc32 } from "node:zlib";
import { err, ok, type Result } from "../../base/result.ts";
import { decodeHeaders } from "./headers.ts";
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

const lengths = new DataView(new ArrayBuffer(8));
/** Of lengths that were met of late. Frames of a call have few: what the platform is asked for once need not be asked again. */
const checksums = new Map<number, number>();
const CHECKSUMS_KEPT = 256;

/** The checksum of both lengths, as they stand at a message's beginning. */
function preludeChecksum(total: number, headers: number): number {
  // Both are 32 bits long; only such pairs are kept as a number can tell apart.
  const key = headers < 2 ** 20 ? total * 2 ** 20 + headers : -1;
  const known = checksums.get(key);
  if (known !== undefined) return known;
  lengths.setUint32(0, total);
  lengths.setUint32(4, headers);
  const checksum = crc32(new Uint8Array(lengths.buffer));
  if (checksums.size >= CHECKSUMS_KEPT) checksums.clear();
  if (key !== -1) checksums.set(key, checksum);
  return checksum;
}

/**
 * Makes a message of `bytes`, whose payload is in its place already: writes what comes before and after it. So a payload
 * can be written where it is to be, and is never copied.
 */
export const closeMessage = (bytes: Uint8Array, headerBlock: Uint8Array): void => {
  const { length: total } = bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, total);
  view.setUint32(0, total);
  view.setUint32(4, headerBlock.length);
  view.setUint32(8, preludeChecksum(total, headerBlock.length));
  bytes.set(headerBlock, PRELUDE_BYTES);
  view.setUint32(total - CHECKSUM_BYTES, crc32(bytes.subarray(0, total - CHECKSUM_BYTES)));
};

/** A message of `headerBlock` and `payload`. One allocation, one copy of the payload. */
export const encodeMessage = (headerBlock: Uint8Array, payload: Uint8Array): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(messageBytes(headerBlock, payload.length));
  bytes.set(payload, payloadPlace(headerBlock));
  closeMessage(bytes, headerBlock);
  return bytes;
};

/** Both lengths of the message that begins at `bytes`, or why there is none. Needs `PRELUDE_BYTES` bytes. */
export const readPrelude = (
  bytes: Uint8Array,
  maxBytes: number,
): Result<{ readonly total: number; readonly headers: number }, FrameFault> => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const total = view.getUint32(0);
  const headers = view.getUint32(4);
  if (preludeChecksum(total, headers) !== view.getUint32(8)) {
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
  const prelude = readPrelude(bytes, bytes.length);
  if (!prelude.ok) return prelude;
  if (prelude.value.total !== bytes.length) {
    return err({
      type: "bad_length",
      detail: `${bytes.length} bytes, but the message says ${prelude.value.total}`,
    });
  }
  return readBody(bytes, prelude.value.headers, decodeHeaders);
};

/** The same of a message whose prelude was read; `read` reads its header block of `headerBytes`. */
export const readBody = (
  bytes: Uint8Array,
  headerBytes: number,
  read: typeof decodeHeaders,
): Result<Message, FrameFault> => {
  const end = bytes.length - CHECKSUM_BYTES;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (crc32(bytes.subarray(0, end)) !== view.getUint32(end)) {
    return err({ type: "bad_checksum", detail: "the message does not match its checksum" });
  }
  const payloadAt = PRELUDE_BYTES + headerBytes;
  const headers = read(bytes.subarray(PRELUDE_BYTES, payloadAt));
  if (!headers.ok) return headers;
  return ok({ headers: headers.value, payload: bytes.subarray(payloadAt, end) });
};
