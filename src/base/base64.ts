/**
 * Base64 (RFC 4648, section 4) from bytes to bytes. What the platform has goes by way of strings, and a frame of a caller's
 * audio is written in base64 twice: five strings of a kilobyte for each, which are what a call's garbage would consist of.
 */

import { Buffer } from "node:buffer";

const utf8 = new TextEncoder();
const ALPHABET = utf8.encode("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
const PADDING = 0x3d;
/** Of a byte that is no letter. */
const NONE = 0xff;
const VALUES = new Uint8Array(256).fill(NONE);
for (const [value, letter] of ALPHABET.entries()) VALUES[letter] = value;

/** How many bytes of base64 `count` bytes make, with padding. */
export const base64Bytes = (count: number): number => Math.ceil(count / 3) * 4;

/** Writes `bytes` in base64, with padding, at place `at` of `into`, which has room for it. Gives the place behind it. */
export function writeBase64(into: Uint8Array, at: number, bytes: Uint8Array): number {
  const whole = bytes.length - (bytes.length % 3);
  let to = at;
  for (let from = 0; from < whole; from += 3, to += 4) {
    const three = ((bytes[from] ?? 0) << 16) | ((bytes[from + 1] ?? 0) << 8) | (bytes[from + 2] ?? 0);
    into[to] = ALPHABET[three >>> 18] ?? 0;
    into[to + 1] = ALPHABET[(three >>> 12) & 63] ?? 0;
    into[to + 2] = ALPHABET[(three >>> 6) & 63] ?? 0;
    into[to + 3] = ALPHABET[three & 63] ?? 0;
  }
  if (whole === bytes.length) return to;
  const second = bytes[whole + 1];
  const rest = ((bytes[whole] ?? 0) << 16) | ((second ?? 0) << 8);
  into[to] = ALPHABET[rest >>> 18] ?? 0;
  into[to + 1] = ALPHABET[(rest >>> 12) & 63] ?? 0;
  into[to + 2] = second === undefined ? PADDING : (ALPHABET[(rest >>> 6) & 63] ?? 0);
  into[to + 3] = PADDING;
  return to + 4;
}

/**
 * Reads the base64 that lies from `from` to `to` in `text`, padded and with nothing else in it, into `into`, which has room
 * for three bytes of each four. Gives how many bytes it was, or null for anything that is not quite base64.
 */
export function readBase64(text: Uint8Array, from: number, to: number, into: Uint8Array): number | null {
  const length = to - from;
  if (length === 0) return 0;
  if (length % 4 !== 0) return null;
  const padding = text[to - 1] !== PADDING ? 0 : text[to - 2] !== PADDING ? 1 : 2;
  const last = padding === 0 ? to : to - 4;
  let at = 0;
  let wrong = 0;
  for (let place = from; place < last; place += 4, at += 3) {
    const a = VALUES[text[place] ?? 0] ?? NONE;
    const b = VALUES[text[place + 1] ?? 0] ?? NONE;
    const c = VALUES[text[place + 2] ?? 0] ?? NONE;
    const d = VALUES[text[place + 3] ?? 0] ?? NONE;
    wrong |= a | b | c | d;
    into[at] = (a << 2) | (b >>> 4);
    into[at + 1] = (b << 4) | (c >>> 2);
    into[at + 2] = (c << 6) | d;
  }
  if (padding > 0) {
    const a = VALUES[text[last] ?? 0] ?? NONE;
    const b = VALUES[text[last + 1] ?? 0] ?? NONE;
    const c = padding === 2 ? 0 : (VALUES[text[last + 2] ?? 0] ?? NONE);
    wrong |= a | b | c;
    into[at++] = (a << 2) | (b >>> 4);
    if (padding === 1) into[at++] = (b << 4) | (c >>> 2);
  }
  // A letter has six bits; NONE has more.
  return wrong > 63 ? null : at;
}

/** Room for the letters of `decodeBase64`. Longer texts, which are rare, are given room of their own. */
const room = new Uint8Array(64 * 1024);

/** The bytes that `text` is base64 of; what is not quite base64 is read as far as it is. */
export function decodeBase64(text: string): Uint8Array {
  const letters = text.length <= room.length ? room : new Uint8Array(text.length);
  const { read, written } = utf8.encodeInto(text, letters);
  if (read === text.length) {
    const bytes = new Uint8Array((written / 4) * 3);
    const count = readBase64(letters, 0, written, bytes);
    if (count !== null) return count === bytes.length ? bytes : bytes.subarray(0, count);
  }
  return Buffer.from(text, "base64");
}
