/**
 * AgentCore Memory as a store: what is kept, told, forgotten and erased, and what happens when it fails.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Emulator } from "../../emulator/emulator.ts";
import { LIMITS } from "../../src/base/limits.ts";
import { actorOf } from "../../src/memory/agent-core-names.ts";
import type { CallerStore } from "../../src/memory/caller-store.ts";
import { createDrivenClock, type DrivenClock } from "../emulator/support/driven-clock.ts";
import { ask, control, startServices, told } from "../emulator/support/service-client.ts";
import {
  ANN,
  batch,
  forever,
  MEMORY,
  query,
  type SharedClock,
  sharedClock,
  storeOn,
  turn,
} from "./agent-core-bench.ts";

let emulatorClock: DrivenClock;
let emulator: Emulator;
let clock: SharedClock;
let store: CallerStore;

beforeAll(async () => {
  emulatorClock = createDrivenClock();
  emulator = await startServices({ clock: emulatorClock });
});
beforeEach(async () => {
  await emulatorClock.advance(1_000);
  clock = sharedClock(emulatorClock);
  store = storeOn(emulator, clock);
});
afterEach(async () => {
  await control(emulator, "DELETE", "calls");
  await control(emulator, "DELETE", "faults");
});
afterAll(() => emulator.close());

/** A request to the emulator that is none of the store's. */
const data = async (path: string, body: unknown = {}, method = "POST") =>
  (await told(ask(emulator, `/memories/${MEMORY}/${path}`, { service: "bedrock-agentcore", body, method })))
    .body;
const eventsIn = async (session: string, who = ANN) =>
  (await data(`actor/${actorOf(who)}/sessions/${session}`, { maxResults: 100 })).events;
const calls = async (operation: string) =>
  (await control(emulator, "GET", "calls")).body.calls.filter(
    (call: { readonly operation: string }) => call.operation === operation,
  );
const order = (fault: object, times = 1) =>
  control(emulator, "POST", "faults", { service: "memory", fault, times });
const extracted = () => emulatorClock.advance(20_000);
const textsOf = async (asked: Parameters<CallerStore["recall"]>[0], from = store) => {
  const recalled = await from.recall(asked, forever);
  if (!recalled.ok) throw new Error(recalled.error.cause);
  return recalled.value.map(({ text }) => text);
};

describe("what is kept", () => {
  test("is the turns of a batch as one event, with who said what and when", async () => {
    const turns = [
      turn(1, "Hello.", "Good morning.", 1_795_348_800_123),
      turn(2, "  ", "Are you there?", 1_795_348_801_000),
    ];
    expect(await store.keep(batch(turns, { agent: "bank & more" }), forever)).toEqual({
      ok: true,
      value: null,
    });
    expect(await eventsIn("s-1")).toMatchObject([
      {
        eventTimestamp: 1_795_348_801,
        payload: [
          { conversational: { role: "USER", content: { text: "Hello." } } },
          { conversational: { role: "ASSISTANT", content: { text: "Good morning." } } },
          { conversational: { role: "ASSISTANT", content: { text: "Are you there?" } } },
        ],
        metadata: { agent: { stringValue: "bank _ more" } },
      },
    ]);
  });

  test("is kept once, however often it is sent", async () => {
    const same = batch([turn(1, "Hello.", "Good morning.", 1_795_348_800_123)]);
    for (let n = 0; n < 3; n += 1) expect(await store.keep(same, forever)).toMatchObject({ ok: true });
    expect(await eventsIn("s-1")).toHaveLength(1);
  });

  test("is nothing where nobody said anything", async () => {
    expect(await store.keep(batch([turn(1, "", " ")]), forever)).toMatchObject({ ok: true });
    expect(await calls("CreateEvent")).toEqual([]);
  });

  test("is several events where it is more than one may hold, paced so that all are taken", async () => {
    const turns = Array.from({ length: 320 }, (_, n) => turn(n, `What about ${n}?`));
    expect(await store.keep(batch(turns), forever)).toMatchObject({ ok: true });
    const events = await eventsIn("s-1");
    expect(events).toHaveLength(7);
    expect(events.flatMap(({ payload }: { payload: unknown[] }) => payload)).toHaveLength(640);
    expect(clock.waits).toEqual(Array(6).fill(LIMITS.agentCoreEventGapMs));
  });

  test("fits whatever is said, in any script", async () => {
    const long = "\u{1F600}".repeat(200_000);
    const turns = Array.from({ length: 50 }, (_, n) => turn(n, long, "ä".repeat(200_000)));
    expect(await store.keep(batch(turns), forever)).toMatchObject({ ok: true });
  });

  test("bears sessions and memories of any spelling", async () => {
    const turns = [turn(1, "Hello.")];
    expect(await store.keep(batch(turns, { session: "a/b c" }), forever)).toMatchObject({ ok: true });
    const byArn = storeOn(emulator, clock, {
      memoryId: `arn:aws:bedrock-agentcore:us-east-1:123456789012:memory/${MEMORY}`,
    });
    expect(await byArn.keep(batch(turns, { session: "s-9" }), forever)).toMatchObject({ ok: true });
    expect(await eventsIn("s-9")).toHaveLength(1);
  });
});

