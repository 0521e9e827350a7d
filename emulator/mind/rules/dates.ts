/**
 * Dates in what a caller says, as JSON Schema's `date` writes them.
 */

const MONTHS = "january february march april may june july august september october november december".split(
  " ",
);
const DAYS = "sunday monday tuesday wednesday thursday friday saturday".split(" ");
const RELATIVE =
  /\b(?:today|tonight|tomorrow|yesterday|(?:next |on )?(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)|next week)\b/i;

const DAY = /\d{1,2}(?:st|nd|rd|th)?/.source;
const MONTH = `(?:${MONTHS.join("|")})`;
const YEAR = /(?:,? (?:19|20)\d\d)?/.source;

/** The words of a day, as they were said: "tomorrow", "friday", "March 3rd", "14 March 1988". */
export function dayWords(text: string): string | undefined {
  const month = new RegExp(`\\b(?:${MONTH} ${DAY}|${DAY} (?:of )?${MONTH})${YEAR}\\b`, "i").exec(text);
  return /\d{4}-\d{2}-\d{2}/.exec(text)?.[0] ?? month?.[0] ?? RELATIVE.exec(text)?.[0].replace(/^on /i, "");
}

/** The day as `YYYY-MM-DD`, counted from `today`. */
export function dateIn(text: string, today: Date): string | undefined {
  const said = dayWords(text)?.toLowerCase();
  if (said === undefined) return undefined;
  if (/^\d{4}-/.test(said)) return said;
  const day = new Date(today);
  const month = MONTHS.findIndex((name) => said.includes(name));
  const weekday = DAYS.findIndex((name) => said.endsWith(name));
  if (month >= 0) {
    day.setUTCMonth(month, Number(/\d+/.exec(said)?.[0]));
    const year = /\b\d{4}$/.exec(said)?.[0];
    if (year !== undefined) day.setUTCFullYear(Number(year));
    // Without a year, callers speak of days to come.
    else if (day < today) day.setUTCFullYear(day.getUTCFullYear() + 1);
  } else if (weekday >= 0) day.setUTCDate(day.getUTCDate() + (((weekday - day.getUTCDay() + 6) % 7) + 1));
  else
    day.setUTCDate(
      day.getUTCDate() + (said === "tomorrow" ? 1 : said === "yesterday" ? -1 : said === "next week" ? 7 : 0),
    );
  return day.toISOString().slice(0, 10);
}
