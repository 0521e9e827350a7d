/**
 * What a session leaves for its caller's memory, with its outbox on disk: sent again, held up by nothing, given up at last.
 */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { MemoryPolicy } from "../../src/agent/memory-policy.ts";
import { LIMITS } from "../../src/base/limits.ts";
import { err, ok, type Result } from "../../src/base/result.ts";
import type { KeptFact } from "../../src/conversation/fact-book.ts";
import { enter } from "../../src/durable/caller-link.ts";
import { callerObjectName } from "../../src/durable/caller-memory-rpc.ts";
import { objectStore } from "../../src/durable/caller-memory-store.ts";
import { MemoryOutbox } from "../../src/durable/memory-outbox.ts";
import { SessionMemory } from "../../src/durable/session-memory.ts";
import type { CallerStore, KeepBatch, StoreFailure } from "../../src/memory/caller-store.ts";
import type { Left } from "../../src/memory/keep-rules.ts";
import { AGENT, START } from "../conversation/stage.ts";

const POLICY: MemoryPolicy = {
  store: { type: "caller" },
  recall: { kinds: ["preference", "fact", "summary", "matter"], bytes: LIMITS.recallBytes, about: null },
  keep: { summaries: true, reader: null },
  requires: {},
  tools: true,
  days: 365,
};
const FACT = { description: null, secret: false, setBy: ["look"], remember: "fact" } as const;
const agent = { ...AGENT, memory: POLICY, facts: { city: FACT, dog: FACT } };

type Answer = Result<null, StoreFailure>;
const FAILED: Answer = err({ type: "unreachable", cause: "it is away" });

const fact = (name: string, value: string, at = START): KeptFact => ({ name, value, segment: "main", at });
const left = (facts: readonly KeptFact[], more: Partial<Left> = {}): Left => ({
  ...{ type: "memory.keep", facts, takenBack: [], entries: [], last: false },
  ...more,
});

/** A session's side of a memory that answers as the test says. */
const session = <T>(
  answers: { keep: (batch: KeepBatch) => Answer; begins?: () => Answer },
  run: (side: {
    readonly memory: SessionMemory;
    readonly outbox: MemoryOutbox;
    readonly sent: readonly KeepBatch[];
    readonly logged: readonly string[];
  }) => Promise<T>,
): Promise<T> =>
  runInDurableObject(env.SESSIONS.getByName(crypto.randomUUID()), (_, { storage }) => {
    const [sent, logged]: [KeepBatch[], string[]] = [[], []];
    const refuse = async () => err({ type: "refused" as const, cause: "not in this test" });
    const store: CallerStore = {
      ...{ recall: refuse, forget: refuse, erase: refuse },
      keep: async (batch) => {
        sent.push(batch);
        return answers.keep(batch);
      },
    };
    const outbox = new MemoryOutbox(storage.sql);
    const memory = new SessionMemory({
      ...{ session: "s", agent, policy: POLICY, store, outbox, reader: null },
      begins: async () => answers.begins?.() ?? ok(null),
      clock: { now: () => START, after: () => () => {} },
      log: (_level, event) => logged.push(event),
      waitUntil: () => {},
    });
    return run({ memory, outbox, sent, logged });
  });

const rowOf = ({ id }: KeepBatch): string => id.split("/")[1] ?? "";

