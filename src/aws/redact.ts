/**
 * Makes words fit for a log: no query strings, no keys, no signatures, and not too many of them.
 */

/** A log line's share for somebody else's words, in characters. */
const MAX_CHARS = 500;

const SECRETS: readonly (readonly [RegExp, string])[] = [
  // A presigned URL's query is an authorisation; nothing else in a URL's query is worth the risk.
  [/(\b(?:https?|wss?):\/\/[^\s?#"'<>]*)\?[^\s"'<>]*/gi, "$1?…"],
  [/\bX-Amz-[A-Za-z-]+=[^\s&"'<>]*/gi, "…"],
  // Access key ids (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html).
  [/\b(?:AKIA|ASIA|AKID|AROA|AIDA)[A-Z0-9]{4,}\b/g, "…"],
  // Signatures are 64 hexadecimal digits, secret keys 40 characters of base64, session tokens more.
  [/\b[0-9a-f]{64}\b/gi, "…"],
  [/(?<![A-Za-z0-9/+])[A-Za-z0-9/+]{40,}={0,2}(?![A-Za-z0-9/+=])/g, "…"],
];

/** `text` without what must not be logged, in at most 500 characters, on one line. */
export const redact = (text: string): string => {
  // Cut first, generously, so that hostile length costs nothing.
  let clean = text.slice(0, MAX_CHARS * 8);
  for (const [pattern, replacement] of SECRETS) clean = clean.replace(pattern, replacement);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is to be removed.
  clean = clean.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ").toWellFormed();
  return clean.length > MAX_CHARS ? `${clean.slice(0, MAX_CHARS)}…` : clean;
};
