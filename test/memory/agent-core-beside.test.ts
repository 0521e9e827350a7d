/**
 * AgentCore Memory beside the gateway's own object: the caller hears no difference, whatever becomes of AgentCore.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Emulator } from "../../emulator/emulator.ts";
import { systemClock } from "../../src/base/clock.ts";
import { LIMITS } from "../../src/base/limits.ts";
import { err, ok } from "../../src/base/result.ts";
import { type BothStores, both, merged } from "../../src/memory/agent-core-beside.ts";
import type { CallerStore, KeepBatch, StoreFailure } from "../../src/memory/caller-store.ts";
import type { MemoryEntry } from "../../src/memory/memory-entry.ts";
import { createDrivenClock, type DrivenClock } from "../emulator/support/driven-clock.ts";
import { control, startServices } from "../emulator/support/service-client.ts";
import { batch, forever, query, type SharedClock, sharedClock, storeOn, turn } from "./agent-core-bench.ts";

const entry = (text: string, id = text): MemoryEntry => ({
  ...{ id, text, kind: "fact", key: null, confidence: 1, at: 0, since: 0, expiresAt: null },
  source: { by: "rule", agent: "bank", session: null },
});

/** What the gateway's object would do, with no Durable Object at hand. */
class OwnObject implements CallerStore {
  entries: MemoryEntry[] = [entry("Likes tea!"), entry("Lives in Leeds")];
  kept: KeepBatch[] = [];
  failure: StoreFailure | null = null;

  #or<T>(value: () => T) {
    return Promise.resolve(this.failure === null ? ok(value()) : err(this.failure));
  }
  recall = () => this.#or(() => this.entries);
  keep = (given: KeepBatch) =>
    this.#or(() => {
      this.kept.push(given);
      return null;
    });
  forget = (ids: readonly string[]) =>
    this.#or(() => {
      const before = this.entries.length;
      this.entries = this.entries.filter(({ id }) => !ids.includes(id));
      return before - this.entries.length;
    });
  erase = () =>
    this.#or(() => {
      this.entries = [];
      return null;
    });
}

let emulatorClock: DrivenClock;
let emulator: Emulator;
let clock: SharedClock;
let object: OwnObject;
let store: BothStores;
let logged: string[];

beforeAll(async () => {
  emulatorClock = createDrivenClock();
  emulator = await startServices({ clock: emulatorClock });
});
beforeEach(async () => {
  await emulatorClock.advance(1_000);
  clock = sharedClock(emulatorClock);
  object = new OwnObject();
  logged = [];
  store = together(clock);
});
afterEach(async () => {
  await control(emulator, "DELETE", "calls");
  await control(emulator, "DELETE", "faults");
});
afterAll(() => emulator.close());

function together(recallClock: Pick<SharedClock, "after">): BothStores {
  return both({
    object,
    agentCore: storeOn(emulator, clock),
    clock: recallClock,
    log: (level, event, fields) => void logged.push(`${level} ${event} ${fields?.type}`),
  });
}

const order = (fault: object, times = 50) =>
  control(emulator, "POST", "faults", { service: "memory", fault, times });
const remember = async (...said: readonly string[]) => {
  await storeOn(emulator, clock).keep(batch([turn(1, said.join(" "))], { id: said.join() }), forever);
  await emulatorClock.advance(20_000);
};
/** Real time, so that AgentCore has its share whole. */
const patient = () => together({ after: (_, run) => systemClock.after(5_000, run) });
const textsOf = async (from: BothStores, asked = query({ kinds: ["fact", "preference"] })) => {
  const recalled = await from.recall(asked, forever);
  return recalled.ok ? recalled.value.map(({ text }) => text) : recalled.error.type;
};
const OWN = ["Likes tea!", "Lives in Leeds"];

