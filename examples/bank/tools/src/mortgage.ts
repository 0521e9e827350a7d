/**
 * What a mortgage costs: today's rates, and the arithmetic of a loan that is paid back in equal parts.
 */

/** Percent a year, by the years for which it is fixed. */
export const RATES = [
  { years: 10, percent: 5.1 },
  { years: 15, percent: 5.4 },
  { years: 20, percent: 5.7 },
  { years: 30, percent: 6.2 },
] as const;

/** No more than this share of what comes in may go into a mortgage. */
const AFFORDABLE = 0.36;

/** The rate of the shortest term that is long enough; of the longest, where none is. */
export const rateFor = (years: number): number =>
  (RATES.find((rate) => rate.years >= years) ?? RATES[3]).percent;

/** Cents a month for a loan of `amount` cents over `years` years at `percent` a year. */
export function monthlyPayment(amount: number, years: number, percent: number): number {
  const months = years * 12;
  const monthly = percent / 100 / 12;
  if (monthly === 0) return Math.round(amount / months);
  return Math.round((amount * monthly) / (1 - (1 + monthly) ** -months));
}

/** Whether somebody who earns `income` cents a month can bear `payment` cents a month. */
export const canBear = (income: number, payment: number): boolean => payment <= income * AFFORDABLE;
