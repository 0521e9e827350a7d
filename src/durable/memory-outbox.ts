/**
 * What a session leaves for its caller's memory, written down before it is sent: an object that is lost, or a memory
 * that cannot be reached, loses nothing of it.
 */
import type { KeepBatch } from "../memory/caller-store.ts";

export type Leaving = Omit<KeepBatch, "id">;

export class MemoryOutbox {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(
      `CREATE TABLE IF NOT EXISTS memory_batch (
         id INTEGER PRIMARY KEY AUTOINCREMENT, batch TEXT NOT NULL, last_turn INTEGER NOT NULL,
         attempts INTEGER NOT NULL DEFAULT 0)`,
    );
    sql.exec(
      "CREATE TABLE IF NOT EXISTS memory_mark (id INTEGER PRIMARY KEY CHECK (id = 1), last_turn INTEGER NOT NULL)",
    );
  }

  /** The last turn that was written down here, sent or not; 0 before the first. */
  get lastTurn(): number {
    const row = this.#sql.exec<{ last_turn: number }>("SELECT last_turn FROM memory_mark").toArray()[0];
    return row?.last_turn ?? 0;
  }

  add(leaving: Leaving, lastTurn: number): void {
    this.#sql.exec(
      "INSERT INTO memory_batch (batch, last_turn) VALUES (?, ?)",
      JSON.stringify(leaving),
      lastTurn,
    );
    this.#sql.exec("INSERT OR REPLACE INTO memory_mark (id, last_turn) VALUES (1, ?)", lastTurn);
  }

  /** The oldest that was not taken yet. */
  get next(): { readonly row: number; readonly attempts: number; readonly batch: KeepBatch } | null {
    const row = this.#sql
      .exec<{ id: number; batch: string; attempts: number }>(
        "SELECT id, batch, attempts FROM memory_batch ORDER BY id LIMIT 1",
      )
      .toArray()[0];
    if (!row) return null;
    const leaving: Leaving = JSON.parse(row.batch);
    return { row: row.id, attempts: row.attempts, batch: { ...leaving, id: `${leaving.session}/${row.id}` } };
  }

  failed(row: number): void {
    this.#sql.exec("UPDATE memory_batch SET attempts = attempts + 1 WHERE id = ?", row);
  }

  remove(row: number): void {
    this.#sql.exec("DELETE FROM memory_batch WHERE id = ?", row);
  }
}
