/**
 * All that is remembered of a caller, wherever it is kept: read for whoever looks at it or takes it along.
 */
import { MEMORY_KINDS } from "../agent/memory-policy.ts";
import { systemClock } from "../base/clock.ts";
import { LIMITS } from "../base/limits.ts";
import type { RememberedSession } from "../durable/caller-memory-rpc.ts";
import type { CallerKey, CallerStore } from "../memory/caller-store.ts";
import type { MemoryEntry } from "../memory/memory-entry.ts";
import { within } from "../tools/time-limit.ts";
import type { Remembered } from "./caller-memories.ts";

/** The object that every caller has, among the names of stores. */
export const OWN_STORE = "caller";

export interface StoredEntry extends MemoryEntry {
  /** Where it is kept: `caller`, or the name of a store beside it. */
  readonly store: string;
}

export interface WholeRecord extends CallerKey {
  /** Newest first. */
  readonly entries: readonly StoredEntry[];
  /** Newest first. */
  readonly sessions: readonly RememberedSession[];
  /** Stores that could not be read just now. */
  readonly unread: readonly string[];
}

/** Null where nothing is known of the caller, and everybody could be asked. */
export const readCaller = async ({ who, object, beside }: Remembered): Promise<WholeRecord | null> => {
  const [own, ...others] = await Promise.all([
    object().record(),
    ...beside.map(async ({ name, store }) => ({ name, entries: await entriesIn(store) })),
  ]);
  const unread = [...new Set(others.flatMap(({ name, entries }) => (entries === null ? [name] : [])))];
  const entries = new Map<string, StoredEntry>();
  for (const entry of own?.entries ?? []) entries.set(entry.id, { ...entry, store: OWN_STORE });
  for (const { name, entries: found } of others)
    for (const entry of found ?? [])
      if (!entries.has(entry.id)) entries.set(entry.id, { ...entry, store: name });
  if (own === null && entries.size === 0 && unread.length === 0) return null;
  return {
    ...who,
    entries: [...entries.values()].sort((a, b) => b.at - a.at),
    sessions: own?.sessions ?? [],
    unread,
  };
};

/** Null where the store did not tell. */
const entriesIn = async (store: CallerStore): Promise<readonly MemoryEntry[] | null> => {
  const query = { kinds: MEMORY_KINDS, about: null, except: null };
  const bounds = { limit: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };
  const over = new AbortController();
  const waited = await within(() => store.recall({ ...query, ...bounds }, over.signal), {
    ms: LIMITS.callerReadMs,
    timers: systemClock,
  });
  over.abort();
  return waited.type === "answered" && waited.value.ok ? waited.value.value : null;
};