describe("what is recalled", () => {
  test("are the caller's records in plain words, with their kinds", async () => {
    await store.keep(batch([turn(1, "My name is Ann Lee. I prefer <b>letters</b> by post.")]), forever);
    expect(await textsOf(query())).toEqual([]);
    await extracted();
    const recalled = await store.recall(query(), forever);
    const entries = recalled.ok ? recalled.value : [];
    expect(entries.map(({ kind, text }) => [kind, text]).sort()).toEqual([
      ["fact", "The user's name is Ann Lee."],
      ["preference", "Prefers <b>letters</b> by post"],
      [
        "summary",
        expect.stringMatching(/^Conversation: The user said: My name is Ann Lee\. I prefer <b>letters/),
      ],
    ]);
    for (const entry of entries) {
      expect(entry).toMatchObject({
        id: expect.stringMatching(/^agentcore:mem-/),
        key: null,
        source: { by: "model", session: null },
        expiresAt: entry.at + 365 * 86_400_000,
      });
    }
  });

  test("begin with what was asked for, and else with the newest", async () => {
    await store.keep(batch([turn(1, "My street is Oak Street.")]), forever);
    await extracted();
    await store.keep(batch([turn(2, "My dog is Rex.")], { id: "b-2" }), forever);
    await extracted();
    const facts = { kinds: ["fact"] as const };
    expect(await textsOf(query(facts))).toEqual([
      "The user's dog is Rex.",
      "The user's street is Oak Street.",
    ]);
    expect((await textsOf(query({ ...facts, about: "Which street?" })))[0]).toBe(
      "The user's street is Oak Street.",
    );
    expect(await textsOf(query({ ...facts, limit: 1 }))).toEqual(["The user's dog is Rex."]);
    expect(await textsOf(query({ ...facts, bytes: 22 }))).toEqual(["The user's dog is Rex."]);
    expect(await textsOf(query({ ...facts, bytes: 21 }))).toEqual([]);
  });

  test("leave out the session that asks, other kinds, and what is too old", async () => {
    await store.keep(batch([turn(1, "I like tea.")]), forever);
    await extracted();
    expect(await textsOf(query({ kinds: ["summary"], except: "s-1" }))).toEqual([]);
    expect(await textsOf(query({ kinds: ["summary"], except: "s-2" }))).toHaveLength(1);
    await control(emulator, "DELETE", "faults");
    expect(await textsOf(query({ kinds: ["matter"] }))).toEqual([]);
    clock.age(365 * 86_400_000 + 60_000);
    expect(await textsOf(query())).toEqual([]);
  });

  test("are nobody else's: not of another tenant's caller of that name, not of one spelled alike", async () => {
    await store.keep(batch([turn(1, "I like tea.")]), forever);
    await extracted();
    const others = [
      { tenant: "shop", caller: "ann" },
      { tenant: null, caller: "ann" },
      { tenant: "bank", caller: "Ann" },
      { tenant: null, caller: '["bank","ann"]' },
    ];
    for (const who of others) expect(await textsOf(query(), storeOn(emulator, clock, { who }))).toEqual([]);
    expect(await textsOf(query())).not.toEqual([]);
  });

  test("are left alone where a namespace could hold another caller's", async () => {
    for (const namespace of ["/facts/", "/{sessionId}/{actorId}/", "/facts/{actorId", "/*/{actorId}/"]) {
      const careless = storeOn(emulator, clock, { namespaces: [namespace] });
      for (const done of [
        careless.recall(query(), forever),
        careless.keep(batch([turn(1, "Hello.")]), forever),
      ]) {
        expect(await done).toMatchObject({ ok: false, error: { type: "refused" } });
      }
    }
    expect((await control(emulator, "GET", "calls")).body.calls).toEqual([]);
  });

  test("are those that can be had, when one namespace cannot be asked", async () => {
    await store.keep(batch([turn(1, "My name is Ann. I like tea.")]), forever);
    await extracted();
    await order({ type: "refuse", status: 500 });
    expect(await textsOf(query())).toHaveLength(2);
  });
});

