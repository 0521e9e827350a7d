/**
 * AgentCore Memory from workerd: signed, sent, told and erased over its own fetch.
 */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { LIMITS } from "../../src/base/limits.ts";
import { err, ok } from "../../src/base/result.ts";
import { both } from "../../src/memory/agent-core-beside.ts";
import { agentCoreStore } from "../../src/memory/agent-core-store.ts";
import type { CallerStore, KeepBatch, RecallQuery } from "../../src/memory/caller-store.ts";

const base = (env as unknown as { readonly EMULATOR_URL: string }).EMULATOR_URL;
const forever = new AbortController().signal;

let shift = 0;
const clock = { now: () => Date.now() + shift, after: systemClock.after };
const storeOf = (caller: string): CallerStore =>
  agentCoreStore({
    who: { tenant: "workerd", caller },
    memoryId: "callers-Ab12Cd34Ef",
    base,
    signing: {
      service: "bedrock-agentcore",
      region: "us-east-1",
      credentials: { accessKeyId: "AKIDEMULATOR", secretAccessKey: "emulator-secret-key-not-for-aws" },
    },
    clock,
    namespaces: ["/facts/{actorId}/", "/summaries/{actorId}/{sessionId}/"],
    days: 365,
  });

const given: KeepBatch = {
  id: "b-1",
  session: crypto.randomUUID(),
  agent: "bank",
  entries: [],
  turns: [{ turn: 1, at: Date.now(), caller: "My dog is Rex.", agent: "Good dog." }],
};
const query: RecallQuery = {
  kinds: ["fact", "summary"],
  about: "a dog",
  limit: 8,
  bytes: 2_048,
  except: null,
};
const control = async (path: string, method: string, body?: unknown) => {
  const response = await fetch(`${base}/_emulator/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  await response.text();
};

describe("AgentCore Memory from workerd", () => {
  it("keeps a turn once, tells what was made of it, forgets it, and erases the caller", async () => {
    const store = storeOf(crypto.randomUUID());
    expect(await store.keep(given, forever)).toEqual({ ok: true, value: null });
    expect(await store.keep(given, forever)).toEqual({ ok: true, value: null });
    await control("clock", "POST", { advanceMs: 21_000 });
    const recalled = await store.recall(query, forever);
    const entries = recalled.ok ? recalled.value : [];
    expect(entries.map(({ kind, text }) => [kind, text])).toEqual([
      ["fact", "The user's dog is Rex."],
      ["summary", "Conversation: The user said: My dog is Rex. The assistant said: Good dog."],
    ]);
    expect(await store.forget([entries[0]?.id ?? ""], forever)).toEqual({ ok: true, value: 1 });
    expect(await store.erase(forever)).toMatchObject({ ok: false, error: { type: "busy" } });
    shift += LIMITS.agentCoreSettleMs;
    expect(await store.erase(forever)).toEqual({ ok: true, value: null });
    expect(await store.recall(query, forever)).toEqual({ ok: true, value: [] });
  });

  it("is not waited for longer than its share when it hangs", async () => {
    await control("faults", "POST", { service: "memory", fault: { type: "stall" }, times: 2 });
    const refuse = async () => err({ type: "refused" as const, cause: "not in this test" });
    const object: CallerStore = { recall: async () => ok([]), keep: refuse, forget: refuse, erase: refuse };
    const waits: number[] = [];
    const after: typeof systemClock.after = (ms, run) => {
      waits.push(ms);
      return systemClock.after(ms, run);
    };
    const store = both({ object, agentCore: storeOf("hanging"), clock: { after }, log: () => {} });
    // It hangs for ever: that there is an answer is the share's doing.
    expect(await store.recall(query, forever)).toEqual({ ok: true, value: [] });
    expect(waits).toEqual([LIMITS.recallMs * LIMITS.agentCoreRecallShare]);
    await control("faults", "DELETE");
  });
});
