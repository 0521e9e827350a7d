/**
 * What may be asked of a caller's object, and how it is found: one object for each tenant and caller.
 */
import type { Result } from "../base/result.ts";
import type { CallerKey, KeepBatch, RecallQuery } from "../memory/caller-store.ts";
import type { MemoryEntry } from "../memory/memory-entry.ts";

/** A session of the caller's, as its object is told of it. */
export interface RememberedSession {
  readonly session: string;
  readonly agent: string;
  /** Ms since the Unix epoch. */
  readonly startedAt: number;
}

/** All that is known of a caller here. */
export interface CallerRecord extends CallerKey {
  /** Newest first. */
  readonly entries: readonly MemoryEntry[];
  /** Newest first; those whose transcripts are gone are not among them. */
  readonly sessions: readonly RememberedSession[];
}

/** Plain data both ways: old and new code may run side by side. */
export interface CallerMemoryRpc {
  /** Before a session's first word is stored, so that whoever erases the caller finds it. */
  sessionBegins(who: CallerKey, session: RememberedSession): Promise<void>;
  recall(query: RecallQuery): Promise<readonly MemoryEntry[]>;
  /** False for a session that is not known: the caller was erased since it began, and what it leaves is not kept. */
  keep(batch: KeepBatch): Promise<boolean>;
  forget(ids: readonly string[]): Promise<number>;
  /**
   * The corrected one has `by: "operator"` and full confidence. `not_found`: there is no such entry; `empty`: nothing is
   * left of the text once it is cleaned, and nothing was changed.
   */
  correct(id: string, text: string): Promise<Result<MemoryEntry, "not_found" | "empty">>;
  record(): Promise<CallerRecord | null>;
  /**
   * Empties the object's storage. Sessions known so far can keep nothing here any more; to end them is the asker's part.
   * Where `erased` names those that were ended, and another is known, nothing is done: false.
   */
  erase(erased?: readonly string[]): Promise<boolean>;
}

/** What of a `DurableObjectNamespace` is used here. */
export interface CallerMemoryNamespace {
  getByName(name: string): CallerMemoryRpc;
}

/** JSON, so that no tenant and caller can be spelled to give another pair's name. */
export const callerObjectName = ({ tenant, caller }: CallerKey): string => JSON.stringify([tenant, caller]);
