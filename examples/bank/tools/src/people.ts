/**
 * The bank's customers on its first day. All of them are made up. A real bank has them in its core system.
 */

export interface Person {
  /** Known to tools only; never spoken, never shown. */
  readonly customer: string;
  readonly name: string;
  /** `YYYY-MM-DD` */
  readonly dateOfBirth: string;
  /** Cents a month. */
  readonly income: number;
  readonly accounts: readonly SeedAccount[];
  readonly alerts: readonly { readonly date: string; readonly text: string }[];
}

export interface SeedAccount {
  readonly number: string;
  readonly kind: "checking" | "savings";
  /** Cents. */
  readonly balance: number;
  /** Newest first; amounts in cents. */
  readonly entries: readonly { readonly date: string; readonly text: string; readonly amount: number }[];
}

const PEOPLE: readonly Person[] = [
  {
    customer: "cus_8Q2M4T",
    name: "Ana",
    dateOfBirth: "1988-03-14",
    income: 3_150_00,
    accounts: [
      {
        number: "10025518",
        kind: "checking",
        balance: 1_284_50,
        entries: [
          { date: "2026-11-20", text: "Corner Bakery", amount: -8_40 },
          { date: "2026-11-18", text: "Salary", amount: 3_150_00 },
          { date: "2026-11-15", text: "Rent", amount: -1_450_00 },
          { date: "2026-11-14", text: "City Power and Water", amount: -96_20 },
          { date: "2026-11-09", text: "Green Grocer", amount: -54_75 },
        ],
      },
      {
        number: "10025526",
        kind: "savings",
        balance: 9_420_00,
        entries: [
          { date: "2026-10-31", text: "Interest", amount: 31_40 },
          { date: "2026-10-02", text: "From checking", amount: 400_00 },
        ],
      },
    ],
    alerts: [{ date: "2026-11-21", text: "Your new debit card is on its way." }],
  },
  {
    customer: "cus_3V7XKD",
    name: "Ben",
    dateOfBirth: "1975-11-02",
    income: 4_800_00,
    accounts: [
      {
        number: "20045518",
        kind: "checking",
        balance: 77_31,
        entries: [
          { date: "2026-11-19", text: "Harbour Fuel", amount: -61_05 },
          { date: "2026-11-16", text: "Cinema Lumen", amount: -24_00 },
        ],
      },
    ],
    alerts: [{ date: "2026-11-19", text: "Your checking account is below one hundred dollars." }],
  },
  {
    customer: "cus_B5NL0R",
    name: "Chloe",
    dateOfBirth: "1994-07-29",
    income: 6_900_00,
    accounts: [
      {
        number: "30077214",
        kind: "checking",
        balance: 5_630_12,
        entries: [{ date: "2026-11-17", text: "Salary", amount: 6_900_00 }],
      },
      {
        number: "30077222",
        kind: "savings",
        balance: 41_050_00,
        entries: [{ date: "2026-09-30", text: "Interest", amount: 128_90 }],
      },
    ],
    alerts: [],
  },
];

export const personWith = (accountNumber: string): Person | undefined =>
  PEOPLE.find(({ accounts }) => accounts.some(({ number }) => number === accountNumber));

export const personCalled = (customer: string): Person | undefined =>
  PEOPLE.find((person) => person.customer === customer);
