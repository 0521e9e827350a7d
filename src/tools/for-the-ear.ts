/**
 * Text that somebody wrote for a screen, made fit to be spoken: no markup, no code, no data, no addresses; numbers stay
 * as they are. What it makes, it leaves alone when it meets it again.
 */
import { parseJson } from "../base/parse-json.ts";
import { wordsOfData } from "./words-of-data.ts";

/** Read no further than this, in characters, so that hostile length costs nothing. */
const READ_CHARS = 16_384;
/** What is taken away can bring together what was apart; a text that still changes after this is hostile. */
const PASSES = 4;

export interface Spoken {
  readonly say: string;
  /** Something was left out for its length. */
  readonly cut: boolean;
}

/** At most `maxChars` of `text`, ending with a sentence where one ends. "" when nothing in it can be spoken. */
export function forTheEar(text: string, maxChars: number): Spoken {
  const plain = spoken(text.slice(0, READ_CHARS));
  if (plain.length <= maxChars) return { say: plain, cut: text.length > READ_CHARS };
  return { say: shorten(plain, maxChars), cut: true };
}

function spoken(text: string): string {
  let plain = text.toWellFormed();
  for (let pass = 0; pass < PASSES; pass++) {
    const before = plain;
    plain = tidy(withoutMarks(withoutMarkup(withoutData(plain))));
    if (plain === before) return plain;
  }
  return plain;
}

