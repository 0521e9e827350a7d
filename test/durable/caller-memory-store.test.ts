import { describe, expect, it } from "vitest";
import { MEMORY_KINDS } from "../../src/agent/memory-policy.ts";
import type { CallerMemoryRpc } from "../../src/durable/caller-memory-rpc.ts";
import { callerObjectName } from "../../src/durable/caller-memory-rpc.ts";
import { objectStore } from "../../src/durable/caller-memory-store.ts";
import type { KeepBatch, RecallQuery } from "../../src/memory/caller-store.ts";

const ADA = { tenant: "acme", caller: "ada" };
const QUERY: RecallQuery = { kinds: MEMORY_KINDS, about: null, limit: 9, bytes: 999, except: null };
const BATCH: KeepBatch = {
  id: "b1",
  session: "s1",
  agent: "bank",
  entries: [],
  turns: [{ turn: 1, at: 0, caller: "Hello?", agent: "Hello!" }],
};

const nobody = (): never => {
  throw new Error("nobody asked for that");
};

/** A platform whose objects do what the test says, and the names they were asked for by. */
const platform = (does: Partial<CallerMemoryRpc>) => {
  const object: CallerMemoryRpc = {
    sessionBegins: nobody,
    recall: nobody,
    keep: nobody,
    forget: nobody,
    correct: nobody,
    record: nobody,
    erase: nobody,
    ...does,
  };
  const names: string[] = [];
  const getByName = (name: string): CallerMemoryRpc => {
    names.push(name);
    return object;
  };
  return { store: objectStore({ getByName }, ADA), names };
};

const patient = (): AbortSignal => new AbortController().signal;

describe("a caller's object as a store", () => {
  it("is asked anew each time, since a broken stub stays broken", async () => {
    const { store, names } = platform({ recall: async () => [] });
    expect(await store.recall(QUERY, patient())).toEqual({ ok: true, value: [] });
    await store.recall(QUERY, patient());
    expect(names).toEqual([callerObjectName(ADA), callerObjectName(ADA)]);
  });

  it.each(["overloaded", "retryable", "durableObjectReset"])(
    "is busy when the platform says %s",
    async (mark) => {
      const { store } = platform({
        recall: () => Promise.reject(Object.assign(new Error("later"), { [mark]: true })),
      });
      expect(await store.recall(QUERY, patient())).toEqual({
        ok: false,
        error: { type: "busy", cause: expect.stringContaining("later") },
      });
    },
  );

  it("is out of reach when it breaks in any other way, at once or later", async () => {
    const failure = { ok: false, error: { type: "unreachable", cause: expect.any(String) } };
    const broken = platform({
      forget: () => Promise.reject(null),
      erase: () => Promise.reject(new Error("broken")),
    });
    expect(await broken.store.forget(["e1"], patient())).toEqual(failure);
    expect(await broken.store.erase(patient())).toEqual(failure);
    expect(await broken.store.recall(QUERY, patient())).toEqual(failure);
  });

  it("is waited for no longer than anybody wants", async () => {
    const { store } = platform({ recall: () => Promise.withResolvers<never>().promise });
    const patience = new AbortController();
    const recalled = store.recall(QUERY, patience.signal);
    patience.abort("too late");
    expect(await recalled).toEqual({ ok: false, error: { type: "timeout", cause: "too late" } });
  });

  it("is not asked when nobody waits any more", async () => {
    const { store, names } = platform({});
    expect(await store.keep(BATCH, AbortSignal.abort("gone"))).toEqual({
      ok: false,
      error: { type: "timeout", cause: "gone" },
    });
    expect(names).toEqual([]);
  });

  it("refuses what a session leaves whose caller was erased, and is sent no turns", async () => {
    const kept: KeepBatch[] = [];
    const { store } = platform({ keep: async (batch) => kept.push(batch) < 2 });
    expect(await store.keep(BATCH, patient())).toEqual({ ok: true, value: null });
    expect(await store.keep(BATCH, patient())).toMatchObject({ ok: false, error: { type: "refused" } });
    expect(kept[0]).toEqual({ ...BATCH, turns: [] });
  });
});
