/**
 * The ledger on disk: its book, a row for each entry, and what it learned from AWS. An eviction forgets nobody's place.
 */
import type { PlaceFor } from "../model/leased-ledger.ts";
import type { Lesson } from "./capacity-belief.ts";
import { CapacityBook } from "./capacity-book.ts";
import type { Entry } from "./capacity-entry.ts";

export class CapacityStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(
      `CREATE TABLE IF NOT EXISTS place (
         lease TEXT PRIMARY KEY, session TEXT NOT NULL, tenant TEXT, wanted TEXT NOT NULL,
         state TEXT NOT NULL, turn INTEGER NOT NULL, until INTEGER NOT NULL)`,
    );
    sql.exec(
      "CREATE TABLE IF NOT EXISTS lesson (id INTEGER PRIMARY KEY CHECK (id = 1), at INTEGER NOT NULL, bears INTEGER NOT NULL)",
    );
  }

  load(): CapacityBook {
    const entries = this.#sql
      .exec("SELECT * FROM place")
      .toArray()
      .map(
        (row): Entry => ({
          lease: String(row.lease),
          session: String(row.session),
          tenant: row.tenant === null ? null : String(row.tenant),
          wanted: row.wanted as PlaceFor,
          state: row.state as Entry["state"],
          order: Number(row.turn),
          until: Number(row.until),
        }),
      );
    return new CapacityBook(entries);
  }

  /** Writes what has changed since the last time. What could not be written is tried again the next time. */
  save(book: CapacityBook): void {
    book.changes((lease, entry) => {
      if (entry === null) {
        this.#sql.exec("DELETE FROM place WHERE lease = ?", lease);
        return;
      }
      const { session, tenant, wanted, state, order, until } = entry;
      this.#sql.exec(
        "INSERT OR REPLACE INTO place (lease, session, tenant, wanted, state, turn, until) VALUES (?, ?, ?, ?, ?, ?, ?)",
        ...[lease, session, tenant, wanted, state, order, until],
      );
    });
  }

  lesson(): Lesson | null {
    const [row] = this.#sql.exec("SELECT at, bears FROM lesson").toArray();
    return row === undefined ? null : { at: Number(row.at), bears: Number(row.bears) };
  }

  learn({ at, bears }: Lesson): void {
    this.#sql.exec("INSERT OR REPLACE INTO lesson (id, at, bears) VALUES (1, ?, ?)", at, bears);
  }
}
