/**
 * Numbers of payment cards in a text (ISO/IEC 7812-1: 13 to 19 digits, the last of which checks the others). Where it
 * could be either, it is a card; dates, amounts and years in a row are not.
 */
import { type DigitGroup, type DigitRun, digitRuns, type Span } from "./spoken-digits.ts";

const LEAST = 13;
const MOST = 19;

/** How cards begin, and how long such cards are: Visa, Mastercard, American Express, Diners, JCB, Discover, UnionPay, Maestro, Mir, RuPay, Troy. */
const BEGINNINGS: readonly (readonly [RegExp, readonly number[]])[] = [
  [/^4/, [13, 16, 18, 19]],
  [/^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]],
  [/^3[47]/, [15]],
  [/^3(?:0[0-5]|095|[689])/, [14, 16, 17, 18, 19]],
  [/^(?:35|6(?:0|2|4|5)|220[0-5]|8[12]|9792)/, [16, 17, 18, 19]],
  [/^(?:5[06-8]|6[0379])/, [13, 14, 15, 16, 17, 18, 19]],
];

/** A number in pieces of up to four digits is read from the start of a piece; in a longer one it may begin anywhere. */
const WHOLE_CHARS = 4;

const YEAR = /^(?:19|20)\d\d$/;

/** Every digit with where it belongs. */
interface Place {
  readonly group: number;
  readonly first: boolean;
  readonly last: boolean;
}

/** Where card numbers lie, from the first piece that belongs to one to the last, in order and apart. */
export const cardNumbers = (text: string): readonly Span[] => digitRuns(text).flatMap(cardsIn);

const cardsIn = (run: DigitRun): readonly Span[] => {
  const { groups } = run;
  const digits = groups.map((group) => group.digits).join("");
  if (digits.length < LEAST) return [];
  const places = groups.flatMap(({ digits: { length } }, group) =>
    Array.from({ length }, (_, index): Place => {
      const long = length > WHOLE_CHARS;
      return { group, first: long || index === 0, last: long || index === length - 1 };
    }),
  );
  const spans: Span[] = [];
  for (let start = 0; start + LEAST <= digits.length; start++) {
    const from = places[start];
    if (!from?.first) continue;
    for (let length = Math.min(MOST, digits.length - start); length >= LEAST; length--) {
      const to = places[start + length - 1];
      const [head, tail] = [groups[from.group], groups[to?.group ?? from.group]];
      if (!to?.last || head === undefined || tail === undefined) continue;
      const number = digits.slice(start, start + length);
      if (!checks(number) || !isCard(number, number === digits, run, from.group, to.group)) continue;
      spans.push({ start: head.start, end: tail.end });
      start = places.findLastIndex(({ group }) => group === to.group);
      break;
    }
  }
  return spans;
};

const isCard = (
  number: string,
  isAll: boolean,
  { groups, tight }: DigitRun,
  from: number,
  to: number,
): boolean => {
  const pieces = groups.slice(from, to + 1);
  const isTight = tight.slice(from, to).every(Boolean);
  if (beginsAsCard(number)) return isUsual(pieces) || (isTight && !pieces.some(isYear));
  // What begins as no card that we know may be one all the same, when it stands alone and looks like one.
  return isAll && isTight && isUsual(pieces) && !pieces.every(isYear);
};

const isYear = ({ digits, spoken }: DigitGroup): boolean => !spoken && YEAR.test(digits);

const beginsAsCard = (number: string): boolean =>
  BEGINNINGS.some(([beginning, lengths]) => beginning.test(number) && lengths.includes(number.length));

/** The ways in which card numbers are printed and read aloud: in fours, American Express's way, in ones or twos, in words, at once. */
const isUsual = (pieces: readonly DigitGroup[]): boolean => {
  const sizes = pieces.map(({ digits }) => digits.length);
  return (
    pieces.length === 1 ||
    (pieces.some(({ spoken }) => spoken) && sizes.every((size) => size <= 4)) ||
    sizes.every((size) => size <= 2) ||
    sizes.slice(0, -1).every((size) => size === 4) ||
    /^4,6,[45]$/.test(sizes.join())
  );
};

/** ISO/IEC 7812-1 annex B: twice every second digit from the right, digits summed, ends in 0. */
const checks = (number: string): boolean => {
  let sum = 0;
  for (let index = 0; index < number.length; index++) {
    const digit = number.charCodeAt(number.length - 1 - index) - 48;
    const counted = index % 2 === 1 ? 2 * digit : digit;
    sum += counted > 9 ? counted - 9 : counted;
  }
  return sum % 10 === 0;
};