describe("what a session leaves", () => {
  it("is sent again, and as the same, until it is taken", async () => {
    let answer: Answer = FAILED;
    await session({ keep: () => answer }, async ({ memory, sent }) => {
      memory.keep(left([fact("city", "Rome")]));
      expect(await memory.flush()).toBe(false);
      expect(await memory.flush()).toBe(false);
      answer = ok(null);
      expect(await memory.flush()).toBe(true);
      expect(await memory.flush()).toBe(true);
      expect(sent).toHaveLength(3);
      expect(new Set(sent.map((batch) => JSON.stringify(batch))).size).toBe(1);
    });
  });

  it("is held up by nothing that is not taken", async () => {
    await session({ keep: (batch) => (rowOf(batch) === "1" ? FAILED : ok(null)) }, async (side) => {
      const { memory, outbox } = side;
      memory.keep(left([fact("city", "Rome")]));
      memory.keep(left([fact("city", "Rome"), fact("dog", "Rex")]));
      expect(await memory.flush()).toBe(false);
      expect(outbox.waiting).toMatchObject([{ row: 1, attempts: 1 }]);
    });
  });

  it("is given up when it was not taken often enough, and that is told", async () => {
    await session({ keep: () => FAILED }, async ({ memory, outbox, sent, logged }) => {
      memory.keep(left([fact("city", "Rome")]));
      for (let attempt = 1; attempt < LIMITS.memoryKeepAttempts; attempt++)
        expect(await memory.flush()).toBe(false);
      expect(logged).not.toContain("memory_given_up");
      expect(await memory.flush()).toBe(true);
      expect(logged).toContain("memory_given_up");
      expect(outbox.waiting).toEqual([]);
      expect(sent).toHaveLength(LIMITS.memoryKeepAttempts);
    });
  });

  it("is given up at once where it is refused: the caller was erased meanwhile", async () => {
    const refused = err({ type: "refused" as const, cause: "who?" });
    await session({ keep: () => refused }, async ({ memory, sent, logged }) => {
      memory.keep(left([fact("city", "Rome")]));
      expect(await memory.flush()).toBe(true);
      expect(sent).toHaveLength(1);
      expect(logged).toContain("memory_given_up");
    });
  });

  it("waits until the memory knows of the session", async () => {
    let begun: Answer = FAILED;
    await session({ keep: () => ok(null), begins: () => begun }, async ({ memory, sent }) => {
      memory.keep(left([fact("city", "Rome")]));
      expect(await memory.flush()).toBe(false);
      expect(sent).toEqual([]);
      begun = ok(null);
      expect(await memory.flush()).toBe(true);
      expect(sent).toHaveLength(1);
    });
  });

  it("is not left twice in the same words, and again when they change or are taken back", async () => {
    await session({ keep: () => ok(null) }, async ({ memory, sent }) => {
      memory.keep(left([fact("city", "Rome")]));
      memory.keep(left([fact("city", "Rome")]));
      memory.keep(left([fact("city", "Oslo")]));
      memory.keep(left([], { takenBack: [{ name: "city", at: START }] }));
      await memory.flush();
      expect(
        sent.map(({ entries, takenBack }) => [entries.map(({ text }) => text), takenBack?.length]),
      ).toEqual([
        [["city: Rome"], 0],
        [["city: Oslo"], 0],
        [[], 1],
      ]);
    });
  });

  it("is nothing any more once the caller is to be forgotten", async () => {
    await session({ keep: () => FAILED }, async ({ memory, sent }) => {
      memory.keep(left([fact("city", "Rome")]));
      await memory.flush();
      memory.close();
      memory.keep(left([fact("city", "Oslo")], { last: true }));
      expect(await memory.flush()).toBe(true);
      expect(sent).toHaveLength(1);
    });
  });
});

describe("a caller with a hundred sessions", () => {
  it("takes no more room than one caller may, and is told of in no more than fits a prompt", async () => {
    const who = { tenant: crypto.randomUUID(), caller: "ann" };
    const store = objectStore(env.MEMORY, who);
    const names = ["a", "b"].map((part) => `${part}: ${"it went on for some time. ".repeat(14)}`);
    const lines = await runInDurableObject(
      env.SESSIONS.getByName(crypto.randomUUID()),
      async (_, { storage }) => {
        let told: readonly string[] = [];
        for (let count = 0; count < 100; count++) {
          storage.sql.exec("DROP TABLE IF EXISTS memory_batch; DROP TABLE IF EXISTS memory_mark");
          const name = `s${count}`;
          const at = Date.now() - (100 - count) * 60_000;
          const memory = new SessionMemory({
            ...{ session: name, agent, policy: POLICY, store, reader: null },
            outbox: new MemoryOutbox(storage.sql),
            begins: () => enter(env.MEMORY, who, { session: name, agent: "first", startedAt: at }),
            clock: { now: () => at, after: () => () => {} },
            log: () => {},
            waitUntil: () => {},
          });
          if (count === 99) told = await memory.recall();
          for (const text of names)
            await memory.desk.remember(
              { text: `${count} ${text}`, kind: "fact", about: null },
              new AbortController().signal,
            );
          const entries = [
            { type: "caller", index: 0, turn: 1, at, segment: "main", text: `Call ${count}.`, typed: false },
          ] as const;
          memory.keep(left([], { entries, last: true }));
          expect(await memory.flush()).toBe(true);
        }
        return told;
      },
    );
    const record = await env.MEMORY.getByName(callerObjectName(who)).record();
    const entries = record?.entries ?? [];
    expect(entries.length).toBeLessThanOrEqual(LIMITS.memoryEntries);
    expect(entries.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0)).toBeLessThanOrEqual(
      LIMITS.memoryBytes,
    );
    expect(entries.filter(({ kind }) => kind === "summary").length).toBeLessThanOrEqual(
      LIMITS.memorySummaries,
    );
    const texts = entries.map(({ text }) => text);
    expect(texts).toContainEqual(expect.stringMatching(/^99 a: /));
    expect(texts).not.toContainEqual(expect.stringMatching(/^0 a: /));
    expect(lines.join()).toContain('"98 b: ');
    expect(lines.length).toBeLessThanOrEqual(LIMITS.recallEntries);
    // Each line has a date and a kind besides its text.
    expect(Buffer.byteLength(lines.join(""))).toBeLessThanOrEqual(LIMITS.recallBytes + 30 * lines.length);
  });
});