/** A text that is JSON is told as words; JSON in the middle of a text is left out. */
function withoutData(text: string): string {
  const trimmed = text.trim();
  if (!/^[[{"]/.test(trimmed)) return withoutObjects(text);
  const whole = parseJson(trimmed);
  return whole.ok ? wordsOfData(whole.value) : withoutObjects(text);
}

/** How many opening brackets are looked into: each look may read to the end. */
const LOOKS = 16;

function withoutObjects(text: string): string {
  let kept = "";
  let from = 0;
  for (let looks = 0; looks < LOOKS; looks++) {
    const start = text.slice(from).search(/[[{]\s*["[{]/);
    if (start < 0) break;
    const open = from + start;
    const end = closing(text, open);
    kept += text.slice(from, open);
    from = end ?? open + 1;
  }
  return kept + text.slice(from);
}

/** Where the JSON that opens at `open` has ended; null when that is none. */
function closing(text: string, open: number): number | null {
  let depth = 0;
  let quoted = false;
  for (let i = open; i < text.length; i++) {
    const char = text[i];
    if (quoted) {
      if (char === "\\") i++;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === "{" || char === "[") depth++;
    else if ((char === "}" || char === "]") && --depth === 0)
      return parseJson(text.slice(open, i + 1)).ok ? i + 1 : null;
  }
  return null;
}

/** Each with what takes its place; in this order. Every pattern is bounded, so that hostile text costs no more. */
const MARKUP: readonly (readonly [RegExp, string])[] = [
  [/\r\n?/g, "\n"],
  // A model's thoughts are its own.
  [/<(think|thinking|reasoning|scratchpad)>[\s\S]*?(<\/\1>|$)/gi, " "],
  [/<!--[\s\S]*?(-->|$)/g, " "],
  [/<(script|style)\b[\s\S]*?(<\/\1>|$)/gi, " "],
  [/```[\s\S]*?(```|$)/g, "\n"],
  [/~~~[\s\S]*?(~~~|$)/g, "\n"],
  [/[ \t\f\v\u00a0]+/g, " "],
  [/\n ?(?:\n ?)+/g, "\n\n"],
  [/!\[[^\]\n]{0,200}\]\([^)\n]{0,1000}\)/g, " "],
  [/\[([^\]\n]{0,200})\]\([^)\n]{0,1000}\)/g, "$1"],
  [/<\/?[a-z][^<>\n]{0,300}>/gi, " "],
  [/&(?:nbsp|#160);/gi, " "],
  [/&amp;/gi, "&"],
  [/&(?:lt|gt|quot|#?\w{1,8});/gi, " "],
  // A stack, or what a shell shows.
  [/^ ?(?:at .{0,300}[:(]\d.{0,300}|File ".{0,300}", line \d.{0,300}|Traceback .{0,300}|\$ .{0,300})$/gm, ""],
  // Rules, and the line below the head of a table; then its rows.
  [/^[ :|=*_-]{3,}$/gm, ""],
  [/^ ?\|(.*)$/gm, "\n\n$1"],
  [/ ?\|$/gm, ""],
  [/ ?\| ?/g, ", "],
  // Headings, quotations and bullets are sentences of their own.
  [/^ ?(?:#{1,6}|>{1,6}|[-*+•‣▪]|\d{1,3}\)) /gm, "\n\n"],
];

const withoutMarkup = (text: string): string =>
  MARKUP.reduce((rest, [mark, instead]) => rest.replace(mark, instead), withoutAddresses(text));

/** A word with an address in it. */
const ADDRESS = /\(?[^\s<>"()[\]]{0,64}(?::\/\/|www\.|mailto:)[^\s<>"\]]*/gi;

/** The full stop after an address is the sentence's, and so is a bracket that opens before it. */
const withoutAddresses = (text: string): string =>
  text.replace(ADDRESS, (address, at: number) => {
    const after = /[.,;:!?)]{0,4}$/.exec(address.slice(-4))?.[0] ?? "";
    // The target of a link in Markdown goes with the link.
    if (text[at - 1] === "]" && address.startsWith("(")) return address;
    return address.startsWith("(") ? after.replace(")", "") : after;
  });

const MARKS: readonly (readonly [RegExp, string])[] = [
  [/[`*#~^\\{}[\]<>|]+/g, ""],
  [/_+/g, " "],
  [/\p{Extended_Pictographic}|[\u{1f1e6}-\u{1f1ff}\u{fe0f}\u{20e3}\u{1f3fb}-\u{1f3ff}]/gu, " "],
  // Controls, and what turns the direction of writing or cannot be seen.
  [/[\p{Cc}\p{Cs}\p{Co}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu, " "],
];

/** Paragraphs become sentences; then what is no word, number or sign of a sentence goes. */
function withoutMarks(text: string): string {
  const joined = text
    .split(/\n\s*\n/)
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .reduce((before, part) => {
      if (before === "") return part;
      return /[.!?,;:…]["')\]*_]{0,3}$/.test(before) ? `${before} ${part}` : `${before}. ${part}`;
    }, "");
  return MARKS.reduce((rest, [mark, instead]) => rest.replace(mark, instead), joined);
}

const tidy = (text: string): string =>
  text
    .replace(/\(\s*\)|"\s*"/g, " ")
    .replace(/\s+/g, " ")
    .replace(/ +([.,;:!?…])(?=\s|$)/g, "$1")
    .replace(/([,;:])(?:[,;:])+(?=\s|$)/g, "$1")
    .replace(/^[\s.,;:!?-]+(?=\D|$)/, "")
    .trim();

/** The end of a sentence: not the point of a number, which no space follows, nor the one after a single letter. */
const SENTENCE_END = /(?<![\s.]\p{L})[.!?…]["')]*(?=\s|$)/gu;

function shorten(text: string, maxChars: number): string {
  // One more, to see whether a sentence ends just there.
  const head = text.slice(0, maxChars + 1);
  let end = 0;
  for (const { index, 0: mark } of head.matchAll(SENTENCE_END)) {
    if (index + mark.length <= maxChars) end = index + mark.length;
  }
  // A sentence that ends early says too little of a long answer.
  if (end >= maxChars / 4) return head.slice(0, end);
  const space = text.slice(0, maxChars).lastIndexOf(" ");
  const cut = text.slice(0, space > 0 ? space : maxChars - 1).replace(/[\s,;:–—-]+$/, "");
  return `${cut.slice(0, maxChars - 1).toWellFormed()}…`;
}
