/**
 * Takes everything of one caller's out of AgentCore Memory: events first, so that no more records come of them, then
 * records. Can be asked again at any time and goes on where there is something left.
 */
import type { CallFailure } from "../aws/call-failure.ts";
import { pause } from "../aws/try-again.ts";
import type { AlarmClock } from "../base/clock.ts";
import { LIMITS } from "../base/limits.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { AgentCoreClient, Page } from "./agent-core-client.ts";
import { storeFailure } from "./agent-core-failure.ts";
import type { Namespace } from "./agent-core-names.ts";
import type { StoreFailure } from "./caller-store.ts";

export interface Erasing {
  readonly client: AgentCoreClient;
  readonly actor: string;
  readonly namespaces: readonly Namespace[];
  readonly clock: AlarmClock;
  readonly signal: AbortSignal;
}

/** The error says what is left. `busy` without a failure of a call: records may still come, ask again in some minutes. */
export async function eraseActor(erasing: Erasing): Promise<Result<null, StoreFailure>> {
  const events = await eraseEvents(erasing);
  const records = await eraseRecords(erasing);
  if (!events.ok) return left("events", events.error);
  if (!records.ok) return left("records", records.error);
  if (records.value > 0)
    return err({ type: "busy", cause: `AgentCore Memory: ${records.value} records could not be deleted` });
  if (events.value > 0) {
    const minutes = LIMITS.agentCoreSettleMs / 60_000;
    const cause = `AgentCore Memory: ${events.value} events were less than ${minutes} minutes old, and records may still come of them`;
    return err({ type: "busy", cause });
  }
  return ok(null);
}

const left = (what: string, failure: CallFailure): Result<null, StoreFailure> => {
  const { type, cause } = storeFailure(failure);
  return err({ type, cause: `${cause} (${what} are left)` });
};

/** How many were so young that records may still come of them. */
async function eraseEvents({ client, actor, clock, signal }: Erasing): Promise<Result<number, CallFailure>> {
  const sessions = await allPages((token) => client.listSessions(actor, token, signal));
  if (!sessions.ok) return sessions;
  const pace = new Pace(clock, signal);
  let young = 0;
  for (const session of sessions.value) {
    const events = await allPages(async (token) => {
      await pace.turn();
      return client.listEvents(actor, session, token, signal);
    });
    if (!events.ok) return events;
    const settled = clock.now() - LIMITS.agentCoreSettleMs;
    young += events.value.filter(({ eventTimestamp }) => eventTimestamp * 1000 > settled).length;
    const deleted = await inLanes(events.value, async ({ eventId }) => {
      await pace.turn();
      return client.deleteEvent(actor, session, eventId, signal);
    });
    if (!deleted.ok) return deleted;
  }
  return ok(young);
}

/** How many would not go. */
async function eraseRecords({
  client,
  namespaces,
  clock,
  signal,
}: Erasing): Promise<Result<number, CallFailure>> {
  const ids = new Set<string>();
  for (const { path } of namespaces) {
    const listed = await allPages((token) => client.listRecordIds(path, token, signal));
    if (!listed.ok) return listed;
    for (const id of listed.value) ids.add(id);
  }
  const all = [...ids];
  const pace = new Pace(clock, signal);
  let stuck = 0;
  for (let from = 0; from < all.length; from += LIMITS.agentCorePage) {
    await pace.turn();
    const deleted = await client.deleteRecords(all.slice(from, from + LIMITS.agentCorePage), signal);
    if (!deleted.ok) return deleted;
    stuck += deleted.value.length;
  }
  return ok(stuck);
}

/** Everything is listed before anything is deleted: a token need not survive that its list changes. */
async function allPages<T>(
  list: (token: string | null) => Promise<Result<Page<T>, CallFailure>>,
): Promise<Result<readonly T[], CallFailure>> {
  const all: T[] = [];
  const seen = new Set<string>();
  for (let token: string | null = null; ; ) {
    const page = await list(token);
    if (!page.ok) return page;
    all.push(...page.value.items);
    token = page.value.nextToken;
    if (token === null) return ok(all);
    if (seen.has(token)) return err({ type: "unreadable", cause: "its pages go round in a circle" });
    seen.add(token);
  }
}

/** A few at once; the first failure ends it. */
export async function inLanes<T>(
  items: readonly T[],
  work: (item: T) => Promise<Result<unknown, CallFailure>>,
): Promise<Result<null, CallFailure>> {
  let next = 0;
  let failed: CallFailure | null = null;
  const lane = async (): Promise<void> => {
    while (failed === null) {
      const item = items[next];
      next += 1;
      if (item === undefined) return;
      const done = await work(item);
      if (!done.ok) failed ??= done.error;
    }
  };
  await Promise.all(Array.from({ length: LIMITS.agentCoreLanes }, lane));
  return failed === null ? ok(null) : err(failed);
}

/** Lets calls begin one after the other, so far apart that AgentCore's rate is kept. */
class Pace {
  readonly #clock: AlarmClock;
  readonly #signal: AbortSignal;
  #free = 0;

  constructor(clock: AlarmClock, signal: AbortSignal) {
    this.#clock = clock;
    this.#signal = signal;
  }

  async turn(): Promise<void> {
    const now = this.#clock.now();
    const at = Math.max(now, this.#free);
    this.#free = at + LIMITS.agentCorePaceMs;
    if (at > now) await pause(at - now, this.#signal, this.#clock);
  }
}
