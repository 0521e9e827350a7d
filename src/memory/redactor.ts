/**
 * Takes out of what callers and agents say what must not be stored: numbers of cards and accounts, addresses, telephone
 * numbers. Removes too much rather than too little, but leaves amounts, dates and balances. A number of which half is said
 * in one text and half in the next is seen only where the two are given together.
 */
import type { Redaction } from "../agent/memory-policy.ts";
import { cardNumbers } from "./card-number.ts";
import { ibans } from "./iban.ts";
import { phoneNumbers, socialSecurityNumbers } from "./phone-number.ts";
import type { Span } from "./spoken-digits.ts";

/** RFC 5321's mailboxes as people have them, of all scripts. */
const EMAIL = /[\p{L}\p{N}._%+'-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.){1,8}[\p{L}\p{N}-]{2,63}/gu;
/** The same as it is said: `ada dot lovelace at example dot com`. */
const SPOKEN_EMAIL = new RegExp(
  String.raw`(?<![\p{L}\p{N}])[\p{L}\p{N}]{1,64}(?: (?:dot|underscore|dash|hyphen|minus|plus) [\p{L}\p{N}]{1,64}){0,8}` +
    String.raw` at [\p{L}\p{N}-]{1,63}(?: dot [\p{L}\p{N}-]{1,63}){0,4}(?<dot> dot |\.)` +
    String.raw`(?:com|org|net|edu|gov|info|[a-z]{2})(?![\p{L}\p{N}])`,
  "giu",
);
/** Somebody may order something at example.com: with the point written it is an address where one was spoken of. */
const ADDRESS = /mail|address|write (?:to )?(?:me|us)/i;
const ADDRESS_CHARS = 48;

const spansOf = (text: string, pattern: RegExp): readonly Span[] =>
  [...text.matchAll(pattern)].map(({ 0: whole, index }) => ({ start: index, end: index + whole.length }));

const emails = (text: string): readonly Span[] => [
  ...spansOf(text, EMAIL),
  ...[...text.matchAll(SPOKEN_EMAIL)]
    .filter(
      ({ index, groups }) =>
        groups?.dot !== "." || ADDRESS.test(text.slice(Math.max(0, index - ADDRESS_CHARS), index)),
    )
    .map(({ 0: whole, index }) => ({ start: index, end: index + whole.length })),
];

/** In this order: what has a check digit before what only looks like something. */
const FINDERS: readonly (readonly [Redaction, (text: string) => readonly Span[]])[] = [
  ["email", emails],
  ["iban", ibans],
  ["card", cardNumbers],
  ["ssn", socialSecurityNumbers],
  ["phone", phoneNumbers],
];

/** `text` with `[card]`, `[iban]`, `[email]`, `[phone]` or `[ssn]` in place of what is one, where `kinds` ask for it. */
export const redact = (text: string, kinds: readonly Redaction[]): string =>
  FINDERS.filter(([kind]) => kinds.includes(kind)).reduce((clean, [kind, find]) => {
    // What stood beside one may look like another now that it stands alone.
    for (let spans = find(clean); spans.length > 0; spans = find(clean))
      clean = without(clean, spans, `[${kind}]`);
    return clean;
  }, text);

/** Between texts that follow one another: to all that looks for numbers it is a pause. */
const SEAM = "\u2028";

/** The same for texts said one after the other. What lies in several of them has its mark in the first. */
export const redactAll = (texts: readonly string[], kinds: readonly Redaction[]): readonly string[] =>
  texts.length === 0
    ? []
    : redact(texts.map((text) => text.replaceAll(SEAM, " ")).join(SEAM), kinds).split(SEAM);

const seamsOf = (text: string): string => SEAM.repeat(text.split(SEAM).length - 1);

const without = (text: string, spans: readonly Span[], mark: string): string => {
  let clean = "";
  let from = 0;
  for (const { start, end } of spans.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    // The rest of what overlaps the one before goes with it.
    if (start >= from) clean += text.slice(from, start) + mark + seamsOf(text.slice(start, end));
    from = Math.max(from, end);
  }
  return clean + text.slice(from);
};
