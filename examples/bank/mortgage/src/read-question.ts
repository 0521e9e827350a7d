/**
 * Reads what a question is about. A rule of thumb for each thing; a real adviser would ask a text model here.
 */
import type { Wish } from "./folder.ts";

export interface Asked {
  readonly about: "rates" | "eligibility" | "payment" | "settled";
  readonly wish: Wish;
}

const UNITS: Readonly<Record<string, number>> = { k: 1_000, thousand: 1_000, million: 1_000_000 };
const YEARS: Readonly<Record<string, number>> = { ten: 10, fifteen: 15, twenty: 20, thirty: 30 };
/** A smaller number without a unit is no loan: it may be a year or a rate. */
const SMALLEST_LOAN = 1_000;

export function readQuestion(question: string): Asked {
  const text = question.toLowerCase();
  const amount = amountIn(text);
  const years = yearsIn(text);
  const wish = { ...(amount === null ? {} : { amount }), ...(years === null ? {} : { years }) };
  return { about: aboutOf(text, amount), wish };
}

function aboutOf(text: string, amount: number | null): Asked["about"] {
  if (/\b(?:decided against|no longer (?:want|need)|changed my mind|taken it|signed|settled)\b/.test(text))
    return "settled";
  if (/\b(?:afford|eligible|eligibility|qualify|could i (?:have|get)|can i (?:have|get))\b/.test(text))
    return "eligibility";
  return /\b(?:rates?|interest|percent)\b/.test(text) && amount === null ? "rates" : "payment";
}

function amountIn(text: string): number | null {
  for (const [, digits = "", unit = ""] of text.matchAll(/(\d[\d,]*(?:\.\d+)?)\s*(k|thousand|million)?\b/g)) {
    const amount = Number(digits.replaceAll(",", "")) * (UNITS[unit] ?? 1);
    if (amount >= SMALLEST_LOAN) return amount;
  }
  return null;
}

function yearsIn(text: string): number | null {
  const found =
    /\b(\d{1,2}|ten|fifteen|twenty|thirty)[\s-]+years?\b|\bover (\d{1,2}|ten|fifteen|twenty|thirty)\b/.exec(
      text,
    );
  const said = found?.[1] ?? found?.[2];
  return said === undefined ? null : (YEARS[said] ?? Number(said));
}
