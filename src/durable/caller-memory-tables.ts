/**
 * A caller's memory on disk. Nothing is made before there is something to keep, so that asking after somebody who never
 * called leaves no trace; and nothing is left when all is gone.
 */
import type { MemoryKind } from "../agent/memory-policy.ts";
import { LIMITS } from "../base/limits.ts";
import type { CallerKey, KeepBatch } from "../memory/caller-store.ts";
import { fullTextQuery } from "../memory/full-text-query.ts";
import type { MemoryEntry, MemoryVoice } from "../memory/memory-entry.ts";
import { type Memory, NO_MEMORY } from "../memory/merge.ts";
import type { RememberedSession } from "./caller-memory-rpc.ts";

/**
 * A session's transcript is gone this long after it began: it lasts so long, its object notices within two looks, and
 * one more is for the alarm that deletes it.
 */
const SESSION_KNOWN_MS = LIMITS.sessionMaxMs + 3 * LIMITS.reapAfterMs + LIMITS.transcriptKeepMs;

/** What is deleted from the index is gone from the disk as well, and not only marked so (FTS5 `secure-delete`). */
const TABLES = `
  CREATE TABLE who (id INTEGER PRIMARY KEY CHECK (id = 1), tenant TEXT, caller TEXT NOT NULL);
  CREATE TABLE session (session TEXT PRIMARY KEY, agent TEXT NOT NULL, started_at INTEGER NOT NULL);
  CREATE TABLE batch (session TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (session, id));
  CREATE TABLE forgotten (mark TEXT PRIMARY KEY, at INTEGER NOT NULL);
  CREATE TABLE entry (
    place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, about TEXT, text TEXT NOT NULL,
    confidence REAL NOT NULL, voice TEXT NOT NULL, agent TEXT NOT NULL, session TEXT,
    at INTEGER NOT NULL, since INTEGER NOT NULL, expires_at INTEGER);
  CREATE VIRTUAL TABLE entry_text USING fts5 (text, tokenize = 'unicode61 remove_diacritics 2');
  INSERT INTO entry_text (entry_text, rank) VALUES ('secure-delete', 1);
`;

