/**
 * A session on disk: how it was made, how far it is, what was said. Written when something has been said, and never
 * between frames of audio: after a write, all that leaves the object waits until the write is safe.
 */
import type { EndReason, SessionProgress, ToolCall, TranscriptEntry } from "../conversation/events.ts";
import {
  currentEntry,
  currentSnapshot,
  type KeptCall,
  type Snapshot,
  type StoredSnapshot,
} from "../conversation/snapshot.ts";
import type { SessionInit } from "./session-rpc.ts";

export interface SessionRow {
  readonly init: SessionInit;
  readonly createdAt: number;
  readonly ticketSpentAt: number | null;
  readonly endedAt: number | null;
  readonly end: EndReason["type"] | null;
}

type Cell = string | number | null;

export class SessionStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  create(init: SessionInit, now: number): void {
    this.#sql.exec(
      `CREATE TABLE IF NOT EXISTS session (
         id INTEGER PRIMARY KEY CHECK (id = 1),
         init TEXT NOT NULL, created_at INTEGER NOT NULL, ticket_spent_at INTEGER,
         ended_at INTEGER, end_type TEXT, progress TEXT, snapshot TEXT)`,
    );
    this.#createCalls();
    this.#sql.exec("CREATE TABLE IF NOT EXISTS entry (idx INTEGER PRIMARY KEY, entry TEXT NOT NULL)");
    this.#sql.exec("INSERT INTO session (id, init, created_at) VALUES (1, ?, ?)", JSON.stringify(init), now);
  }

  /** Null when no session was ever made here, or when it was deleted. */
  row(): SessionRow | null {
    const row = this.#one("SELECT init, created_at, ticket_spent_at, ended_at, end_type FROM session");
    if (!row) return null;
    return {
      init: JSON.parse(String(row.init)),
      createdAt: Number(row.created_at),
      ticketSpentAt: row.ticket_spent_at === null ? null : Number(row.ticket_spent_at),
      endedAt: row.ended_at === null ? null : Number(row.ended_at),
      end: row.end_type as EndReason["type"] | null,
    };
  }

  spendTicket(now: number): void {
    this.#sql.exec("UPDATE session SET ticket_spent_at = ?", now);
  }

  /** When it was first found that nothing runs here any more (ms), which is now if it never was. */
  lostSince(now: number): number {
    this.#createLoss();
    this.#sql.exec("INSERT OR IGNORE INTO loss (id, at) VALUES (1, ?)", now);
    return Number(this.#one("SELECT at FROM loss")?.at ?? now);
  }

  /** It runs again. */
  found(): void {
    this.#createLoss();
    this.#sql.exec("DELETE FROM loss");
  }

  #createLoss(): void {
    this.#sql.exec(
      "CREATE TABLE IF NOT EXISTS loss (id INTEGER PRIMARY KEY CHECK (id = 1), at INTEGER NOT NULL)",
    );
  }

  /** What is new on record, and the state to come back to. */
  keep(entries: readonly TranscriptEntry[], progress: SessionProgress, snapshot: StoredSnapshot): void {
    for (const entry of entries) {
      this.#sql.exec(
        "INSERT OR REPLACE INTO entry (idx, entry) VALUES (?, ?)",
        entry.index,
        JSON.stringify(entry),
      );
      // What is on record needs no second place, be it known what became of it or not.
      if (entry.type === "tool") this.#sql.exec("DELETE FROM call WHERE id = ?", entry.call);
    }
    this.#sql.exec(
      "UPDATE session SET progress = ?, snapshot = ?",
      JSON.stringify(progress),
      JSON.stringify(snapshot),
    );
  }

  /** Before a tool runs: should the object be lost meanwhile, it is not run again. */
  callBegins({ call, name, arguments: args, segment }: ToolCall): void {
    const kept: KeptCall = { call, name, arguments: args, segment, result: null };
    this.#sql.exec("INSERT OR REPLACE INTO call (id, call) VALUES (?, ?)", call, JSON.stringify(kept));
  }

  callEnded(call: string, result: KeptCall["result"]): void {
    this.#sql.exec("UPDATE call SET result = ? WHERE id = ?", JSON.stringify(result), call);
  }

  /**
   * The state to come back to, or null when no turn was finished; that it was come back to is written down. `start`:
   * where the agent's sessions begin.
   */
  bringBack(start: string): Snapshot | null {
    const row = this.#one("SELECT snapshot FROM session");
    if (typeof row?.snapshot !== "string") return null;
    const stored = currentSnapshot(JSON.parse(row.snapshot), start);
    const snapshot: StoredSnapshot = { ...stored, broughtBack: (stored.broughtBack ?? 0) + 1 };
    this.#sql.exec("UPDATE session SET snapshot = ?", JSON.stringify(snapshot));
    const entries = this.entries().map((entry) => currentEntry(entry, start));
    return { ...snapshot, entries, calls: this.#calls() };
  }

  #calls(): readonly KeptCall[] {
    this.#createCalls();
    return this.#sql
      .exec<{ call: string; result: string | null }>("SELECT call, result FROM call ORDER BY rowid")
      .toArray()
      .map(({ call, result }) => ({
        ...JSON.parse(call),
        result: result === null ? null : JSON.parse(result),
      }));
  }

  /** Sessions of older code have none. */
  #createCalls(): void {
    this.#sql.exec("CREATE TABLE IF NOT EXISTS call (id TEXT PRIMARY KEY, call TEXT NOT NULL, result TEXT)");
  }

  end(reason: EndReason["type"], now: number, progress: SessionProgress | null): void {
    this.#sql.exec("UPDATE session SET ended_at = ?, end_type = ?", now, reason);
    if (progress) this.#sql.exec("UPDATE session SET progress = ?", JSON.stringify(progress));
    // Nobody waits for any of them any more, and their arguments may be the caller's secrets.
    this.#createCalls();
    this.#sql.exec("DELETE FROM call");
  }

  progress(): Partial<SessionProgress> | null {
    const row = this.#one("SELECT progress FROM session");
    return typeof row?.progress === "string" ? JSON.parse(row.progress) : null;
  }

  entries(): readonly TranscriptEntry[] {
    if (!this.row()) return [];
    return this.#sql
      .exec<{ entry: string }>("SELECT entry FROM entry ORDER BY idx")
      .toArray()
      .map((row) => JSON.parse(row.entry));
  }

  #one(query: string): Record<string, Cell> | null {
    const exists = this.#sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'session'").toArray().length > 0;
    if (!exists) return null;
    return this.#sql.exec<Record<string, Cell>>(query).toArray()[0] ?? null;
  }
}
