/**
 * AgentCore Memory beside the gateway's own object: asked at the same time, and never waited for longer than its share.
 * The object has the last word on who is remembered at all: what it does not keep goes nowhere else.
 */
import type { AlarmClock } from "../base/clock.ts";
import { LIMITS } from "../base/limits.ts";
import type { Log } from "../base/log.ts";
import { err, ok, type Result } from "../base/result.ts";
import { bytesOf, withinRoom } from "./agent-core-room.ts";
import type { CallerStore, KeepBatch, RecallQuery, StoreFailure } from "./caller-store.ts";
import type { MemoryEntry } from "./memory-entry.ts";

export interface Beside {
  /** Refuses, and does not merely leave out, what comes of a session that is not known to it any more. */
  readonly object: CallerStore;
  readonly agentCore: CallerStore;
  readonly clock: Pick<AlarmClock, "after">;
  readonly log: Log;
}

export interface KeptParts {
  readonly object: Result<null, StoreFailure>;
  /** Null: it was not sent, since the object did not keep it. */
  readonly agentCore: Result<null, StoreFailure> | null;
}

export interface BothStores extends CallerStore {
  /** The same as `keep`, with what became of each part. To keep both again does no harm to the one that has it. */
  keepParts(batch: KeepBatch, signal: AbortSignal): Promise<KeptParts>;
}

export function both({ object, agentCore, clock, log }: Beside): BothStores {
  const note = (what: string, failure: StoreFailure): void =>
    log("warn", what, { store: "agent_core", type: failure.type, cause: failure.cause });

  const keepParts = async (batch: KeepBatch, signal: AbortSignal): Promise<KeptParts> => {
    const own = await object.keep(batch, signal);
    if (!own.ok) return { object: own, agentCore: null };
    const other = await agentCore.keep(batch, signal);
    if (!other.ok) note("memory_not_kept", other.error);
    return { object: own, agentCore: other };
  };

  return {
    keepParts,

    async recall(query, signal, withinMs = LIMITS.recallMs) {
      const late = new AbortController();
      const stop = clock.after(withinMs * LIMITS.agentCoreRecallShare, () => late.abort());
      const over = AbortSignal.any([signal, late.signal]);
      const [own, other] = await Promise.all([
        object.recall(query, signal),
        unless(over, agentCore.recall(query, over)),
      ]);
      stop();
      if (!other.ok) note("memory_not_recalled", other.error);
      if (!own.ok) return other.ok ? other : own;
      return ok(other.ok ? merged(own.value, other.value, query) : own.value);
    },

    async keep(batch, signal) {
      const { object: own, agentCore: other } = await keepParts(batch, signal);
      return own.ok && other !== null ? other : own;
    },

    async forget(ids, signal) {
      const [own, other] = await Promise.all([object.forget(ids, signal), agentCore.forget(ids, signal)]);
      if (!own.ok) return own;
      return other.ok ? ok(own.value + other.value) : other;
    },

    async erase(signal) {
      // The object first: from then on no session can send AgentCore anything more.
      const own = await object.erase(signal);
      const other = await agentCore.erase(signal);
      if (!own.ok && !other.ok)
        return err({ type: own.error.type, cause: `${own.error.cause}; ${other.error.cause}` });
      return own.ok ? other : own;
    },
  };
}

/** Whoever does not hear the signal is left behind all the same. */
function unless<T>(
  signal: AbortSignal,
  work: Promise<Result<T, StoreFailure>>,
): Promise<Result<T, StoreFailure>> {
  return new Promise((resolve) => {
    const late = (): void =>
      resolve(err({ type: "timeout", cause: "it did not answer in its share of time" }));
    if (signal.aborted) return late();
    signal.addEventListener("abort", late);
    void work.then((result) => {
      signal.removeEventListener("abort", late);
      resolve(result);
    });
  });
}

/** The gateway's own first. AgentCore's say nothing twice, and have room for something in any case. */
export function merged(
  own: readonly MemoryEntry[],
  other: readonly MemoryEntry[],
  { limit, bytes }: Pick<RecallQuery, "limit" | "bytes">,
): readonly MemoryEntry[] {
  const said = new Set(own.map(wordsOf));
  const fresh = other.filter((entry) => {
    const words = wordsOf(entry);
    if (said.has(words)) return false;
    said.add(words);
    return true;
  });
  const share = LIMITS.agentCoreRoomShare;
  const certain = withinRoom(fresh, Math.floor(limit * share), Math.floor(bytes * share));
  const sizeOf = (entries: readonly MemoryEntry[]) => entries.reduce((sum, entry) => sum + bytesOf(entry), 0);
  const first = withinRoom(own, limit - certain.length, bytes - sizeOf(certain));
  const rest = fresh.filter((entry) => !certain.includes(entry));
  const more = withinRoom(
    rest,
    limit - first.length - certain.length,
    bytes - sizeOf(first) - sizeOf(certain),
  );
  return [...first, ...certain, ...more];
}

const wordsOf = ({ text }: MemoryEntry): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