describe("what is recalled", () => {
  test("is the object's, and what AgentCore has to add", async () => {
    await remember("I like tea.", "My dog is Rex.");
    expect(await textsOf(patient())).toEqual([...OWN, "The user's dog is Rex."]);
    expect(logged).toEqual([]);
  });

  test("is the object's alone when AgentCore is throttled, broken or gone", async () => {
    await remember("My dog is Rex.");
    for (const fault of [{ type: "refuse", status: 429 }, { type: "refuse", status: 500 }, { type: "cut" }]) {
      await order(fault);
      expect(await textsOf(patient())).toEqual(OWN);
      await control(emulator, "DELETE", "faults");
    }
    expect(logged).toEqual(
      ["busy", "unreachable", "unreachable"].map((type) => `warn memory_not_recalled ${type}`),
    );
  });

  test("is not waited for longer than AgentCore's share when it hangs", async () => {
    await order({ type: "stall" });
    // It hangs for ever: that there is an answer is the share's doing.
    expect(await textsOf(together(systemClock))).toEqual(OWN);
    expect(logged).toEqual(["warn memory_not_recalled timeout"]);
  });

  test("has its share of whatever time there is", async () => {
    await order({ type: "stall" });
    const shares: number[] = [];
    const counting = together({
      after(ms, run) {
        shares.push(ms);
        return clock.after(1, run);
      },
    });
    await counting.recall(query(), forever);
    await counting.recall(query(), forever, LIMITS.recallToolMs);
    expect(shares).toEqual([240, 1_600]);
  });

  test("is AgentCore's when the object cannot be asked, and a failure when neither can", async () => {
    await remember("My dog is Rex.");
    object.failure = { type: "unreachable", cause: "moved" };
    expect(await textsOf(patient())).toEqual(["The user's dog is Rex."]);
    await order({ type: "refuse", status: 429 });
    expect(await textsOf(patient())).toBe("unreachable");
  });

  test("says nothing twice, and has room for AgentCore in any case", () => {
    const own = Array.from({ length: 9 }, (_, n) => entry(`own ${n}`));
    const other = [
      entry("Own, 3."),
      ...Array.from({ length: 9 }, (_, n) => entry(`new ${n}`)),
      entry("NEW 0"),
    ];
    const texts = (room: { readonly limit: number; readonly bytes: number }) =>
      merged(own, other, room).map(({ text }) => text);
    expect(texts({ limit: 6, bytes: 1_000 })).toEqual(["own 0", "own 1", "own 2", "own 3", "new 0", "new 1"]);
    expect(texts({ limit: 100, bytes: 30 })).toEqual(["own 0", "own 1", "own 2", "own 3", "new 0", "new 1"]);
    expect(texts({ limit: 100, bytes: 1_000 })).toHaveLength(18);
    expect(merged(own, [], { limit: 100, bytes: 1_000 })).toEqual(own);
    expect(merged([], other, { limit: 2, bytes: 1_000 }).map(({ text }) => text)).toEqual([
      "Own, 3.",
      "new 0",
    ]);
  });
});

describe("what is kept", () => {
  const given = batch([turn(1, "I like tea.", "Noted.", 1_795_348_800_000)]);
  const created = async () =>
    (await control(emulator, "GET", "calls")).body.calls.filter(
      ({ operation }: { readonly operation: string }) => operation === "CreateEvent",
    ).length;

  test("goes to both", async () => {
    expect(await store.keepParts(given, forever)).toEqual({
      object: { ok: true, value: null },
      agentCore: { ok: true, value: null },
    });
    expect([object.kept, await created()]).toEqual([[given], 1]);
  });

  test("is told apart: the object has it, AgentCore not yet, and sent again it is there once", async () => {
    await order({ type: "cut" }, 1);
    expect(await store.keepParts(given, forever)).toMatchObject({
      object: { ok: true },
      agentCore: { ok: false, error: { type: "unreachable" } },
    });
    expect(logged).toEqual(["warn memory_not_kept unreachable"]);
    expect(await store.keep(given, forever)).toEqual({ ok: true, value: null });
    await emulatorClock.advance(20_000);
    expect(await textsOf(patient(), query({ kinds: ["summary"] }))).toContain(
      "Conversation: The user said: I like tea. The assistant said: Noted.",
    );
  });

  test("goes nowhere when the object refuses it: the caller was erased meanwhile", async () => {
    object.failure = { type: "refused", cause: "the caller was erased" };
    expect(await store.keepParts(given, forever)).toMatchObject({ object: { ok: false }, agentCore: null });
    expect(await store.keep(given, forever)).toMatchObject({ ok: false, error: { type: "refused" } });
    expect(await created()).toBe(0);
  });
});

describe("what is forgotten", () => {
  test("is forgotten by whoever has it", async () => {
    await remember("My dog is Rex.");
    const recalled = await patient().recall(query({ kinds: ["fact"] }), forever);
    const ids = recalled.ok ? recalled.value.map(({ id }) => id) : [];
    expect(await store.forget(ids, forever)).toEqual({ ok: true, value: 3 });
    expect(await textsOf(patient(), query({ kinds: ["fact"] }))).toEqual([]);
  });

  test("is erased from both, or said not to be", async () => {
    await remember("My dog is Rex.");
    clock.age(LIMITS.agentCoreSettleMs);
    await order({ type: "refuse", status: 500 }, 1);
    expect(await store.erase(forever)).toMatchObject({ ok: false, error: { type: "unreachable" } });
    expect(object.entries).toEqual([]);
    expect(await store.erase(forever)).toEqual({ ok: true, value: null });
    expect(await textsOf(patient())).toEqual([]);
    object.failure = { type: "unreachable", cause: "the object moved" };
    await order({ type: "refuse", status: 500 });
    expect(await store.erase(forever)).toMatchObject({
      error: { cause: expect.stringMatching(/the object moved; AgentCore Memory: HTTP 500/) },
    });
  });
});
