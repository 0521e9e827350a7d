/**
 * Numbers in what a caller says: digits, words ("twenty five"), and digits told one by one ("one two three four").
 */

const SMALL =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(
    " ",
  );
const TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");
const SCALES: Readonly<Record<string, number>> = { hundred: 100, thousand: 1000, million: 1_000_000 };

/** The numbers in their order. */
export function numbersIn(text: string): number[] {
  const found: number[] = [];
  let total: number | undefined;
  let part = 0;
  let last = "";
  const flush = (): void => {
    if (total !== undefined) found.push(total + part);
    total = undefined;
    part = 0;
    last = "";
  };
  for (const token of text.toLowerCase().match(/-?\d[\d,]*(?:\.\d+)?|[a-z]+/g) ?? []) {
    if (/\d/.test(token)) {
      flush();
      found.push(Number(token.replaceAll(",", "")));
      continue;
    }
    const unit = SMALL.indexOf(token);
    const ten = TENS.indexOf(token);
    const scale = SCALES[token];
    if (unit >= 0) {
      // "twenty five" is one number, "five five" are two.
      if (last === "unit" || (last === "ten" && unit > 9)) flush();
      total ??= 0;
      part += unit;
      last = "unit";
    } else if (ten >= 0) {
      if (last === "unit" || last === "ten") flush();
      total ??= 0;
      part += (ten + 2) * 10;
      last = "ten";
    } else if (scale !== undefined && total !== undefined) {
      if (scale === 100) part *= 100;
      else {
        total += part * scale;
        part = 0;
      }
      last = "scale";
    } else if (token !== "and" || last !== "scale") flush();
  }
  flush();
  return found;
}

/** The longest run of digits, told in figures or one by one; for numbers of accounts, orders and telephones. */
export function digitsIn(text: string): string | undefined {
  const told = text
    .toLowerCase()
    .replace(/[a-z]+/g, (word) => {
      const digit = word === "oh" ? 0 : SMALL.indexOf(word);
      return digit >= 0 && digit <= 9 ? String(digit) : word;
    })
    .match(/\d(?:[\s-]?\d)*/g);
  return told?.map((run) => run.replace(/\D/g, "")).sort((a, b) => b.length - a.length)[0];
}
