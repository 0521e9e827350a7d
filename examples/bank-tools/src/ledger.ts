/**
 * The bank's books, in memory: every caller finds the same two accounts, and nobody finds another's. They last as
 * long as the Worker's isolate does. A real bank puts a database here.
 */

export type AccountName = "checking" | "savings";

export interface Account {
  readonly balance: number;
  /** Newest first. */
  readonly transactions: readonly { readonly date: string; readonly text: string; readonly amount: number }[];
}

export type Accounts = Readonly<Record<AccountName, Account>>;

const SEED: Accounts = {
  checking: {
    balance: 1284.5,
    transactions: [
      { date: "2026-11-20", text: "Corner Bakery", amount: -8.4 },
      { date: "2026-11-18", text: "Salary", amount: 3150 },
      { date: "2026-11-15", text: "Rent", amount: -1450 },
      { date: "2026-11-14", text: "City Power and Water", amount: -96.2 },
      { date: "2026-11-09", text: "Green Grocer", amount: -54.75 },
    ],
  },
  savings: {
    balance: 9420,
    transactions: [
      { date: "2026-10-31", text: "Interest", amount: 31.4 },
      { date: "2026-10-02", text: "From checking", amount: 400 },
    ],
  },
};

const books = new Map<string, Accounts>();
/** What became of each transfer, by its key. */
const transfers = new Map<string, Transferred>();

/** The accounts of a caller; `null`, who did not say who they are, is one caller like any other. */
export const accountsOf = (caller: string | null): Accounts => books.get(bookOf(caller)) ?? SEED;

const bookOf = (caller: string | null): string => (caller === null ? "anonymous" : `caller ${caller}`);

export type Transferred =
  | { readonly done: true; readonly balances: Readonly<Record<AccountName, number>> }
  | { readonly done: false; readonly because: string };

/** Moves money once for each `key`. */
export function transfer(
  caller: string | null,
  order: {
    readonly from: AccountName;
    readonly to: AccountName;
    readonly amount: number;
    readonly key: string;
  },
): Transferred {
  const key = `${bookOf(caller)}/${order.key}`;
  const known = transfers.get(key);
  if (known) return known;
  const outcome = carryOut(caller, order);
  transfers.set(key, outcome);
  return outcome;
}

function carryOut(
  caller: string | null,
  { from, to, amount }: { readonly from: AccountName; readonly to: AccountName; readonly amount: number },
): Transferred {
  const accounts = accountsOf(caller);
  if (from === to) return { done: false, because: "Those are the same account." };
  if (accounts[from].balance < amount)
    return { done: false, because: `There is not enough money in ${from}.` };
  const moved = {
    ...accounts,
    [from]: booked(accounts[from], `To ${to}`, -amount),
    [to]: booked(accounts[to], `From ${from}`, amount),
  };
  books.set(bookOf(caller), moved);
  return { done: true, balances: { checking: moved.checking.balance, savings: moved.savings.balance } };
}

const booked = (account: Account, text: string, amount: number): Account => ({
  // In whole cents: a double cannot hold 0.1.
  balance: Math.round((account.balance + amount) * 100) / 100,
  transactions: [{ date: new Date().toISOString().slice(0, 10), text, amount }, ...account.transactions],
});