describe("what is forgotten", () => {
  test("is gone, and counted", async () => {
    await store.keep(batch([turn(1, "My name is Ann. I like tea.")]), forever);
    await extracted();
    const recalled = await store.recall(query(), forever);
    const [first, ...rest] = recalled.ok ? recalled.value : [];
    const ids = [first?.id ?? "", first?.id ?? "", "an-entry-of-the-object", "agentcore:mem-none"];
    // The last one is no id of AgentCore's.
    expect(await store.forget(ids, forever)).toMatchObject({ ok: false, error: { type: "refused" } });
    expect(await store.forget(ids.slice(0, 3), forever)).toEqual({ ok: true, value: 0 });
    expect(await textsOf(query())).toHaveLength(rest.length);
  });

  test("is never another caller's, whose id one happens to know", async () => {
    await store.keep(batch([turn(1, "I like tea.")]), forever);
    await extracted();
    const recalled = await store.recall(query(), forever);
    const ids = recalled.ok ? recalled.value.map(({ id }) => id) : [];
    expect(ids).toHaveLength(2);
    const stranger = storeOn(emulator, clock, { who: { tenant: "shop", caller: "ann" } });
    expect(await stranger.forget(ids, forever)).toEqual({ ok: true, value: 0 });
    expect(await store.forget(ids, forever)).toEqual({ ok: true, value: 2 });
    expect(await store.forget(ids, forever)).toEqual({ ok: true, value: 0 });
  });
});

