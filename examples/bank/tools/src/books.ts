/**
 * The books of one customer: a Durable Object each, with an SQLite of its own. Nobody else's accounts are in the room,
 * so no mistake in a query can tell them; a transfer is one transaction in one place; and no customer waits for another.
 */
import { DurableObject } from "cloudflare:workers";
import { type Person, personCalled } from "./people.ts";

/** All amounts in cents. */
export interface Balance {
  readonly kind: string;
  readonly balance: number;
}

export interface Entry {
  readonly date: string;
  readonly text: string;
  readonly amount: number;
}

export interface Alert {
  readonly date: string;
  readonly text: string;
}

export interface Order {
  /** Names the order for ever: a second one of the same key moves nothing and has the first one's outcome. */
  readonly key: string;
  readonly from: string;
  readonly to: string;
  readonly amount: number;
}

export type Transferred =
  | { readonly done: true; readonly from: Balance; readonly to: Balance }
  | { readonly done: false; readonly because: "no_account" | "same_account" | "not_enough" };

/** The tables as they grew: each step runs once, in order. Add to the end, change nothing above. */
const STEPS: readonly string[] = [
  `CREATE TABLE accounts (
     number TEXT PRIMARY KEY,
     kind TEXT NOT NULL UNIQUE,
     balance INTEGER NOT NULL CHECK (balance >= 0)
   ) STRICT;
   CREATE TABLE entries (
     id INTEGER PRIMARY KEY,
     account TEXT NOT NULL REFERENCES accounts (number),
     date TEXT NOT NULL,
     text TEXT NOT NULL,
     amount INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX entries_of_account ON entries (account, id);
   CREATE TABLE alerts (id INTEGER PRIMARY KEY, date TEXT NOT NULL, text TEXT NOT NULL) STRICT;
   CREATE TABLE transfers (key TEXT PRIMARY KEY, outcome TEXT NOT NULL) STRICT;`,
];

interface AccountRow extends Record<string, SqlStorageValue> {
  readonly number: string;
  readonly kind: string;
  readonly balance: number;
}

export class Books extends DurableObject<unknown> {
  readonly #sql: SqlStorage = this.ctx.storage.sql;

  /** Opens them, with what the customer had on the bank's first day. Costs nothing when they are open already. */
  #open(customer: string): void {
    const done = this.ctx.storage.kv.get<number>("steps") ?? 0;
    if (done === STEPS.length) return;
    this.ctx.storage.transactionSync(() => {
      for (const step of STEPS.slice(done)) this.#sql.exec(step);
      const person = done === 0 ? personCalled(customer) : undefined;
      if (person) this.#seed(person);
      this.ctx.storage.kv.put("steps", STEPS.length);
    });
  }

  #seed({ accounts, alerts }: Person): void {
    for (const { number, kind, balance, entries } of accounts) {
      this.#sql.exec("INSERT INTO accounts VALUES (?, ?, ?)", number, kind, balance);
      for (const entry of entries.toReversed()) this.#write(number, entry);
    }
    for (const { date, text } of alerts)
      this.#sql.exec("INSERT INTO alerts (date, text) VALUES (?, ?)", date, text);
  }

  #write(account: string, { date, text, amount }: Entry): void {
    const row = [account, date, text, amount];
    this.#sql.exec("INSERT INTO entries (account, date, text, amount) VALUES (?, ?, ?, ?)", ...row);
  }

  /** By its number or by its kind; null when the customer has no such account. */
  #find(account: string): AccountRow | null {
    const [found] = this.#sql.exec<AccountRow>(
      "SELECT number, kind, balance FROM accounts WHERE number = ?1 OR kind = lower(?1)",
      account.trim(),
    );
    return found ?? null;
  }

  balance(customer: string, account: string): Balance | null {
    this.#open(customer);
    const found = this.#find(account);
    return found && { kind: found.kind, balance: found.balance };
  }

  /** Newest first; null when the customer has no such account. */
  entries(customer: string, account: string, count: number): readonly Entry[] | null {
    this.#open(customer);
    const found = this.#find(account);
    if (found === null) return null;
    return this.#sql
      .exec<Entry & Record<string, SqlStorageValue>>(
        "SELECT date, text, amount FROM entries WHERE account = ? ORDER BY id DESC LIMIT ?",
        found.number,
        count,
      )
      .toArray();
  }

  alerts(customer: string): readonly Alert[] {
    this.#open(customer);
    return this.#sql
      .exec<Alert & Record<string, SqlStorageValue>>("SELECT date, text FROM alerts ORDER BY id DESC")
      .toArray();
  }

  /** All or nothing, and once for each key. */
  transfer(customer: string, order: Order): Transferred {
    this.#open(customer);
    return this.ctx.storage.transactionSync(() => {
      const [known] = this.#sql.exec<{ outcome: string }>(
        "SELECT outcome FROM transfers WHERE key = ?",
        order.key,
      );
      if (known) return JSON.parse(known.outcome) as Transferred;
      const outcome = this.#carryOut(order);
      this.#sql.exec("INSERT INTO transfers VALUES (?, ?)", order.key, JSON.stringify(outcome));
      return outcome;
    });
  }

  #carryOut({ from, to, amount }: Order): Transferred {
    const [source, target] = [this.#find(from), this.#find(to)];
    if (source === null || target === null) return { done: false, because: "no_account" };
    if (source.number === target.number) return { done: false, because: "same_account" };
    if (source.balance < amount) return { done: false, because: "not_enough" };
    const date = new Date().toISOString().slice(0, 10);
    const book = (account: AccountRow, text: string, change: number): Balance => {
      const balance = account.balance + change;
      this.#sql.exec("UPDATE accounts SET balance = ? WHERE number = ?", balance, account.number);
      this.#write(account.number, { date, text, amount: change });
      return { kind: account.kind, balance };
    };
    return {
      done: true,
      from: book(source, `To ${target.kind}`, -amount),
      to: book(target, `From ${source.kind}`, amount),
    };
  }
}
