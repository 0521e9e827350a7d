/**
 * The digits of a text, however they were written down: speech comes back as `4111 1111`, as `four one one one`, or as
 * both in one breath. Words are English; digits may be of any script.
 */

/** A stretch of a text, in UTF-16. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Digits in one piece: a number, or the words for one. */
export interface DigitGroup extends Span {
  /** ASCII. */
  readonly digits: string;
  readonly spoken: boolean;
}

/** Groups that were said one after the other, with nothing but a pause in between. */
export interface DigitRun {
  readonly groups: readonly DigitGroup[];
  /** For each group but the last, whether one space or dash is all that parts it from the next. */
  readonly tight: readonly boolean[];
}

const UNITS: Readonly<Record<string, string>> = {
  ...{ zero: "0", nought: "0", oh: "0", o: "0", one: "1", two: "2", three: "3", four: "4" },
  ...{ five: "5", six: "6", seven: "7", eight: "8", nine: "9", niner: "9" },
};
const TEENS = [
  ...["ten", "eleven", "twelve", "thirteen", "fourteen"],
  ...["fifteen", "sixteen", "seventeen", "eighteen", "nineteen"],
];
const TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const TIMES: Readonly<Record<string, number>> = { double: 2, triple: 3 };

const units = Object.keys(UNITS).join("|");
const ones = Object.keys(UNITS)
  .filter((word) => UNITS[word] !== "0")
  .join("|");
const GROUP = new RegExp(
  String.raw`\p{Nd}+|(?<![\p{L}\p{N}])(?:(?<times>double|triple)[\s-]{1,3}(?<again>${units}|\p{Nd})` +
    String.raw`|(?<ten>${TENS.join("|")})(?:[\s-]{1,3}(?<one>${ones}))?` +
    String.raw`|(?<teen>${TEENS.join("|")})|(?<unit>${units}))(?![\p{L}\p{N}])`,
  "giu",
);

/** What is said or written between two pieces of one number. A comma or a point inside an amount is none of it. */
const PAUSE = /^(?:[\s\p{Pd}_·…]|[.,;]\s|\b(?:um|uh|er|and|then|dash|hyphen|space)\b){1,8}$/iu;
const TIGHT = /^[ \u00a0\u202f\p{Pd}]$/u;
/** Longer than any pause. */
const PAUSE_CHARS = 24;

/** The value of a digit of any script: all have their ten in a row, from a place that ends in 0 or 6 (mathematical ones apart). */
const digitValue = (digit: string): string => {
  const plain = digit.normalize("NFKC");
  if (/^[0-9]$/.test(plain)) return plain;
  const code = plain.codePointAt(0) ?? 0;
  const zero = code - (code % 16);
  return String(/\p{Nd}/u.test(String.fromCodePoint(zero)) ? code - zero : code - zero - 6);
};

const digitsOf = (match: RegExpExecArray): string => {
  const { times, again = "", ten, one, teen, unit: alone } = match.groups ?? {};
  const said = (word: string): string => UNITS[word.toLowerCase()] ?? digitValue(word);
  if (times !== undefined) return said(again).repeat(TIMES[times.toLowerCase()] ?? 1);
  if (ten !== undefined)
    return `${TENS.indexOf(ten.toLowerCase()) + 2}${one === undefined ? "0" : said(one)}`;
  if (teen !== undefined) return `1${TEENS.indexOf(teen.toLowerCase())}`;
  if (alone !== undefined) return said(alone);
  return [...match[0]].map(digitValue).join("");
};

/** All the digits of `text`, as they were said. In linear time. */
export const digitRuns = (text: string): readonly DigitRun[] => {
  const runs: { groups: DigitGroup[]; tight: boolean[] }[] = [];
  for (const match of text.matchAll(GROUP)) {
    const [whole] = match;
    const group = {
      digits: digitsOf(match),
      start: match.index,
      end: match.index + whole.length,
      spoken: /^\p{L}/u.test(whole),
    };
    const run = runs.at(-1);
    const before = run?.groups.at(-1);
    const between = before === undefined ? null : text.slice(before.end, group.start);
    if (run !== undefined && between !== null && (isPause(between) || isPoint(between, before, group))) {
      run.groups.push(group);
      run.tight.push(TIGHT.test(between));
    } else runs.push({ groups: [group], tight: [] });
  }
  return runs;
};

const isPause = (between: string): boolean => between.length <= PAUSE_CHARS && PAUSE.test(between);

/** `4111.1111`, but not `1.234.567`. */
const isPoint = (between: string, before: DigitGroup | undefined, { digits }: DigitGroup): boolean =>
  between === "." && before?.digits.length === 4 && digits.length === 4;

/** How many digits a run has. */
export const digitsIn = ({ groups }: DigitRun): number =>
  groups.reduce((sum, { digits }) => sum + digits.length, 0);

/** Where a run lies. */
export const spanOf = ({ groups }: DigitRun): Span => ({
  start: groups[0]?.start ?? 0,
  end: groups.at(-1)?.end ?? 0,
});
