/**
 * Where memory of callers lives, whoever keeps it. One caller of one tenant each: nothing of this interface can name
 * another.
 */
import type { MemoryKind } from "../agent/memory-policy.ts";
import type { Result } from "../base/result.ts";
import type { MemoryEntry, NewMemory } from "./memory-entry.ts";

/** Whose memory it is. Without a tenant, callers of all tenants that have none share no memory but their own. */
export interface CallerKey {
  readonly tenant: string | null;
  readonly caller: string;
}

export interface RecallQuery {
  readonly kinds: readonly MemoryKind[];
  /** Words to look for; null for the newest. */
  readonly about: string | null;
  /** Whether the newest of those that hold none of the words follow, where there is room: at a session's start. */
  readonly thenNewest?: boolean;
  /** Entries at most. */
  readonly limit: number;
  /** Their texts' UTF-8 together at most. */
  readonly bytes: number;
  /** Entries of the session that asks are known to it already. */
  readonly except: string | null;
}

/** A turn as it was heard, for stores that read talks by themselves. */
export interface HeardTurn {
  readonly turn: number;
  readonly at: number;
  readonly caller: string;
  readonly agent: string;
}

/** What is no longer so, by what it was about. Said again later, it counts again. */
export interface TakenBackMemory {
  readonly kind: MemoryKind;
  readonly key: string;
  /** Ms since the Unix epoch. */
  readonly at: number;
}

/** Something one session leaves. The same `id` twice is kept once. */
export interface KeepBatch {
  /** Ours, unique in the session. */
  readonly id: string;
  readonly session: string;
  readonly agent: string;
  readonly entries: readonly NewMemory[];
  readonly takenBack?: readonly TakenBackMemory[];
  /** Turns finished since the batch before. */
  readonly turns: readonly HeardTurn[];
}

/** Why a store could not do what it was asked; the caller never hears of it. */
export interface StoreFailure {
  /** `busy`: throttled, later it may work. */
  readonly type: "busy" | "unreachable" | "refused" | "timeout";
  readonly cause: string;
}

/**
 * Never rejects. Whoever asks bounds the time; `signal` aborts when nobody waits any more, and what was to be kept may
 * then have been kept or not: to keep it again does no harm.
 */
export interface CallerStore {
  /** `withinMs`: what whoever asks will wait, for stores that ask several others and must leave time for the answer. */
  recall(
    query: RecallQuery,
    signal: AbortSignal,
    withinMs?: number,
  ): Promise<Result<readonly MemoryEntry[], StoreFailure>>;
  keep(batch: KeepBatch, signal: AbortSignal): Promise<Result<null, StoreFailure>>;
  /** Forgets those entries; how many there were. */
  forget(ids: readonly string[], signal: AbortSignal): Promise<Result<number, StoreFailure>>;
  /** Forgets everything, turns included. */
  erase(signal: AbortSignal): Promise<Result<null, StoreFailure>>;
}
