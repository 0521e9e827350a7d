/**
 * AgentCore Memory as a store of one caller's: turns go there as events, and what it makes of them is told. Entries do
 * not: the gateway's own object keeps those.
 */
import type { CallFailure } from "../aws/call-failure.ts";
import { pause } from "../aws/try-again.ts";
import { LIMITS } from "../base/limits.ts";
import { err, ok, type Result } from "../base/result.ts";
import { AgentCoreClient, type AgentCoreMemory } from "./agent-core-client.ts";
import { eraseActor, inLanes } from "./agent-core-erase.ts";
import { eventsOf } from "./agent-core-event.ts";
import { storeFailure } from "./agent-core-failure.ts";
import { actorOf, agentCoreSession, isWithin, type Namespace, namespacesOf } from "./agent-core-names.ts";
import { entryOf, kindSaid, type MemoryRecord, recordIdOf } from "./agent-core-record.ts";
import { withinRoom } from "./agent-core-room.ts";
import type { CallerKey, CallerStore, RecallQuery, StoreFailure } from "./caller-store.ts";
import type { MemoryEntry } from "./memory-entry.ts";

export interface AgentCoreStoreParts extends AgentCoreMemory {
  readonly who: CallerKey;
  /** As the agent names them, with `{actorId}`. */
  readonly namespaces: readonly string[];
  /** How long a record counts. */
  readonly days: number;
}

export function agentCoreStore(parts: AgentCoreStoreParts): CallerStore {
  const actor = actorOf(parts.who);
  const namespaces = namespacesOf(parts.namespaces, actor);
  if (!namespaces.ok) return refusing(namespaces.error);
  return new AgentCoreStore(parts, actor, namespaces.value);
}

/** A mistake in the agent's description: nothing is asked or kept, since it might be another caller's. */
function refusing(cause: string): CallerStore {
  const refuse = async () => err({ type: "refused" as const, cause });
  return { recall: refuse, keep: refuse, forget: refuse, erase: refuse };
}

interface Found {
  readonly record: MemoryRecord;
  readonly namespace: Namespace;
}

class AgentCoreStore implements CallerStore {
  readonly #parts: AgentCoreStoreParts;
  readonly #client: AgentCoreClient;
  readonly #actor: string;
  readonly #namespaces: readonly Namespace[];

  constructor(parts: AgentCoreStoreParts, actor: string, namespaces: readonly Namespace[]) {
    this.#parts = parts;
    this.#client = new AgentCoreClient(parts);
    this.#actor = actor;
    this.#namespaces = namespaces;
  }

  /** What can be had: a namespace that cannot be asked leaves the others as they are. */
  async recall(
    query: RecallQuery,
    signal: AbortSignal,
  ): Promise<Result<readonly MemoryEntry[], StoreFailure>> {
    const wanted = this.#namespaces.filter(({ template }) => {
      const kind = kindSaid(template);
      return kind === null || query.kinds.includes(kind);
    });
    const answers = await Promise.all(wanted.map((namespace) => this.#look(namespace, query, signal)));
    const failed = answers.find((answer) => !answer.ok);
    if (failed && !failed.ok && answers.every((answer) => !answer.ok)) return err(storeFailure(failed.error));
    const found = answers.flatMap((answer) => (answer.ok ? answer.value : []));
    return ok(this.#told(found, query));
  }

  async #look(
    namespace: Namespace,
    { about, limit }: RecallQuery,
    signal: AbortSignal,
  ): Promise<Result<readonly Found[], CallFailure>> {
    const most = Math.min(Math.max(1, limit), LIMITS.agentCorePage);
    const records =
      about === null || about.trim() === ""
        ? await this.#client.listRecords(namespace.path, signal)
        : await this.#client.retrieve(
            namespace.path,
            about.slice(0, QUERY_CHARS).toWellFormed(),
            most,
            signal,
          );
    if (!records.ok) return records;
    // AgentCore was asked for this caller's only; that it told no other's is looked at all the same.
    const own = records.value.filter(({ namespaces }) =>
      namespaces.some((each) => isWithin(each, namespace)),
    );
    return ok(own.map((record) => ({ record, namespace })));
  }

  /** Nearest first, or newest first where nothing was asked for. */
  #told(
    found: readonly Found[],
    { about, kinds, limit, bytes, except }: RecallQuery,
  ): readonly MemoryEntry[] {
    const { clock, days } = this.#parts;
    const now = clock.now();
    const session = except === null ? null : agentCoreSession(except);
    const entries = new Map<string, MemoryEntry>();
    const order = ({ record: a }: Found, { record: b }: Found): number =>
      (about === null ? 0 : b.score - a.score) || b.createdAt - a.createdAt;
    for (const { record, namespace } of found.toSorted(order)) {
      if (session !== null && record.namespaces.some((each) => each.split("/").includes(session))) continue;
      const entry = entryOf(record, namespace, days);
      if (entry === null || !kinds.includes(entry.kind) || (entry.expiresAt ?? now + 1) <= now) continue;
      if (!entries.has(entry.id)) entries.set(entry.id, entry);
    }
    return withinRoom([...entries.values()], limit, bytes);
  }

  async keep(
    batch: Parameters<CallerStore["keep"]>[0],
    signal: AbortSignal,
  ): Promise<Result<null, StoreFailure>> {
    for (const [index, body] of eventsOf(batch, this.#actor).entries()) {
      if (index > 0) await pause(LIMITS.agentCoreEventGapMs, signal, this.#parts.clock);
      const created = await this.#client.createEvent(body, signal);
      if (!created.ok) return err(storeFailure(created.error));
    }
    return ok(null);
  }

  /** Only what is this caller's: an id can be somebody else's, or not of this store at all. */
  async forget(ids: readonly string[], signal: AbortSignal): Promise<Result<number, StoreFailure>> {
    const records = ids.flatMap((id) => recordIdOf(id) ?? []);
    let forgotten = 0;
    const done = await inLanes([...new Set(records)], async (id) => {
      const record = await this.#client.getRecord(id, signal);
      if (!record.ok || record.value === null || !this.#isOwn(record.value)) return record;
      const deleted = await this.#client.deleteRecord(id, signal);
      if (deleted.ok && deleted.value) forgotten += 1;
      return deleted;
    });
    return done.ok ? ok(forgotten) : err(storeFailure(done.error));
  }

  #isOwn({ namespaces }: MemoryRecord): boolean {
    return namespaces.some((each) => this.#namespaces.some((namespace) => isWithin(each, namespace)));
  }

  erase(signal: AbortSignal): Promise<Result<null, StoreFailure>> {
    const { clock } = this.#parts;
    return eraseActor({
      client: this.#client,
      actor: this.#actor,
      namespaces: this.#namespaces,
      ...{ clock, signal },
    });
  }
}

/** AgentCore takes no longer question. */
const QUERY_CHARS = 10_000;
