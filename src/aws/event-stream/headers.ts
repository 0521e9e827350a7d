/**
 * Headers of an event-stream message: `u8 name length | name | u8 type | value`, one after another.
 */
import { isBetween } from "../../base/bytes-at.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { FrameFault, Header, HeaderValue } from "./message.ts";

/** Type numbers on the wire. True and false are types of their own and carry no value. */
const TRUE = 0;
const FALSE = 1;
const BYTE = 2;
const SHORT = 3;
const INTEGER = 4;
const LONG = 5;
const BINARY = 6;
const STRING = 7;
const TIMESTAMP = 8;
const UUID = 9;

/** Bytes after the type number, where they do not depend on the value. */
const FIXED_BYTES: Readonly<Record<number, number>> = {
  [TRUE]: 0,
  [FALSE]: 0,
  [BYTE]: 1,
  [SHORT]: 2,
  [INTEGER]: 4,
  [LONG]: 8,
  [TIMESTAMP]: 8,
  [UUID]: 16,
};

const utf8 = new TextEncoder();
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const typed = (type: number, length: number, write: (view: DataView) => void): Uint8Array => {
  const bytes = new Uint8Array(1 + length);
  bytes[0] = type;
  write(new DataView(bytes.buffer, 1));
  return bytes;
};

const sized = (type: number, value: Uint8Array): Uint8Array => {
  if (value.length > 0xffff) throw new RangeError("an event-stream header value holds at most 65535 bytes");
  const bytes = typed(type, 2 + value.length, (view) => view.setUint16(0, value.length));
  bytes.set(value, 3);
  return bytes;
};

const encodeValue = (header: HeaderValue): Uint8Array => {
  switch (header.type) {
    case "boolean":
      return Uint8Array.of(header.value ? TRUE : FALSE);
    case "byte":
      return typed(BYTE, 1, (view) => view.setInt8(0, header.value));
    case "short":
      return typed(SHORT, 2, (view) => view.setInt16(0, header.value));
    case "integer":
      return typed(INTEGER, 4, (view) => view.setInt32(0, header.value));
    case "long":
      return typed(LONG, 8, (view) => view.setBigInt64(0, header.value));
    case "binary":
      return sized(BINARY, header.value);
    case "string":
      return sized(STRING, utf8.encode(header.value));
    case "timestamp":
      return typed(TIMESTAMP, 8, (view) => view.setBigInt64(0, BigInt(header.value)));
    case "uuid":
      return Uint8Array.of(UUID, ...Buffer.from(header.value.replaceAll("-", ""), "hex"));
  }
};

/** Headers as bytes, in the order given. Throws on a name or value too long for the format: that is a bug of ours. */
export const encodeHeaders = (headers: readonly Header[]): Uint8Array => {
  const parts: Uint8Array[] = [];
  for (const [name, value] of headers) {
    const nameBytes = utf8.encode(name);
    if (nameBytes.length < 1 || nameBytes.length > 255)
      throw new RangeError("a header name holds 1 to 255 bytes");
    parts.push(Uint8Array.of(nameBytes.length), nameBytes, encodeValue(value));
  }
  return new Uint8Array(Buffer.concat(parts));
};

const decodeValue = (type: number, bytes: Uint8Array): HeaderValue => {
  const view = viewOf(bytes);
  switch (type) {
    case TRUE:
    case FALSE:
      return { type: "boolean", value: type === TRUE };
    case BYTE:
      return { type: "byte", value: view.getInt8(0) };
    case SHORT:
      return { type: "short", value: view.getInt16(0) };
    case INTEGER:
      return { type: "integer", value: view.getInt32(0) };
    case LONG:
      return { type: "long", value: view.getBigInt64(0) };
    case BINARY:
      return { type: "binary", value: bytes };
    case STRING:
      return { type: "string", value: strictUtf8.decode(bytes) };
    case TIMESTAMP:
      return { type: "timestamp", value: Number(view.getBigInt64(0)) };
    default: {
      const hex = Buffer.from(bytes).toString("hex");
      return { type: "uuid", value: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5") };
    }
  }
};

const fault = (detail: string): Result<never, FrameFault> => err({ type: "bad_header", detail });

/** The header block of one message. A name that comes twice keeps its last value. */
export const decodeHeaders = (block: Uint8Array): Result<ReadonlyMap<string, HeaderValue>, FrameFault> => {
  const view = viewOf(block);
  const headers = new Map<string, HeaderValue>();
  let at = 0;
  while (at < block.length) {
    const nameLength = view.getUint8(at);
    const typeAt = at + 1 + nameLength;
    if (nameLength === 0 || typeAt >= block.length) return fault("a header's name runs past the block");
    const type = view.getUint8(typeAt);
    let valueAt = typeAt + 1;
    let length = FIXED_BYTES[type];
    if (length === undefined) {
      if (type !== BINARY && type !== STRING) return fault(`there is no header type ${type}`);
      if (valueAt + 2 > block.length) return fault("a header's length runs past the block");
      length = view.getUint16(valueAt);
      valueAt += 2;
    }
    if (valueAt + length > block.length) return fault("a header's value runs past the block");
    try {
      const name = strictUtf8.decode(block.subarray(at + 1, typeAt));
      headers.set(name, decodeValue(type, block.subarray(valueAt, valueAt + length)));
    } catch {
      return fault("a header is not UTF-8");
    }
    at = valueAt + length;
  }
  return ok(headers);
};

/** Reads the header block that lies from `from` to `to`. */
export type HeadersAt = (bytes: Uint8Array, from: number, to: number) => ReturnType<typeof decodeHeaders>;

/** Reads header blocks of one stream, where most are the same as the one before: such a one is read once. */
export const headerReader = (): HeadersAt => {
  let last: Uint8Array | null = null;
  let read: ReturnType<typeof decodeHeaders> | null = null;
  return (bytes, from, to) => {
    if (read !== null && last !== null && isBetween(last, bytes, from, to)) return read;
    // A copy: the message is not to live as long as this.
    last = bytes.slice(from, to);
    read = decodeHeaders(last);
    return read;
  };
};
