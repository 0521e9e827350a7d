/**
 * A session's side of its caller's memory: what is told at its start, what the model looks up meanwhile, and what is
 * left behind. Nobody ever waits for it longer than it is worth, and no failure of it is heard.
 */
import type { AgentDefinition } from "../agent/agent.ts";
import { MEMORY_KINDS, type MemoryPolicy } from "../agent/memory-policy.ts";
import type { TextModel } from "../aws/text-model.ts";
import type { AlarmClock } from "../base/clock.ts";
import { LIMITS } from "../base/limits.ts";
import type { Log } from "../base/log.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { CallerStore, KeepBatch, StoreFailure } from "../memory/caller-store.ts";
import { EXTRACTION_SYSTEM, extractionPrompt, PREFIX, readExtraction } from "../memory/extraction.ts";
import { keepByRule, type Left, lastAt, turnsSince } from "../memory/keep-rules.ts";
import { recollectionLines } from "../memory/recollection-lines.ts";
import { RecordRedactor } from "../memory/record-redactor.ts";
import type { MemoryDesk } from "../tools/memory-tools.ts";
import { within } from "../tools/time-limit.ts";
import type { MemoryOutbox } from "./memory-outbox.ts";

const MS_PER_DAY = 86_400_000;

export interface SessionMemoryParts {
  readonly session: string;
  readonly agent: AgentDefinition;
  readonly policy: MemoryPolicy;
  readonly store: CallerStore;
  /** Enters the session with the caller's others. */
  readonly begins: (signal: AbortSignal) => Promise<Result<null, StoreFailure>>;
  /** Reads the talk for what is worth remembering; null where rules do. */
  readonly reader: TextModel | null;
  readonly outbox: MemoryOutbox;
  readonly clock: AlarmClock;
  readonly log: Log;
  /** Keeps the object alive for as long as something is being sent. */
  readonly waitUntil: (work: Promise<unknown>) => void;
}

type Said = Pick<KeepBatch, "entries" | "takenBack">;

export class SessionMemory {
  readonly #parts: SessionMemoryParts;
  /** What was left before, by what it is about: it is not sent twice. */
  readonly #left = new Map<string, string>();
  readonly #redactor: RecordRedactor;
  #sending: Promise<boolean> | null = null;
  #closed = false;

  constructor(parts: SessionMemoryParts) {
    this.#parts = parts;
    this.#redactor = new RecordRedactor(parts.agent.redact);
  }

