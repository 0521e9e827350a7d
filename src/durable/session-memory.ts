/**
 * A session's side of its caller's memory: what is told at its start, what the model looks up meanwhile, and what is
 * left behind. Nobody ever waits for it longer than it is worth, and no failure of it is heard.
 */
import type { AgentDefinition } from "../agent/agent.ts";
import { MEMORY_KINDS, type MemoryPolicy } from "../agent/memory-policy.ts";
import type { AlarmClock } from "../base/clock.ts";
import { LIMITS } from "../base/limits.ts";
import type { Log } from "../base/log.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { CallerStore, StoreFailure } from "../memory/caller-store.ts";
import { PREFIX } from "../memory/extraction.ts";
import { keepByRule, type Left, turnsSince } from "../memory/keep-rules.ts";
import type { NewMemory } from "../memory/memory-entry.ts";
import { recollectionLines } from "../memory/recollection-lines.ts";
import type { MemoryDesk } from "../tools/memory-tools.ts";
import { within } from "../tools/time-limit.ts";
import type { MemoryOutbox } from "./memory-outbox.ts";

const MS_PER_DAY = 86_400_000;

export interface SessionMemoryParts {
  readonly session: string;
  readonly agent: AgentDefinition;
  readonly policy: MemoryPolicy;
  readonly store: CallerStore;
  /** Enters the session with the caller's others; more than once does no harm. */
  readonly begins: () => Promise<Result<null, StoreFailure>>;
  readonly outbox: MemoryOutbox;
  readonly clock: AlarmClock;
  readonly log: Log;
  /** Keeps the object alive for as long as something is being sent. */
  readonly waitUntil: (work: Promise<unknown>) => void;
  /** What of a batch is not to be stored is taken out here. */
  readonly redacted: (text: string) => string;
}

export class SessionMemory {
  readonly #parts: SessionMemoryParts;
  /** What was left before, by what it is about: it is not sent twice. */
  readonly #left = new Map<string, string>();
  #sending: Promise<boolean> | null = null;
  #hasBegun = false;
  #closed = false;

  constructor(parts: SessionMemoryParts) {
    this.#parts = parts;
  }

  /** What is remembered, as lines for a prompt; none where it cannot be had in time. Never rejects. */
  async recall(): Promise<readonly string[]> {
    const { policy, session } = this.#parts;
    const { kinds, about, bytes } = policy.recall;
    const query = { kinds, about, bytes, limit: LIMITS.recallEntries, except: session };
    const found = await this.#asked("recall", LIMITS.recallMs, (store, signal) =>
      store.recall(query, signal),
    );
    return found.ok ? recollectionLines(found.value) : [];
  }

  /** The caller is to be forgotten: nothing more is told or left. */
  close(): void {
    this.#closed = true;
  }

  /** Writes down what the session leaves, and sends it. */
  keep(left: Left): void {
    if (this.#closed) return;
    const { agent, session, clock, outbox } = this.#parts;
    const entries = keepByRule(left, agent, session, clock.now()).filter((entry) => this.#isNew(entry));
    const turns = turnsSince(left, outbox.lastTurn);
    this.#leave(
      entries,
      turns.map((turn) => ({
        ...turn,
        caller: this.#parts.redacted(turn.caller),
        agent: this.#parts.redacted(turn.agent),
      })),
    );
  }

  #leave(entries: readonly NewMemory[], turns: ReturnType<typeof turnsSince>): void {
    if (this.#closed || (entries.length === 0 && turns.length === 0)) return;
    const { agent, session, outbox, redacted, waitUntil } = this.#parts;
    const clean = entries.map((entry) => ({ ...entry, text: redacted(entry.text) }));
    const lastTurn = turns.at(-1)?.turn ?? outbox.lastTurn;
    outbox.add({ session, agent: agent.name, entries: clean, turns }, lastTurn);
    waitUntil(this.flush());
  }

  #isNew({ kind, key, text, expiresAt, at }: NewMemory): boolean {
    const about = `${kind} ${key}`;
    // A day more to live is no news; that something is no longer so, is.
    const said = `${text} ${expiresAt !== null && expiresAt <= at}`;
    if (key !== null && this.#left.get(about) === said) return false;
    if (key !== null) this.#left.set(about, said);
    return true;
  }

  /** Enters the session, and sends what has not been taken yet; whether nothing is left to send. Never rejects. */
  flush(): Promise<boolean> {
    this.#sending ??= this.#send().finally(() => {
      this.#sending = null;
    });
    return this.#sending;
  }

  async #send(): Promise<boolean> {
    const { outbox, log, session, begins } = this.#parts;
    if (this.#closed) return true;
    if (!this.#hasBegun) {
      const begun = await this.#asked("begin", LIMITS.memoryKeepMs, begins);
      if (!begun.ok) return false;
      this.#hasBegun = true;
    }
    for (let next = outbox.next; next !== null; next = outbox.next) {
      const { row, batch, attempts } = next;
      const kept = await this.#asked("keep", LIMITS.memoryKeepMs, (store, signal) =>
        store.keep(batch, signal),
      );
      if (this.#closed) return true;
      const given = !kept.ok && (kept.error.type === "refused" || attempts + 1 >= LIMITS.memoryKeepAttempts);
      if (given) log("error", "memory_not_kept", { session, cause: kept.error.cause });
      if (kept.ok || given) outbox.remove(row);
      else {
        outbox.failed(row);
        return false;
      }
    }
    return true;
  }

  /** What the model may use of it. */
  get desk(): MemoryDesk {
    const { policy, session, agent, clock } = this.#parts;
    return {
      requires: policy.requires,
      find: async (about) => {
        // What was noted a moment ago is to be found.
        await this.flush();
        const query = { kinds: MEMORY_KINDS, about, limit: LIMITS.recallEntries, bytes: LIMITS.recallBytes };
        const found = await this.#asked("recall", LIMITS.recallToolMs, (store, signal) =>
          store.recall({ ...query, except: null }, signal),
        );
        return found.ok ? found : err(found.error.cause);
      },
      remember: async ({ text, kind, about }) => {
        const at = clock.now();
        const source = { by: "caller", agent: agent.name, session } as const;
        const key = about === null ? null : PREFIX + about.toLowerCase();
        const expiresAt = at + policy.days * MS_PER_DAY;
        this.#leave([{ kind, key, text, confidence: 1, source, at, expiresAt }], []);
        return ok(null);
      },
      forget: async (ids) => {
        const gone = await this.#asked("forget", LIMITS.recallToolMs, (store, signal) =>
          store.forget(ids, signal),
        );
        return gone.ok ? gone : err(gone.error.cause);
      },
    };
  }

  /** Asks the store, for so long and no longer. */
  async #asked<T>(
    what: string,
    ms: number,
    ask: (store: CallerStore, signal: AbortSignal) => Promise<Result<T, StoreFailure>>,
  ): Promise<Result<T, StoreFailure>> {
    const { store, clock, log, session } = this.#parts;
    const over = new AbortController();
    const waited = await within(() => ask(store, over.signal), { ms, timers: clock });
    over.abort();
    if (waited.type === "threw") throw waited.error;
    const answer: Result<T, StoreFailure> =
      waited.type === "answered"
        ? waited.value
        : err({ type: "timeout", cause: `no answer within ${ms} ms` });
    if (!answer.ok) log("warn", "memory_trouble", { session, what, ...answer.error });
    return answer;
  }
}
