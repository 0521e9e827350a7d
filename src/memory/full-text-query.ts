/**
 * A question as SQLite's full-text search is asked it (https://www.sqlite.org/fts5.html#full_text_query_syntax). What
 * somebody said is data: nothing of it can become syntax, since only words are taken, each in quotes.
 */
import { LIMITS } from "../base/limits.ts";

/** What the tokenizer `unicode61` takes for words: letters, digits and their marks. */
const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu;

/** Longer words are no words, or found by how they begin. */
const WORD_CHARS = 48;

/** Shorter words are looked for as they are: half of all words begin with some two letters. */
const PREFIX_CHARS = 3;

/** Any of the words of `about`, or what begins with one. Null when there is no word in it. */
export const fullTextQuery = (about: string): string | null => {
  const words = about.slice(0, LIMITS.memoryQueryChars).toWellFormed().toLowerCase().match(WORD) ?? [];
  const asked = [...new Set(words.map((word) => word.slice(0, WORD_CHARS).toWellFormed()))];
  if (asked.length === 0) return null;
  return asked
    .slice(0, LIMITS.memoryQueryWords)
    .map((word) => (word.length < PREFIX_CHARS ? `"${word}"` : `"${word}"*`))
    .join(" OR ");
};
