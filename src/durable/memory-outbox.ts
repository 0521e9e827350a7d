/**
 * What a session leaves for its caller's memory, written down before it is sent: an object that is lost, or a memory
 * that cannot be reached, loses nothing of it.
 */
import type { KeepBatch } from "../memory/caller-store.ts";

export type Leaving = Omit<KeepBatch, "id">;

interface Kept {
  readonly row: number;
  readonly attempts: number;
  readonly batch: KeepBatch;
}

export class MemoryOutbox {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(
      `CREATE TABLE IF NOT EXISTS memory_batch (
         id INTEGER PRIMARY KEY AUTOINCREMENT, batch TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0)`,
    );
    sql.exec(
      `CREATE TABLE IF NOT EXISTS memory_mark (
         id INTEGER PRIMARY KEY CHECK (id = 1), last_turn INTEGER NOT NULL DEFAULT 0,
         entered INTEGER NOT NULL DEFAULT 0)`,
    );
    sql.exec("INSERT OR IGNORE INTO memory_mark (id) VALUES (1)");
  }

  /** The last turn that was written down here, sent or not; 0 before the first. */
  get lastTurn(): number {
    return this.#mark("last_turn");
  }

  /** Whether the caller's memory knows of the session. It is told once: to one that has forgotten it, it is a stranger. */
  get hasEntered(): boolean {
    return this.#mark("entered") === 1;
  }

  entered(): void {
    this.#sql.exec("UPDATE memory_mark SET entered = 1");
  }

  add(leaving: Leaving, lastTurn: number): void {
    this.#sql.exec("INSERT INTO memory_batch (batch) VALUES (?)", JSON.stringify(leaving));
    this.#sql.exec("UPDATE memory_mark SET last_turn = ?", lastTurn);
  }

  /** Those that were not taken yet, oldest first. */
  get waiting(): readonly Kept[] {
    return this.#sql
      .exec<{ id: number; batch: string; attempts: number }>(
        "SELECT id, batch, attempts FROM memory_batch ORDER BY id",
      )
      .toArray()
      .map(({ id, batch, attempts }) => {
        const leaving: Leaving = JSON.parse(batch);
        return { row: id, attempts, batch: { ...leaving, id: `${leaving.session}/${id}` } };
      });
  }

  failed(row: number): void {
    this.#sql.exec("UPDATE memory_batch SET attempts = attempts + 1 WHERE id = ?", row);
  }

  remove(row: number): void {
    this.#sql.exec("DELETE FROM memory_batch WHERE id = ?", row);
  }

  #mark(column: "last_turn" | "entered"): number {
    return Number(this.#sql.exec(`SELECT ${column} AS value FROM memory_mark`).one().value);
  }
}
