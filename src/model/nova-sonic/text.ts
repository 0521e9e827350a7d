/**
 * Text as Nova takes it: well-formed, without control characters, in pieces of limited size.
 */
import { isJsonObject, type Json } from "../../base/json.ts";
import type { ToolOutcome } from "../../conversation/events.ts";

const utf8 = new TextEncoder();
const fromUtf8 = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });

/**
 * `text` without what is refused as "Invalid event bytes": half surrogate pairs become U+FFFD, control characters but
 * tab and line feed a space.
 */
export const cleanText = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\r\n?/g, "\n")
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is to be removed.
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, " ");

/** A UTF-8 byte that continues a character. */
const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;
const SPACE = 0x20;

/**
 * `text` in pieces of at most `maxBytes` bytes of UTF-8, which put together are `text` again. Never parts a character,
 * and no word either where there is a space in the second half of a piece.
 */
export const splitText = (text: string, maxBytes: number): readonly string[] => {
  // A UTF-16 unit takes at most three bytes, so most texts need not be encoded to know that they fit.
  if (text.length * 3 <= maxBytes) return [text];
  const bytes = utf8.encode(text);
  const pieces: string[] = [];
  let from = 0;
  while (bytes.length - from > maxBytes) {
    let to = from + maxBytes;
    while (isContinuation(bytes[to])) to--;
    const space = bytes.lastIndexOf(SPACE, to - 1);
    if (space >= from + maxBytes / 2) to = space + 1;
    pieces.push(fromUtf8.decode(bytes.subarray(from, to)));
    from = to;
  }
  pieces.push(fromUtf8.decode(bytes.subarray(from)));
  return pieces;
};

/**
 * JSON of `value` whose strings and names are clean. `JSON.stringify` writes half surrogate pairs and control
 * characters as escapes, which the reader at the other end would turn back into what it refuses.
 */
export const cleanJson = (value: Json): string =>
  JSON.stringify(value).replace(
    /\\(?:u(d[89a-f][0-9a-f]{2}|00[01][0-9a-f])|.)/g,
    (escaped, kind: string | undefined) =>
      kind === undefined ? escaped : kind.startsWith("d") ? "\ufffd" : " ",
  );

/** A tool's outcome as Nova reads it: always the JSON of an object, or it says "Tool Response parsing error". */
export const toolResultContent = (outcome: ToolOutcome): string => {
  if (outcome.status === "failed") return cleanJson({ error: outcome.say });
  return cleanJson(isJsonObject(outcome.value) ? outcome.value : { result: outcome.value });
};
