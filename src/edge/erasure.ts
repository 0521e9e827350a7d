/**
 * The erasure of a caller: sessions first, so that they leave nothing more; then the stores beside the object; then the
 * object, which knows what there is to erase, and so comes last. It can be asked for again at any time and goes on.
 */
import { causeText } from "../base/cause.ts";
import { systemClock } from "../base/clock.ts";
import { LIMITS } from "../base/limits.ts";
import type { CallerRecord } from "../durable/caller-memory-rpc.ts";
import { within } from "../tools/time-limit.ts";
import type { Remembered } from "./caller-memories.ts";
import type { SessionNamespace } from "./sessions.ts";

export type Erasure =
  /** Nothing was known of the caller. */
  | { readonly type: "unknown" }
  | { readonly type: "erased"; readonly entries: number; readonly sessions: number }
  /** `left` says what is left, without names; `causes` are for the log. */
  | {
      readonly type: "incomplete";
      readonly left: readonly string[];
      readonly causes: readonly string[];
      /** When to ask again, in ms: before, something may still be made of what was erased. */
      readonly againMs: number;
    };

interface Trouble {
  readonly left: string;
  readonly cause: string;
  readonly againMs?: number;
}

/** Throws what the object throws when it is asked for the first time: nothing has been done then. */
export const eraseEverything = async (
  remembered: Remembered,
  sessions: SessionNamespace,
): Promise<Erasure> => {
  const record = await remembered.object().record();
  // A store beside it may know callers of whom the object has forgotten all, and does not say so.
  if (record === null && remembered.beside.length === 0) return { type: "unknown" };
  try {
    return await eraseFrom(record, remembered, sessions);
  } catch (thrown) {
    return incomplete([{ left: "what is remembered", cause: causeText(thrown) }]);
  }
};

const eraseFrom = async (
  found: CallerRecord | null,
  { object, beside }: Remembered,
  sessions: SessionNamespace,
): Promise<Erasure> => {
  const erased = new Set<string>();
  let entries = 0;
  let record = found;
  for (let round = 0; round < LIMITS.callerEraseRounds; round += 1) {
    // Whatever becomes of the rest, nobody is told any of it from now on.
    const ids = record?.entries.map(({ id }) => id) ?? [];
    if (ids.length > 0) entries += await object().forget(ids);

    const fresh = (record?.sessions ?? []).map(({ session }) => session).filter((id) => !erased.has(id));
    const troubles = await eraseSessions(fresh, sessions);
    // What began meanwhile may have sent something there.
    if (round === 0 || fresh.length > 0) troubles.push(...(await eraseBeside(beside)));
    if (troubles.length > 0) return incomplete(troubles);
    for (const id of fresh) erased.add(id);

    // It refuses while it knows of a session that has begun meanwhile; one may also enter just afterwards.
    await object().erase([...erased]);
    record = await object().record();
    if (record === null) return { type: "erased", entries, sessions: erased.size };
  }
  return incomplete([{ left: "sessions that began meanwhile", cause: "sessions go on beginning" }]);
};

const incomplete = (troubles: readonly Trouble[]): Erasure => ({
  type: "incomplete",
  left: troubles.map(({ left }) => left),
  causes: troubles.map(({ cause }) => cause),
  againMs: Math.max(...troubles.map(({ againMs = LIMITS.callerEraseAgainMs }) => againMs)),
});

/** A few at once, each of them whatever becomes of the others. */
const eraseSessions = async (ids: readonly string[], sessions: SessionNamespace): Promise<Trouble[]> => {
  const causes: string[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (;;) {
      const id = ids[next];
      next += 1;
      if (id === undefined) return;
      try {
        await sessions.getByName(id).erase();
      } catch (thrown) {
        causes.push(`session ${id}: ${causeText(thrown)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(LIMITS.callerEraseLanes, ids.length) }, lane));
  const [first] = causes;
  if (first === undefined) return [];
  return [{ left: causes.length === 1 ? "1 session" : `${causes.length} sessions`, cause: first }];
};

const eraseBeside = async (beside: Remembered["beside"]): Promise<readonly Trouble[]> => {
  const troubles = await Promise.all(
    beside.map(async ({ name, store }): Promise<readonly Trouble[]> => {
      const over = new AbortController();
      const ms = LIMITS.callerEraseMs;
      const waited = await within(() => store.erase(over.signal), { ms, timers: systemClock });
      over.abort();
      if (waited.type === "answered") {
        if (waited.value.ok) return [];
        const { type, cause } = waited.value.error;
        // It may have erased all there was, and still make something of it.
        return [{ left: name, cause, ...(type === "busy" && { againMs: LIMITS.agentCoreSettleMs }) }];
      }
      const cause = waited.type === "threw" ? causeText(waited.error) : `no answer within ${ms} ms`;
      return [{ left: name, cause }];
    }),
  );
  return troubles.flat();
};
