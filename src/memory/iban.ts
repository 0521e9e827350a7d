/**
 * Account numbers in a text (ISO 13616: country, two check digits, up to 30 letters and digits of the country's own).
 */
import type { Span } from "./spoken-digits.ts";

/** How long a country's are, from the registry of SWIFT. */
const LENGTHS = new Map(
  Object.entries({
    15: "NO",
    16: "BE",
    18: "DK FI FK FO GL NL SD",
    19: "MK SI",
    20: "AT BA EE KZ LT LU MN XK",
    21: "CH HR LI LV",
    22: "BG BH CR DE GB GE IE ME RS VA",
    23: "AE GI IL IQ OM SO TL",
    24: "AD CZ DZ ES MD PK RO SA SE SK TN VG",
    25: "AO CV GW LY MZ PT ST",
    26: "IS TR",
    27: "BF BI CF CG CM DJ EG FR GA GF GP GQ GR IT KM MC MG ML MQ MR NC NE PF PM RE SM SN TF TG WF YT",
    28: "AL AZ BJ BY CI CY DO GT HN HU LB MA NI PL TD",
    29: "BR PS QA UA",
    30: "JO KW MU",
    31: "MT SC",
    32: "LC",
    33: "RU",
  }).flatMap(([length, countries]) =>
    countries.split(" ").map((country) => [country, Number(length)] as const),
  ),
);

/** Letters and digits in pieces, parted by a space or a dash each: what an account number may be the beginning of. */
const BEGINNING = /(?<![\p{L}\p{N}])([a-z]{2})[ -]?\d{2}(?=[ -]?[a-z0-9])/giu;
const PIECE = /[ \u00a0-]?([a-z0-9])/iy;

/** Where account numbers lie, in order and apart. */
export const ibans = (text: string): readonly Span[] => {
  const spans: Span[] = [];
  for (const match of text.matchAll(BEGINNING)) {
    const length = LENGTHS.get((match[1] ?? "").toUpperCase());
    const start = match.index;
    if (length === undefined || start < (spans.at(-1)?.end ?? 0)) continue;
    const read = readFrom(text, start, length);
    if (read !== null && isMostlyDigits(read.number) && checks(read.number))
      spans.push({ start, end: read.end });
  }
  return spans;
};

const readFrom = (text: string, start: number, length: number) => {
  let number = "";
  PIECE.lastIndex = start;
  let end = start;
  while (number.length < length) {
    const [, character] = PIECE.exec(text) ?? [];
    if (character === undefined) return null;
    number += character.toUpperCase();
    end = PIECE.lastIndex;
  }
  return { number, end };
};

/** Words may check by chance; no country's number is made of letters. */
const isMostlyDigits = (number: string): boolean => number.replace(/\D/g, "").length * 2 >= number.length;

/** ISO 7064: the first four at the end, letters as 10 to 35, leaves 1 divided by 97. */
const checks = (number: string): boolean => {
  let rest = 0;
  for (const character of number.slice(4) + number.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
};
