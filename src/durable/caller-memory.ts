/**
 * The Durable Object that remembers one caller of one tenant: the shell around merging and choosing. Sessions of the
 * caller write to it one after the other, whatever they do at once, and none of them waits for it to talk.
 */
import { DurableObject } from "cloudflare:workers";
import { systemClock } from "../base/clock.ts";
import { randomIds } from "../base/ids.ts";
import { LIMITS } from "../base/limits.ts";
import { ok, type Result } from "../base/result.ts";
import type { CallerKey, KeepBatch, RecallQuery } from "../memory/caller-store.ts";
import type { MemoryEntry } from "../memory/memory-entry.ts";
import { alive, correct, forget, type Memory, remember, takeBack } from "../memory/merge.ts";
import { chosen } from "../memory/rank.ts";
import type { CallerMemoryRpc, CallerRecord, RememberedSession } from "./caller-memory-rpc.ts";
import { CallerMemoryTables } from "./caller-memory-tables.ts";

/** Spelled out, for the same reason as `VoiceSessionClass`. */
export type CallerMemoryClass = new (
  ctx: DurableObjectState,
  env: object,
) => DurableObject<object> & CallerMemoryRpc;

/** The class to export from the Worker. */
export function callerMemory(): CallerMemoryClass {
  return class CallerMemory extends DurableObject<object> implements CallerMemoryRpc {
    readonly #tables = new CallerMemoryTables(this.ctx.storage.sql);
    /** When the alarm rings, as far as this life of the object knows. */
    #armedFor: number | null = null;

    async sessionBegins(who: CallerKey, session: RememberedSession): Promise<void> {
      this.ctx.storage.transactionSync(() => this.#tables.begin(who, session));
      await this.#settle();
    }

    async recall(query: RecallQuery): Promise<readonly MemoryEntry[]> {
      const matches = query.about === null ? null : this.#tables.matches(query.about);
      return chosen(this.#tables.load().entries, matches, query, systemClock.now());
    }

    async keep(batch: KeepBatch): Promise<boolean> {
      if (!this.#tables.knows(batch.session)) return false;
      if (this.#tables.hasKept(batch)) return true;
      const now = systemClock.now();
      const before = this.#tables.load();
      const left = takeBack(before, batch.takenBack ?? [], now);
      const after = remember(left, batch.entries, { now, newId: randomIds.uuid });
      this.ctx.storage.transactionSync(() => {
        this.#tables.save(before, after);
        this.#tables.kept(batch, now);
      });
      await this.#settle();
      return true;
    }

    async forget(ids: readonly string[]): Promise<number> {
      const now = systemClock.now();
      const before = this.#tables.load();
      const gone = alive(before.entries, now).filter(({ id }) => ids.includes(id)).length;
      if (gone > 0) await this.#save(before, forget(before, ids, now));
      return gone;
    }

    async correct(id: string, text: string): Promise<Result<MemoryEntry, "not_found" | "empty">> {
      const before = this.#tables.load();
      const corrected = correct(before, id, text, systemClock.now());
      if (!corrected.ok) return corrected;
      await this.#save(before, corrected.value.memory);
      return ok(corrected.value.entry);
    }

    async record(): Promise<CallerRecord | null> {
      const who = this.#tables.who();
      if (who === null) return null;
      const now = systemClock.now();
      const entries = alive(this.#tables.load().entries, now);
      return { ...who, entries, sessions: this.#tables.sessions(now) };
    }

    async erase(erased?: readonly string[]): Promise<boolean> {
      const known = erased === undefined ? [] : this.#tables.sessions(systemClock.now());
      if (known.some(({ session }) => !erased?.includes(session))) return false;
      await this.ctx.storage.deleteAlarm();
      await this.ctx.storage.deleteAll();
      this.#tables.emptied();
      this.#armedFor = null;
      return true;
    }

    override async alarm(): Promise<void> {
      this.#armedFor = null;
      this.#tables.sweep(systemClock.now());
      await this.#settle();
    }

    async #save(before: Memory, after: Memory): Promise<void> {
      this.ctx.storage.transactionSync(() => this.#tables.save(before, after));
      await this.#settle();
    }

    /** Sees to it that what is left is looked after, and that nothing stays where nothing is left. */
    async #settle(): Promise<void> {
      if (!this.#tables.made) return;
      if (this.#tables.isEmpty()) {
        await this.erase();
        return;
      }
      const next = this.#tables.nextEnd();
      if (next === null) return;
      const at = Math.max(next, systemClock.now() + LIMITS.memorySweepMs);
      if (this.#armedFor !== null && this.#armedFor <= at) return;
      this.#armedFor = at;
      await this.ctx.storage.setAlarm(at);
    }
  };
}
