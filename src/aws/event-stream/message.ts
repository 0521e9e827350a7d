/**
 * An event-stream message as data: AWS's framing for anything that flows (`application/vnd.amazon.eventstream`).
 * https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html describes the bytes:
 * `u32 total | u32 headers | u32 crc32(first 8) | headers | payload | u32 crc32(all before)`, big-endian.
 */

/** All ten types of header value. */
export type HeaderValue =
  | { readonly type: "boolean"; readonly value: boolean }
  | { readonly type: "byte" | "short" | "integer"; readonly value: number }
  | { readonly type: "long"; readonly value: bigint }
  | { readonly type: "binary"; readonly value: Uint8Array }
  | { readonly type: "string"; readonly value: string }
  /** Ms since the Unix epoch. */
  | { readonly type: "timestamp"; readonly value: number }
  /** Lower case, with hyphens. */
  | { readonly type: "uuid"; readonly value: string };

/** A header's name (1 to 255 bytes of UTF-8) and value. The order of headers is part of what is signed. */
export type Header = readonly [name: string, value: HeaderValue];

export interface Message {
  readonly headers: ReadonlyMap<string, HeaderValue>;
  /** A view into the bytes that were decoded. */
  readonly payload: Uint8Array;
}

/** Why bytes are not a message. Nothing after them on the same connection can be trusted: its boundary is unknown. */
export interface FrameFault {
  readonly type: "too_long" | "bad_length" | "bad_prelude_checksum" | "bad_checksum" | "bad_header";
  readonly detail: string;
}

/** Total length, headers' length and their checksum. */
export const PRELUDE_BYTES = 12;
export const CHECKSUM_BYTES = 4;
/** A message of no headers and no payload. */
export const SMALLEST_MESSAGE_BYTES = PRELUDE_BYTES + CHECKSUM_BYTES;

/** The value of a header that must be a string, or undefined. */
export const stringHeader = (message: Message, name: string): string | undefined => {
  const header = message.headers.get(name);
  return header?.type === "string" ? header.value : undefined;
};