describe("who is erased", () => {
  /** Long enough ago that no records come of it any more. */
  const longAgo = () => Date.now() - LIMITS.agentCoreSettleMs - 60_000;

  test("leaves no event and no record, over many pages, and nobody else is touched", async () => {
    const stranger = storeOn(emulator, clock, { who: { tenant: "shop", caller: "ann" } });
    await stranger.keep(batch([turn(1, "I like tea.")]), forever);
    for (let session = 0; session < 3; session += 1) {
      for (let n = 0; n < 45; n += 1) {
        if (n % 5 === 0) await emulatorClock.advance(1_000);
        const turns = [turn(n, `My thing number ${"i".repeat(n + 1)} is ${n}.`, "Noted.", longAgo())];
        await store.keep(batch(turns, { id: `b-${n}`, session: `s-${session}` }), forever);
      }
    }
    await extracted();
    expect(await store.erase(forever)).toEqual({ ok: true, value: null });

    for (const session of ["s-0", "s-1", "s-2"]) expect(await eventsIn(session)).toEqual([]);
    const { memoryRecordSummaries } = await data("memoryRecords", { namespacePath: "/", maxResults: 100 });
    const left = memoryRecordSummaries.flatMap(({ namespaces }: { namespaces: string[] }) => namespaces);
    expect(left).not.toEqual([]);
    expect(left.filter((namespace: string) => namespace.includes(actorOf(ANN)))).toEqual([]);
    const found = await control(emulator, "GET", `search?text=${actorOf(ANN)}&direction=received`);
    expect(found.body.hits.length).toBeGreaterThan(0);
    expect(await eventsIn("s-1", { tenant: "shop", caller: "ann" })).toHaveLength(1);
  });

  test("is said to be erased only when no more records can come", async () => {
    await store.keep(batch([turn(1, "I like tea.")]), forever);
    expect(await store.erase(forever)).toMatchObject({
      ok: false,
      error: { type: "busy", cause: expect.stringMatching(/1 events .* records may still come/) },
    });
    expect(await eventsIn("s-1")).toEqual([]);
    // AgentCore had taken it up already.
    await extracted();
    expect(await textsOf(query())).not.toEqual([]);
    clock.age(LIMITS.agentCoreSettleMs);
    expect(await store.erase(forever)).toEqual({ ok: true, value: null });
    expect(await textsOf(query())).toEqual([]);
  });

  test("goes on where it was throttled, and stays within AgentCore's rate", async () => {
    for (let n = 0; n < 40; n += 1) {
      if (n % 5 === 0) await emulatorClock.advance(1_000);
      await store.keep(batch([turn(n, "Hello.", "Hi.", longAgo())], { id: `b-${n}` }), forever);
    }
    await control(emulator, "DELETE", "faults");
    await order({ type: "refuse", status: 429 }, 3);
    expect(await store.erase(forever)).toEqual({ ok: true, value: null });
    expect(await eventsIn("s-1")).toEqual([]);
    expect(await calls("DeleteEvent")).toHaveLength(40);
  });

  test("is told what is left, and asked again it is done", async () => {
    await store.keep(batch([turn(1, "I like tea.", "Noted.", longAgo())]), forever);
    await extracted();
    await order({ type: "refuse", status: 500 });
    expect(await store.erase(forever)).toMatchObject({
      ok: false,
      error: { type: "unreachable", cause: expect.stringContaining("events are left") },
    });
    await order({ type: "refuse", status: 403, errorType: "AccessDeniedException" }, 100);
    expect(await store.erase(forever)).toMatchObject({
      ok: false,
      error: { type: "refused", cause: expect.stringContaining("docs/memory.md") },
    });
    await control(emulator, "DELETE", "faults");
    expect(await store.erase(forever)).toEqual({ ok: true, value: null });
    expect(await store.erase(forever)).toEqual({ ok: true, value: null });
  });

  test("is not said to be erased from a memory that there is not", async () => {
    const astray = storeOn(emulator, clock, { memoryId: "missing-Ab12Cd34Ef" });
    expect(await astray.erase(forever)).toMatchObject({ ok: false, error: { type: "refused" } });
  });
});

describe("a failure is a value", () => {
  const everything = (from: CallerStore, signal = forever) =>
    Promise.all([
      from.recall(query(), signal),
      from.keep(batch([turn(1, "Hello.")]), signal),
      from.forget(["agentcore:mem-00000000-0000-0000-0000-000000000000"], signal),
      from.erase(signal),
    ]);
  const typesOf = (
    results: readonly { readonly ok: boolean; readonly error?: { readonly type: string } }[],
  ) => results.map((result) => (result.ok ? "ok" : result.error?.type));

  test("when AgentCore throttles without end", async () => {
    await order({ type: "refuse", status: 429 }, 500);
    expect(typesOf(await everything(store))).toEqual(["busy", "busy", "busy", "busy"]);
    expect(await calls("CreateEvent")).toHaveLength(LIMITS.agentCoreAttempts);
  });

  test("when it drops the line, or answers nonsense", async () => {
    await order({ type: "cut" }, 50);
    expect(typesOf(await everything(store))).toEqual(Array(4).fill("unreachable"));
    await control(emulator, "DELETE", "faults");
    await order({ type: "garbage" }, 50);
    expect(typesOf(await everything(store))).toEqual(Array(4).fill("refused"));
  });

  test("when nobody is there", async () => {
    const nobody = storeOn(emulator, clock, { base: "http://127.0.0.1:9" });
    expect(typesOf(await everything(nobody))).toEqual(Array(4).fill("unreachable"));
  });

  test("when it hangs and nobody waits any more", async () => {
    await order({ type: "stall" }, 50);
    const asker = new AbortController();
    const asked = everything(store, asker.signal);
    await expect.poll(() => calls("CreateEvent")).toHaveLength(1);
    asker.abort();
    expect(typesOf(await asked)).toEqual(Array(4).fill("timeout"));
  });

  test("and it tells no secret", async () => {
    await order({ type: "refuse", status: 403, message: "emulator-secret-key-not-for-aws is wrong" }, 50);
    for (const result of await everything(store)) {
      expect(result).toMatchObject({ ok: false, error: { type: "refused" } });
      expect(JSON.stringify(result)).not.toContain("not-for-aws");
    }
  });
});
