/**
 * Somebody else's words, made fit for one log line.
 */
import { redact } from "../base/redact.ts";

/** A log line's share for words that are not ours, in characters. */
const MAX_CHARS = 500;
/** Read no further than this, so that hostile length costs nothing; redaction may shorten what is read. */
const READ_CHARS = 8 * MAX_CHARS;

/** `text` without secrets (shapes of them, and the given values), on one line, in at most 500 characters. */
export const foreignWords = (text: string, secrets: readonly string[] = []): string => {
  const clean = redact(text.slice(0, READ_CHARS), secrets)
    .toWellFormed()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is to be removed.
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ");
  return clean.length > MAX_CHARS ? `${clean.slice(0, MAX_CHARS)}…`.toWellFormed() : clean;
};
