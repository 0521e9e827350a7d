/**
 * A stage direction in brackets that gives the words to say: '(Bridge the wait with a sentence, such as "One moment.")'
 */

/** The words in the first quotation marks of a bracketed text that tells to say something. */
export const toldToSay = (text: string): string | undefined =>
  /^\s*\([^"]*\b(?:say|tell|sentence)\b[^"]*"(?<words>[^"]+)"[\s\S]*\)\s*$/i.exec(text)?.groups?.words;
