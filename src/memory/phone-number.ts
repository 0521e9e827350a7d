/**
 * Telephone and social security numbers in a text. They check nothing, so they are known by how they are written or by
 * what is said before them: not every number is one.
 */
import { type DigitRun, digitRuns, digitsIn, type Span, spanOf } from "./spoken-digits.ts";

/** With the sign or the digits for abroad (ITU-T E.164: 15 digits at most). Amounts with a sign are shorter. */
const ABROAD =
  /(?<![\p{L}\p{Nd}+.,])(?:\+[ \u00a0]?|00(?!0))\(?\p{Nd}(?:[ \u00a0()./\p{Pd}]{0,3}\p{Nd}){7,14}(?!\p{Nd})/gu;
/** In America: area, exchange, line. */
const AMERICAN =
  /(?<![\p{L}\p{Nd}$€£.,]|\p{Nd}\p{Pd})(?:1[ .\p{Pd}])?(?:\(\p{Nd}{3}\) ?|\p{Nd}{3}[ .\p{Pd}])\p{Nd}{3}[ .\p{Pd}]\p{Nd}{4}(?!\p{Nd}|[.,\p{Pd}]\p{Nd})/gu;
/** Elsewhere at home: a zero first, and parted somewhere. */
const AT_HOME =
  /(?<![\p{L}\p{Nd}$€£.,+]|\p{Nd}[ /\p{Pd}])\(?0\p{Nd}{1,4}(?:\)[ ]?|[ /\p{Pd}])\p{Nd}(?:[ /\p{Pd}]?\p{Nd}){4,9}(?!\p{Nd}|[.,\p{Pd}/]\p{Nd})/gu;
const DATE = /^\p{Nd}{1,2}([ ./\p{Pd}])\p{Nd}{1,2}\1(?:19|20)\p{Nd}{2}/u;
const AT_HOME_DIGITS = { least: 9, most: 12 };

/** Said before a telephone number. */
const TELEPHONE =
  /(?:phone|\b(?:mobile|cell|tel|fax|whatsapp|dial)|\b(?:call|ring|text|reach) (?:me|us|him|her|them)(?: back)?)\b[^\p{Nd}\n]{0,24}$/iu;
const WITH_TELEPHONE = { least: 7, most: 15 };
/** Said before a number that is something else. */
const OTHER =
  /(?:account|order|reference|confirmation|invoice|ticket|policy|customer|member|membership|case|booking|serial|tracking|routing|code)\b[^\p{Nd}\n]{0,24}$/iu;
/** Read aloud, digit by digit, a number so long is a telephone's, unless it is said to be something else. */
const SPOKEN = { least: 10, most: 15 };
const PLUS = /\bplus\s+$/i;

const SSN =
  /(?<!\p{Nd}|\p{Nd}[ \p{Pd}])\p{Nd}{3}([ \p{Pd}])\p{Nd}{2}\1\p{Nd}{4}(?!\p{Nd}|[ .,\p{Pd}]\p{Nd})/gu;
const SOCIAL = /(?:social(?: security)?|ssn)\b[^\p{Nd}\n]{0,24}$/iu;
const SSN_DIGITS = 9;

/** What was said just before: as much as the longest cue and its words after. */
const CUE_CHARS = 64;

/** Where telephone numbers lie; they may overlap. */
export const phoneNumbers = (text: string): readonly Span[] => [
  ...spansOf(text, ABROAD),
  ...spansOf(text, AMERICAN),
  ...spansOf(text, AT_HOME).filter((span) => isAtHome(text.slice(span.start, span.end))),
  ...digitRuns(text).flatMap((run) => saidPhone(text, run)),
];

/** Where social security numbers lie; they may overlap. */
export const socialSecurityNumbers = (text: string): readonly Span[] => [
  ...spansOf(text, SSN),
  ...digitRuns(text)
    .filter((run) => digitsIn(run) === SSN_DIGITS && SOCIAL.test(before(text, spanOf(run).start)))
    .map(spanOf),
];

const spansOf = (text: string, pattern: RegExp): readonly Span[] =>
  [...text.matchAll(pattern)].map(({ 0: whole, index }) => ({ start: index, end: index + whole.length }));

const before = (text: string, start: number): string => text.slice(Math.max(0, start - CUE_CHARS), start);

const isWithin = (
  count: number,
  { least, most }: { readonly least: number; readonly most: number },
): boolean => count >= least && count <= most;

const isAtHome = (number: string): boolean =>
  isWithin(number.match(/\p{Nd}/gu)?.length ?? 0, AT_HOME_DIGITS) && !DATE.test(number);

const saidPhone = (text: string, run: DigitRun): readonly Span[] => {
  const span = spanOf(run);
  const said = before(text, span.start);
  const count = digitsIn(run);
  const isSpoken = run.groups.every(({ spoken }) => spoken);
  const plus = isSpoken ? PLUS.exec(said) : null;
  const [telephone, other] = [TELEPHONE, OTHER].map((cue) => cue.exec(said)?.index ?? -1);
  const isNamed = (telephone ?? -1) > (other ?? -1) || plus !== null;
  const isPhone =
    (isNamed && isWithin(count, WITH_TELEPHONE)) ||
    (isSpoken && other === -1 && isWithin(count, SPOKEN) && isReadOut(run));
  return isPhone ? [{ ...span, start: span.start - (plus?.[0].length ?? 0) }] : [];
};

/** Digit by digit, for the most part: who counts in tens says no telephone number. */
const isReadOut = ({ groups }: DigitRun): boolean =>
  groups.filter(({ digits }) => digits.length === 1).length * 2 >= groups.length;
