/**
 * Text that was once said, made harmless: whatever it holds, it comes back as one short line that can be quoted in a
 * prompt and cannot end the quotation, look like a stage direction, or hide anything from whoever reads it.
 */
import { REDACTIONS } from "../agent/memory-policy.ts";

/** What a redactor leaves, and what may therefore stand in brackets. */
const MARKS = new RegExp(`(\\[(?:${REDACTIONS.join("|")})\\])`);

/** Line ends, tabs and other control characters, spaces of all widths. */
const BLANK = /[\p{Cc}\p{Z}]+/gu;
/** Joiners that letters of Hindi and Persian need between them, and emoji made of several. */
const JOINER =
  /(?<=[\p{L}\p{M}\p{Extended_Pictographic}])\p{Join_Control}(?=[\p{L}\p{Extended_Pictographic}])/gu;
/** Bidi controls, zero-width characters, tags, code points of private or no meaning: nobody sees them. */
const UNSEEN = /[\p{Cf}\p{Co}\p{Cn}]/gu;
const QUOTE = /["\p{Pi}\p{Pf}\u201a\u201e\u301d-\u301f\uff02`´]/gu;
/** Brackets of all scripts, those drawn in pieces, and what marks up. */
const BRACKET = /[\p{Ps}\p{Pe}<>|\\\u2039\u203a\u239b-\u23b1]/gu;
/** Letters bear four marks in no script; a heap of them covers the lines around. */
const HEAPED = /(\p{M}{4})\p{M}+/gu;

/** Stand-ins while unseen characters go; control characters, of which none is left by then. */
const HELD = ["\u0001", "\u0002"] as const;
const JOINERS = ["\u200c", "\u200d"] as const;

const cleanPart = (part: string): string =>
  part
    .replace(BLANK, " ")
    .replace(QUOTE, "'")
    .replace(BRACKET, " ")
    .replace(JOINER, (joiner) => (joiner === JOINERS[0] ? HELD[0] : HELD[1]))
    .replace(UNSEEN, "")
    .replaceAll(HELD[0], JOINERS[0])
    .replaceAll(HELD[1], JOINERS[1])
    .replace(HEAPED, "$1");

/**
 * `text` as one line of at most `chars` characters (UTF-16), in NFC. What is too long ends in `…`. Cleaned text stays as
 * it is when it is cleaned again.
 */
export const cleanText = (text: string, chars: number): string => {
  // More than a few times the length cannot matter, and would have to be worked through.
  let clean = text.slice(0, chars * 8).toWellFormed();
  for (let before = ""; before !== clean; ) {
    before = clean;
    clean = clean
      .split(MARKS)
      .map((part, index) => (index % 2 === 1 ? part : cleanPart(part)))
      .join("")
      .normalize("NFC")
      .replace(/ {2,}/g, " ")
      .trim();
  }
  return clean.length <= chars ? clean : cut(clean, chars);
};

/** Whole characters only; a mark or a joiner is not parted from its letter, nor a redactor's mark broken. */
const cut = (text: string, chars: number): string => {
  let end = chars - 1;
  const open = text.lastIndexOf("[", end - 1);
  if (open >= 0 && text.indexOf("]", open) >= end) end = open;
  while (end > 0 && /^[\p{M}\p{Join_Control}\udc00-\udfff]/u.test(text.slice(end, end + 1))) end--;
  while (end > 0 && /[\s\p{Join_Control}\ud800-\udbff]$/u.test(text.slice(0, end))) end--;
  return `${text.slice(0, end)}…`;
};

/**
 * The words alone: two texts that differ in case, spaces and punctuation only are the same words. Text without any
 * word stands for itself.
 */
export const foldWords = (text: string): string => {
  const folded = text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\p{P}\p{Z}\p{C}]+/gu, " ")
    .trim();
  return folded === "" ? text : folded;
};