export class CallerMemoryTables {
  readonly #sql: SqlStorage;
  #made: boolean;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.#made = this.#sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'entry'").toArray().length > 0;
  }

  /** Whether anything is kept here at all. */
  get made(): boolean {
    return this.#made;
  }

  /** To be said once the storage was emptied. */
  emptied(): void {
    this.#made = false;
  }

  who(): CallerKey | null {
    if (!this.#made) return null;
    const row = this.#sql
      .exec<{ tenant: string | null; caller: string }>("SELECT tenant, caller FROM who")
      .one();
    return { tenant: row.tenant, caller: row.caller };
  }

  begin(who: CallerKey, { session, agent, startedAt }: RememberedSession): void {
    if (!this.#made) {
      this.#sql.exec(TABLES);
      this.#sql.exec("INSERT INTO who (id, tenant, caller) VALUES (1, ?, ?)", who.tenant, who.caller);
    }
    this.#sql.exec(
      "INSERT OR IGNORE INTO session (session, agent, started_at) VALUES (?, ?, ?)",
      ...[session, agent, startedAt],
    );
    this.#keepNewest("session", "started_at", LIMITS.memorySessions);
    this.#made = true;
  }

  /** Newest first. */
  sessions(now: number): readonly RememberedSession[] {
    if (!this.#made) return [];
    return this.#sql
      .exec<{ session: string; agent: string; started_at: number }>(
        "SELECT * FROM session WHERE started_at > ? ORDER BY started_at DESC, session",
        now - SESSION_KNOWN_MS,
      )
      .toArray()
      .map(({ session, agent, started_at }) => ({ session, agent, startedAt: started_at }));
  }

  knows(session: string): boolean {
    return this.#made && this.#has("SELECT 1 FROM session WHERE session = ?", session);
  }

  hasKept({ session, id }: KeepBatch): boolean {
    return this.#has("SELECT 1 FROM batch WHERE session = ? AND id = ?", session, id);
  }

  kept({ session, id }: KeepBatch, now: number): void {
    this.#sql.exec("INSERT INTO batch (session, id, at) VALUES (?, ?, ?)", session, id, now);
    this.#keepNewest("batch", "at", LIMITS.memoryBatches);
  }

  load(): Memory {
    if (!this.#made) return NO_MEMORY;
    const entries = this.#sql
      .exec("SELECT * FROM entry ORDER BY at DESC, place")
      .toArray()
      .map(
        (row): MemoryEntry => ({
          id: String(row.id),
          kind: row.kind as MemoryKind,
          key: row.about === null ? null : String(row.about),
          text: String(row.text),
          confidence: Number(row.confidence),
          source: {
            by: row.voice as MemoryVoice,
            agent: String(row.agent),
            session: row.session === null ? null : String(row.session),
          },
          at: Number(row.at),
          since: Number(row.since),
          expiresAt: row.expires_at === null ? null : Number(row.expires_at),
        }),
      );
    const forgotten = this.#sql
      .exec<{ mark: string; at: number }>("SELECT mark, at FROM forgotten ORDER BY at DESC, mark")
      .toArray();
    return { entries, forgotten };
  }

  /** Writes what differs. An entry that did not change is the same object. */
  save(before: Memory, after: Memory): void {
    const known = new Set(before.entries);
    const kept = new Set(after.entries);
    for (const entry of before.entries) if (!kept.has(entry)) this.#remove(entry.id);
    for (const entry of after.entries) if (!known.has(entry)) this.#write(entry);
    if (after.forgotten === before.forgotten) return;
    this.#sql.exec("DELETE FROM forgotten");
    for (const { mark, at } of after.forgotten)
      this.#sql.exec("INSERT INTO forgotten (mark, at) VALUES (?, ?)", mark, at);
  }

  /** How well entries hold the words of `about`, by their ids; those that hold none are not among them. */
  matches(about: string): ReadonlyMap<string, number> {
    const query = fullTextQuery(about);
    if (query === null || !this.#made) return new Map();
    const rows = this.#sql
      .exec<{ id: string; badness: number }>(
        `SELECT entry.id AS id, bm25(entry_text) AS badness
         FROM entry_text JOIN entry ON entry.place = entry_text.rowid WHERE entry_text MATCH ?`,
        query,
      )
      .toArray();
    return new Map(rows.map(({ id, badness }) => [id, -badness]));
  }

  /** Deletes what has run out. What was forgotten is known while a session may have heard it before. */
  sweep(now: number): void {
    if (!this.#made) return;
    const out = this.#sql.exec<{ id: string }>("SELECT id FROM entry WHERE expires_at <= ?", now).toArray();
    for (const { id } of out) this.#remove(id);
    this.#sql.exec("DELETE FROM session WHERE started_at <= ?", now - SESSION_KNOWN_MS);
    this.#sql.exec("DELETE FROM batch WHERE session NOT IN (SELECT session FROM session)");
    this.#sql.exec("DELETE FROM forgotten WHERE NOT EXISTS (SELECT 1 FROM session WHERE started_at <= at)");
  }

  /** When the next thing runs out, in ms since the Unix epoch; null where nothing ever will. */
  nextEnd(): number | null {
    const { entry, session } = this.#sql
      .exec<{ entry: number | null; session: number | null }>(
        "SELECT (SELECT MIN(expires_at) FROM entry) AS entry, (SELECT MIN(started_at) FROM session) AS session",
      )
      .one();
    const ends = [
      ...(entry === null ? [] : [entry]),
      ...(session === null ? [] : [session + SESSION_KNOWN_MS]),
    ];
    return ends.length === 0 ? null : Math.min(...ends);
  }

  /** Whether nothing is left that anybody could ask for. */
  isEmpty(): boolean {
    return !this.#has("SELECT 1 FROM entry UNION ALL SELECT 1 FROM session");
  }

  #write(entry: MemoryEntry): void {
    this.#remove(entry.id);
    const { id, kind, key, text, confidence, source, at, since, expiresAt } = entry;
    const { place } = this.#sql
      .exec<{ place: number }>(
        `INSERT INTO entry (id, kind, about, text, confidence, voice, agent, session, at, since, expires_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING place`,
        ...[id, kind, key, text, confidence, source.by, source.agent, source.session, at, since, expiresAt],
      )
      .one();
    this.#sql.exec("INSERT INTO entry_text (rowid, text) VALUES (?, ?)", place, text);
  }

  #remove(id: string): void {
    this.#sql.exec("DELETE FROM entry_text WHERE rowid = (SELECT place FROM entry WHERE id = ?)", id);
    this.#sql.exec("DELETE FROM entry WHERE id = ?", id);
  }

  #keepNewest(table: "session" | "batch", by: "started_at" | "at", most: number): void {
    this.#sql.exec(
      `DELETE FROM ${table} WHERE rowid IN (SELECT rowid FROM ${table} ORDER BY ${by} DESC, rowid DESC LIMIT -1 OFFSET ${most})`,
    );
  }

  #has(query: string, ...bound: readonly string[]): boolean {
    return this.#sql.exec(`${query} LIMIT 1`, ...bound).toArray().length > 0;
  }
}