  /**
   * What is remembered, as lines for a prompt; none where it cannot be had. Never rejects. It may come too late for the
   * first stream, and is good for the next then: nobody but the core knows who waits.
   */
  async recall(): Promise<readonly string[]> {
    const { policy, session } = this.#parts;
    const query = { ...policy.recall, limit: LIMITS.recallEntries, except: session, thenNewest: true };
    const found = await this.#asked("recall", LIMITS.recallLateMs, (store, signal) =>
      store.recall(query, signal, LIMITS.recallMs),
    );
    return found.ok ? recollectionLines(found.value) : [];
  }

  /** The caller is to be forgotten: nothing more is told or left. */
  close(): void {
    this.#closed = true;
  }

  /** Writes down what the session leaves by rule, and sends it. Once it is over it is read for what else there is. */
  keep(all: Left): void {
    const { agent, session, outbox, waitUntil } = this.#parts;
    // First of all: half of a number that was cut off is not known for one.
    const left = { ...all, entries: this.#redactor.entries(all.entries, all.entries) };
    this.#leave(this.#news(keepByRule(left, agent, session)), turnsSince(left, outbox.lastTurn));
    waitUntil(left.last ? this.flush().then(() => this.#read(left)) : this.flush());
  }

  /** What a text model finds worth remembering. Where it fails, what rules have found is all there is. */
  async #read(left: Left): Promise<void> {
    const { reader, log, session, agent, policy } = this.#parts;
    if (reader === null || this.#closed || !left.entries.some(({ type }) => type === "caller")) return;
    const query = {
      kinds: MEMORY_KINDS,
      about: null,
      limit: LIMITS.memoryEntries,
      bytes: LIMITS.memoryBytes,
    };
    const notes = await this.#asked("recall", LIMITS.memoryKeepMs, (store, signal, ms) =>
      store.recall({ ...query, except: null }, signal, ms),
    );
    const answer = await reader.ask(
      {
        system: EXTRACTION_SYSTEM,
        prompt: extractionPrompt(notes.ok ? notes.value : [], left.entries),
        maxTokens: LIMITS.memoryExtractTokens,
      },
      new AbortController().signal,
    );
    const at = lastAt(left);
    const source = { by: "model", agent: agent.name, session } as const;
    const expiresAt = at + policy.days * MS_PER_DAY;
    const read = answer.ok
      ? readExtraction(answer.value.text, { source, at, expiresAt })
      : err(answer.error.cause);
    if (!read.ok) return log("warn", "memory_not_read", { session, cause: read.error });
    this.#leave(read.value, []);
    await this.flush();
  }

  #leave({ entries, takenBack = [] }: Said, turns: ReturnType<typeof turnsSince>): void {
    if (this.#closed || (entries.length === 0 && takenBack.length === 0 && turns.length === 0)) return;
    const { agent, session, outbox } = this.#parts;
    const clean = (text: string): string => this.#redactor.text(text);
    const lastTurn = turns.at(-1)?.turn ?? outbox.lastTurn;
    outbox.add(
      {
        ...{ session, agent: agent.name, takenBack },
        entries: entries.map((entry) => ({ ...entry, text: clean(entry.text) })),
        turns: turns.map((turn) => ({ ...turn, caller: clean(turn.caller), agent: clean(turn.agent) })),
      },
      lastTurn,
    );
  }

  /** Without what was left before in the same words. */
  #news({ entries, takenBack = [] }: Said): Said {
    const isNew = (kind: string, key: string | null, said: string): boolean => {
      const about = `${kind} ${key}`;
      if (key === null || this.#left.get(about) === said) return key === null;
      this.#left.set(about, said);
      return true;
    };
    return {
      entries: entries.filter(({ kind, key, text }) => isNew(kind, key, text)),
      takenBack: takenBack.filter(({ kind, key }) => isNew(kind, key, "")),
    };
  }

  /** Enters the session, and sends what has not been taken yet; whether nothing is left to send. Never rejects. */
  flush(): Promise<boolean> {
    this.#sending ??= this.#send().finally(() => {
      this.#sending = null;
    });
    return this.#sending;
  }

  async #send(): Promise<boolean> {
    const { outbox, begins } = this.#parts;
    if (this.#closed) return true;
    if (!outbox.hasEntered) {
      const entered = await this.#asked("enter", LIMITS.memoryKeepMs, (_, signal) => begins(signal));
      if (this.#closed) return true;
      if (!entered.ok) return false;
      outbox.entered();
    }
    // One that is not taken holds nothing else up; what is written down meanwhile is sent as well.
    const tried = new Set<number>();
    for (;;) {
      const next = outbox.waiting.find(({ row }) => !tried.has(row));
      if (!next) return outbox.waiting.length === 0;
      tried.add(next.row);
      await this.#sendOne(next);
      if (this.#closed) return true;
    }
  }

  async #sendOne({ row, attempts, batch }: MemoryOutbox["waiting"][number]): Promise<void> {
    const { outbox, log, session } = this.#parts;
    const kept = await this.#asked("keep", LIMITS.memoryKeepMs, (store, signal) => store.keep(batch, signal));
    if (this.#closed) return;
    if (kept.ok) return outbox.remove(row);
    if (kept.error.type !== "refused" && attempts + 1 < LIMITS.memoryKeepAttempts) return outbox.failed(row);
    log("error", "memory_given_up", { session, cause: kept.error.cause });
    outbox.remove(row);
  }

  /** What the model may use of it. */
  get desk(): MemoryDesk {
    const { policy, session, agent, clock, waitUntil } = this.#parts;
    return {
      requires: policy.requires,
      find: async (about) => {
        // What was noted a moment ago is to be found.
        await this.flush();
        const query = { kinds: MEMORY_KINDS, about, limit: LIMITS.recallEntries, bytes: LIMITS.recallBytes };
        const found = await this.#asked("recall", LIMITS.recallToolMs, (store, signal, ms) =>
          store.recall({ ...query, except: null }, signal, ms),
        );
        return found.ok ? found : err(found.error.cause);
      },
      remember: async ({ text, kind, about }) => {
        const at = clock.now();
        const source = { by: "caller", agent: agent.name, session } as const;
        const key = about === null ? null : PREFIX + about.toLowerCase();
        const expiresAt = at + policy.days * MS_PER_DAY;
        this.#leave({ entries: [{ kind, key, text, confidence: 1, source, at, expiresAt }] }, []);
        waitUntil(this.flush());
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
    ask: (store: CallerStore, signal: AbortSignal, ms: number) => Promise<Result<T, StoreFailure>>,
  ): Promise<Result<T, StoreFailure>> {
    const { store, clock, log, session } = this.#parts;
    const over = new AbortController();
    const waited = await within(() => ask(store, over.signal, ms), { ms, timers: clock });
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
