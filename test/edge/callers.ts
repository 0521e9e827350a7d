/**
 * Callers' objects that live in memory and speak the same calls as the real ones; how things are remembered is the
 * real ones' own. And a store that stands beside them.
 */
import { err, ok } from "../../src/base/result.ts";
import type {
  CallerMemoryNamespace,
  CallerMemoryRpc,
  CallerRecord,
  RememberedSession,
} from "../../src/durable/caller-memory-rpc.ts";
import { callerObjectName } from "../../src/durable/caller-memory-rpc.ts";
import type { StoreBeside } from "../../src/edge/caller-memories.ts";
import type {
  CallerKey,
  CallerStore,
  KeepBatch,
  RecallQuery,
  StoreFailure,
} from "../../src/memory/caller-store.ts";
import type { MemoryEntry, NewMemory } from "../../src/memory/memory-entry.ts";
import { alive, correct, forget, type Memory, NO_MEMORY, remember } from "../../src/memory/merge.ts";
import { chosen } from "../../src/memory/rank.ts";

class StandInCaller implements CallerMemoryRpc {
  memory: Memory = NO_MEMORY;
  /** Set by tests: what happens whenever it is asked something. */
  asked: (question: keyof CallerMemoryRpc) => void | Promise<void> = () => {};
  readonly #now: () => number;
  #who: CallerKey | null = null;
  #sessions: readonly RememberedSession[] = [];
  #entries = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  async sessionBegins(who: CallerKey, session: RememberedSession) {
    this.#who = who;
    this.#sessions = [session, ...this.#sessions];
  }

  async recall(query: RecallQuery) {
    return chosen(this.memory.entries, null, query, this.#now());
  }

  async keep({ session, entries }: KeepBatch) {
    if (!this.#sessions.some((known) => known.session === session)) return false;
    const newId = () => `e${++this.#entries}`;
    this.memory = remember(this.memory, entries, { now: this.#now(), newId });
    return true;
  }

  async forget(ids: readonly string[]) {
    await this.asked("forget");
    const before = this.memory.entries.length;
    this.memory = forget(this.memory, ids, this.#now());
    return before - this.memory.entries.length;
  }

  async correct(id: string, text: string) {
    const corrected = correct(this.memory, id, text, this.#now());
    if (!corrected.ok) return corrected;
    this.memory = corrected.value.memory;
    return ok(corrected.value.entry);
  }

  async record(): Promise<CallerRecord | null> {
    await this.asked("record");
    if (this.#who === null) return null;
    return { ...this.#who, entries: alive(this.memory.entries, this.#now()), sessions: this.#sessions };
  }

  async erase(erased?: readonly string[]) {
    await this.asked("erase");
    if (erased !== undefined && this.#sessions.some(({ session }) => !erased.includes(session))) return false;
    this.#who = null;
    this.#sessions = [];
    this.memory = NO_MEMORY;
    return true;
  }
}

export class StandInCallers implements CallerMemoryNamespace {
  readonly objects = new Map<string, StandInCaller>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  getByName(name: string): StandInCaller {
    const object = this.objects.get(name) ?? new StandInCaller(this.#now);
    this.objects.set(name, object);
    return object;
  }

  of(caller: string, tenant: string | null = null): StandInCaller {
    return this.getByName(callerObjectName({ tenant, caller }));
  }
}

/** Something that `session` of the bank's has left, an hour before `now`. */
export const said = (
  text: string,
  session: string,
  now: number,
  more: Partial<NewMemory> = {},
): NewMemory => ({
  kind: "fact",
  key: null,
  text,
  confidence: 0.9,
  source: { by: "rule", agent: "bank", session },
  at: now - 3_600_000,
  expiresAt: null,
  ...more,
});

/** A store beside the objects, with what it knows of whom. */
export class StandInStore implements StoreBeside {
  readonly name = "agent_core";
  readonly known = new Map<string, readonly MemoryEntry[]>();
  /** Set by tests: why it does nothing that it is asked. */
  trouble: StoreFailure | null = null;
  /** Set by tests: it does not answer at all. */
  silent = false;
  /** Callers that it was told to erase. */
  readonly erased: CallerKey[] = [];

  of = (who: CallerKey): CallerStore => {
    const name = callerObjectName(who);
    const ask = async <T>(answer: () => T) => {
      if (this.silent) await new Promise(() => {});
      return this.trouble === null ? ok(answer()) : err(this.trouble);
    };
    return {
      recall: () => ask(() => this.known.get(name) ?? []),
      keep: () => ask(() => null),
      forget: (ids) =>
        ask(() => {
          const before = this.known.get(name) ?? [];
          const left = before.filter(({ id }) => !ids.includes(id));
          this.known.set(name, left);
          return before.length - left.length;
        }),
      erase: () =>
        ask(() => {
          this.erased.push(who);
          this.known.delete(name);
          return null;
        }),
    };
  };
}
