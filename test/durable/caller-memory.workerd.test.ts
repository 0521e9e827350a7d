import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { MEMORY_KINDS } from "../../src/agent/memory-policy.ts";
import { LIMITS } from "../../src/base/limits.ts";
import { type CallerMemoryRpc, callerObjectName } from "../../src/durable/caller-memory-rpc.ts";
import { objectStore } from "../../src/durable/caller-memory-store.ts";
import type { CallerKey, KeepBatch, RecallQuery } from "../../src/memory/caller-store.ts";
import type { NewMemory } from "../../src/memory/memory-entry.ts";
import { DAY, HOUR, texts } from "../memory/said.ts";

afterEach(() => void vi.restoreAllMocks());

/** The world's clock, for the objects as well, from now on. */
const later = (ms: number): void => {
  const now = Date.now() + ms;
  vi.spyOn(Date, "now").mockReturnValue(now);
};

let callers = 0;
const someone = (): CallerKey => ({ tenant: "acme", caller: `caller ${++callers}` });
const objectOf = (who: CallerKey) => env.MEMORY.getByName(callerObjectName(who));
type CallerObject = ReturnType<typeof objectOf>;

/** All that lies in the object's storage. */
const tablesOf = (object: CallerObject): Promise<readonly unknown[]> =>
  runInDurableObject(object, (_, { storage }) =>
    storage.sql
      .exec("SELECT name FROM sqlite_master")
      .toArray()
      .map(({ name }) => name),
  );

const alarmOf = (object: CallerObject): Promise<number | null> =>
  runInDurableObject(object, (_, { storage }) => storage.getAlarm());

const said = (text: string, more: Partial<NewMemory> = {}): NewMemory => ({
  kind: "fact",
  key: null,
  text,
  confidence: 0.8,
  source: { by: "rule", agent: "bank", session: "s1" },
  at: Date.now(),
  expiresAt: null,
  ...more,
});

const batch = (id: string, entries: readonly NewMemory[], more: Partial<KeepBatch> = {}): KeepBatch => ({
  id,
  session: "s1",
  agent: "bank",
  entries,
  turns: [],
  ...more,
});

const all = (more: Partial<RecallQuery> = {}): RecallQuery => ({
  kinds: MEMORY_KINDS,
  about: null,
  limit: 1_000,
  bytes: 1_000_000,
  except: null,
  ...more,
});

const begin = (object: CallerObject, who: CallerKey, session = "s1"): Promise<void> =>
  object.sessionBegins(who, { session, agent: "bank", startedAt: Date.now() });

/** A caller one session of whom has left `entries`. */
const remembering = async (...entries: readonly NewMemory[]) => {
  const who = someone();
  const object = objectOf(who);
  await begin(object, who);
  expect(await object.keep(batch("b1", entries))).toBe(true);
  return { who, object };
};

const told = async (object: CallerObject, more: Partial<RecallQuery> = {}): Promise<readonly string[]> =>
  texts(await object.recall(all(more)));

describe("a caller who calls again", () => {
  it("is remembered with all that was said of what was said", async () => {
    const name = said("Is called Ada.", { key: "fact:name", expiresAt: Date.now() + DAY });
    const { who, object } = await remembering(name);
    const entry = { ...name, id: expect.stringMatching(/^[\da-f-]{36}$/), since: name.at };
    expect(await object.recall(all())).toEqual([entry]);
    expect(await object.record()).toEqual({
      ...who,
      entries: [entry],
      sessions: [{ session: "s1", agent: "bank", startedAt: expect.any(Number) }],
    });
  });

  it("is nobody else of that name", async () => {
    const { who } = await remembering(said("Is called Ada."));
    for (const other of [
      { ...who, tenant: "other" },
      { ...who, tenant: null },
      { ...who, caller: `${who.caller} ` },
    ])
      expect(await objectOf(other).recall(all())).toEqual([]);
  });

  it("is remembered by an object that was evicted meanwhile", async () => {
    const { object } = await remembering(said("Likes jazz."));
    await evictDurableObject(object);
    expect(await told(object, { about: "jazz" })).toEqual(["Likes jazz."]);
    expect(await object.keep(batch("b1", [said("Likes blues.")]))).toBe(true);
    expect(await told(object)).toEqual(["Likes jazz."]);
  });

  it("loses nothing of two sessions at once", async () => {
    const who = someone();
    const object = objectOf(who);
    await Promise.all(["s1", "s2"].map((session) => begin(objectOf(who), who, session)));
    const things = Array.from({ length: 20 }, (_, index) => `Thing ${index}.`);
    const kept = await Promise.all(
      things.map((text, index) => {
        const session = `s${1 + (index % 2)}`;
        return objectOf(who).keep(batch(`b${index}`, [said(text)], { session }));
      }),
    );
    expect(kept).not.toContain(false);
    expect((await told(object)).toSorted()).toEqual(things.toSorted());
  });

  it("has a wish updated by the session that heard it last, whoever delivers first", async () => {
    const wish = (text: string, at: number) => said(text, { kind: "preference", key: "channel", at });
    const { who, object } = await remembering(wish("Prefers letters.", Date.now()));
    await begin(object, who, "s0");
    await object.keep(batch("b1", [wish("Prefers e-mail.", Date.now() - HOUR)], { session: "s0" }));
    expect(await told(object)).toEqual(["Prefers letters."]);
  });
});

describe("what a session leaves", () => {
  it("is kept once, however often it is sent", async () => {
    const { object } = await remembering(said("Likes jazz."));
    const [jazz] = await object.recall(all());
    await object.forget([jazz?.id ?? ""]);
    expect(await object.keep(batch("b1", [said("Likes jazz.", { at: Date.now() + 1 })]))).toBe(true);
    expect(await told(object)).toEqual([]);
  });

  it("is refused when nobody knows the session, and leaves no trace", async () => {
    const object = objectOf(someone());
    expect(await object.keep(batch("b1", [said("Likes jazz.")]))).toBe(false);
    expect(await tablesOf(object)).toEqual([]);
  });

  it("takes back what is no longer so", async () => {
    const { object } = await remembering(said("Is called Ada.", { key: "fact:name" }));
    const takenBack = [{ kind: "fact", key: "fact:name", at: Date.now() }] as const;
    await object.keep(batch("b2", [], { takenBack }));
    expect(await told(object)).toEqual([]);
  });

  it("is all there or not at all", async () => {
    const { object } = await remembering(said("Likes jazz."));
    await runInDurableObject(object, async (instance, { storage }) => {
      storage.sql.exec("ALTER TABLE batch RENAME TO lost");
      const two = batch("b2", [said("Likes blues."), said("Has a dog.")]);
      storage.sql.exec("CREATE TABLE batch (session TEXT, id TEXT)");
      await expect((instance as unknown as CallerMemoryRpc).keep(two)).rejects.toThrow();
    });
    expect(await told(object)).toEqual(["Likes jazz."]);
    expect(await told(object, { about: "blues dog" })).toEqual([]);
  });
});

describe("what is told", () => {
  it("is the newest, of the kinds asked for, without the session's own", async () => {
    const now = Date.now();
    const { object } = await remembering(
      said("Third.", { at: now - 3 * HOUR }),
      said("First.", { at: now - HOUR, kind: "matter" }),
      said("Second.", { at: now - 2 * HOUR, source: { by: "rule", agent: "bank", session: "s2" } }),
    );
    expect(await told(object)).toEqual(["First.", "Second.", "Third."]);
    expect(await told(object, { limit: 2 })).toEqual(["First.", "Second."]);
    expect(await told(object, { kinds: ["matter", "summary"] })).toEqual(["First."]);
    expect(await told(object, { except: "s2" })).toEqual(["First.", "Third."]);
  });

  it("is what holds the words asked for, whatever their case, ending or accents", async () => {
    const { object } = await remembering(
      said("Möchte Briefe nach Zürich bekommen.", { kind: "preference" }),
      said("Has asked for the rates of mortgages."),
      said("Likes jazz."),
    );
    expect(await told(object, { about: "zurich" })).toEqual(["Möchte Briefe nach Zürich bekommen."]);
    expect(await told(object, { about: "What about my MORTGAGE?" })).toEqual([
      "Has asked for the rates of mortgages.",
    ]);
    expect(await told(object, { about: "opera" })).toEqual([]);
    expect(await told(object, { about: "jazz", thenNewest: true, limit: 2 })).toEqual([
      "Likes jazz.",
      expect.any(String),
    ]);
  });

  it("is found by its present words only", async () => {
    const { object } = await remembering(said("Likes jazz.", { key: "music", at: Date.now() - HOUR }));
    await object.keep(batch("b2", [said("Likes blues.", { key: "music" })]));
    expect(await told(object, { about: "jazz" })).toEqual([]);
    expect(await told(object, { about: "blues" })).toEqual(["Likes blues."]);
  });

  it("has not run out", async () => {
    const { object } = await remembering(said("Waits for a call.", { expiresAt: Date.now() + HOUR }));
    expect(await told(object, { about: "call" })).toHaveLength(1);
    later(HOUR);
    expect(await told(object)).toEqual([]);
    expect(await told(object, { about: "call" })).toEqual([]);
    expect((await object.record())?.entries).toEqual([]);
  });

  it.each([
    ["a quotation that is never closed", '" OR 1=1 --', false],
    ["a quotation that ends in the middle", 'jazz" NEAR("', true],
    ["operators", "NEAR(likes jazz, 2) AND NOT text : likes", true],
    ["a column", "text:jazz", true],
    ["a list of columns", "{text} : jazz*", true],
    ["signs", "- + ^ * ( ) { } : \" ' % _ \\ ; \0", false],
    ["the end of a statement", "'; DROP TABLE entry; --", false],
    ["pictures", "😀 🎷", false],
    ["nothing", "", false],
    ["a wildcard", "%", false],
    ["halves of characters", "\ud83d jazz \udc00", true],
    ["ten thousand letters", `${"x".repeat(5_000)} ${"jazz ".repeat(1_000)}`, false],
    ["two thousand words", "jazz ".repeat(2_000), true],
    ["another script", "か な 漢字", false],
  ])("is found by %s as by mere words", async (_, about, found) => {
    const { object } = await remembering(said("Likes jazz."), said("Has a dog."));
    expect(await told(object, { about })).toEqual(found ? ["Likes jazz."] : []);
    expect((await object.record())?.entries).toHaveLength(2);
  });

  it("never breaks, whatever is asked for", async () => {
    const { object } = await remembering(said("Likes jazz."));
    const syntax = fc.array(
      fc.constantFrom('"', "'", "*", "NEAR(", "AND", "OR", "NOT", ":", "^", "(", ")", " ", "jazz", "\0"),
    );
    const about = fc.oneof(
      fc.string({ unit: "binary", maxLength: 200 }),
      syntax.map((parts) => parts.join("")),
    );
    await fc.assert(
      fc.asyncProperty(about, async (words) => {
        const answer = await told(object, { about: words });
        if (/(?<![\p{L}\p{N}])jazz(?![\p{L}\p{N}\p{M}])/iu.test(words))
          expect(answer).toEqual(["Likes jazz."]);
      }),
      { numRuns: 60 },
    );
  });
});

describe("the caller's rights", () => {
  it("what is corrected is told in the right words from then on", async () => {
    const { object } = await remembering(said("Likes jazz."));
    const [jazz] = await object.recall(all());
    const corrected = await object.correct(jazz?.id ?? "", "Likes blues.");
    expect(corrected).toMatchObject({
      ok: true,
      value: { id: jazz?.id, text: "Likes blues.", confidence: 1, source: { by: "operator" } },
    });
    expect(await told(object, { about: "jazz blues" })).toEqual(["Likes blues."]);
    expect(await object.correct("nobody", "Likes blues.")).toEqual({ ok: false, error: "not_found" });
    expect(await object.correct(jazz?.id ?? "", "\n")).toEqual({ ok: false, error: "empty" });
    expect(await objectOf(someone()).correct("nobody", "x")).toEqual({ ok: false, error: "not_found" });
  });

  it("what is forgotten is gone, and the rest is not", async () => {
    const { object } = await remembering(said("Likes jazz."), said("Has a dog."));
    const entries = await object.recall(all({ about: "jazz" }));
    expect(await object.forget([...entries.map(({ id }) => id), "nobody"])).toBe(1);
    expect(await told(object)).toEqual(["Has a dog."]);
    expect(await told(object, { about: "jazz" })).toEqual([]);
    await evictDurableObject(object);
    await object.keep(batch("b2", [said("Likes jazz.", { at: Date.now() - HOUR })]));
    expect(await told(object)).toEqual(["Has a dog."]);
  });

  it("no word of what was forgotten stays in the index", async () => {
    const { object } = await remembering(said("Likes zzyzx."), said("Has a dog."));
    const [entry] = await object.recall(all({ about: "zzyzx" }));
    await object.forget([entry?.id ?? ""]);
    const blocks = await runInDurableObject(object, (_, { storage }) =>
      storage.sql.exec<{ block: ArrayBuffer }>("SELECT block FROM entry_text_data").toArray(),
    );
    const index = blocks.map(({ block }) => Buffer.from(block).toString("latin1")).join("");
    expect(index).toContain("dog");
    expect(index).not.toContain("zzyzx");
  });

  it("erasure leaves nothing, and what a session leaves afterwards is not kept", async () => {
    const { who, object } = await remembering(said("Likes jazz."));
    expect(await tablesOf(object)).toContain("entry");
    await object.erase();
    expect(await tablesOf(object)).toEqual([]);
    expect(await alarmOf(object)).toBeNull();
    expect(await object.record()).toBeNull();
    expect(await told(object, { about: "jazz" })).toEqual([]);
    expect(await object.forget(["any"])).toBe(0);
    expect(await object.keep(batch("b2", [said("Likes jazz.")]))).toBe(false);
    await evictDurableObject(object);
    expect(await object.keep(batch("b3", [said("Likes jazz.")]))).toBe(false);
    expect(await tablesOf(object)).toEqual([]);

    await begin(object, who, "s2");
    expect(await object.keep(batch("b1", [said("Likes blues.")], { session: "s2" }))).toBe(true);
    expect(await told(object)).toEqual(["Likes blues."]);
  });

  it("asking after somebody who never called leaves no trace", async () => {
    const object = objectOf(someone());
    expect(await object.record()).toBeNull();
    expect(await told(object)).toEqual([]);
    await object.erase();
    expect(await tablesOf(object)).toEqual([]);
  });
});

describe("as time goes by", () => {
  it("what has run out is deleted, and an object with nothing left is empty", async () => {
    const { object } = await remembering(
      said("Waits for a call.", { expiresAt: Date.now() + 2 * HOUR }),
      said("Likes jazz.", { expiresAt: Date.now() + 40 * DAY }),
    );
    later(3 * HOUR);
    expect(await runDurableObjectAlarm(object)).toBe(true);
    expect((await object.record())?.sessions).toHaveLength(1);
    const left = await runInDurableObject(object, (_, { storage }) =>
      storage.sql.exec("SELECT text FROM entry").toArray(),
    );
    expect(left).toEqual([{ text: "Likes jazz." }]);

    later(2 * DAY);
    expect((await object.record())?.sessions).toEqual([]);
    expect(await runDurableObjectAlarm(object)).toBe(true);
    expect(await object.keep(batch("b2", [said("Has a dog.")]))).toBe(false);
    expect(await told(object)).toEqual(["Likes jazz."]);

    later(40 * DAY);
    expect(await runDurableObjectAlarm(object)).toBe(true);
    expect(await tablesOf(object)).toEqual([]);
    expect(await runDurableObjectAlarm(object)).toBe(false);
  });

  it("what is kept for ever needs no alarm once its session is gone", async () => {
    const { object } = await remembering(said("Likes jazz."));
    later(2 * DAY);
    expect(await runDurableObjectAlarm(object)).toBe(true);
    expect(await alarmOf(object)).toBeNull();
    expect(await told(object)).toEqual(["Likes jazz."]);
  });

  it("a session that leaves nothing is forgotten with its transcript", async () => {
    const who = someone();
    const object = objectOf(who);
    await begin(object, who);
    await begin(object, who);
    expect((await object.record())?.sessions).toHaveLength(1);
    // As long as a session may last and its transcript be read.
    later(LIMITS.sessionMaxMs + LIMITS.transcriptKeepMs);
    expect((await object.record())?.sessions).toHaveLength(1);
    later(HOUR);
    expect(await runDurableObjectAlarm(object)).toBe(true);
    expect(await tablesOf(object)).toEqual([]);
  });

  it("the alarm rings once an hour at most", async () => {
    const { object } = await remembering(said("Waits for a call.", { expiresAt: Date.now() + HOUR / 2 }));
    expect(await alarmOf(object)).toBeGreaterThan(Date.now() + HOUR / 2);
    expect(await alarmOf(object)).toBeLessThanOrEqual(Date.now() + LIMITS.memorySweepMs);
  });

  it("the alarm rings in time after an eviction", async () => {
    const expiresAt = Date.now() + 2 * HOUR;
    const { object } = await remembering(said("Waits for a call.", { expiresAt }));
    await evictDurableObject(object);
    await object.keep(batch("b2", [said("Has a dog.")]));
    expect(await alarmOf(object)).toBe(expiresAt);
  });
});

describe("a hundred sessions of one caller", () => {
  it("leave a memory that stays bounded, with the newest of everything in it", async () => {
    const who = someone();
    const object = objectOf(who);
    const start = Date.now() - 100 * HOUR;
    for (let index = 0; index < 100; index++) {
      const session = `s${index}`;
      const at = start + index * HOUR;
      const more = { at, source: { by: "rule", agent: "bank", session } } as const;
      await begin(object, who, session);
      await object.keep(
        batch(
          "b1",
          [
            said(`Prefers channel ${index}.`, { ...more, kind: "preference", key: "channel" }),
            said(`Call number ${index} was about a transfer.`, {
              ...more,
              kind: "summary",
              key: `session:${session}`,
            }),
            ...Array.from({ length: 5 }, (_, one) =>
              said(`Detail ${one} of call ${index}: ${"x".repeat(150)}`, more),
            ),
          ],
          { session },
        ),
      );
    }
    const { entries = [], sessions = [] } = (await object.record()) ?? {};
    expect(sessions).toHaveLength(100);
    expect(entries.length).toBeLessThanOrEqual(LIMITS.memoryEntries);
    expect(entries.length).toBeGreaterThan(LIMITS.memoryEntries / 2);
    expect(Buffer.byteLength(texts(entries).join(""))).toBeLessThanOrEqual(LIMITS.memoryBytes);
    expect(entries.filter(({ kind }) => kind === "summary")).toHaveLength(LIMITS.memorySummaries);
    expect(texts(entries).filter((text) => text.startsWith("Prefers"))).toEqual(["Prefers channel 99."]);
    expect(await told(object, { about: "call 99 transfer", limit: 1 })).toEqual([
      "Call number 99 was about a transfer.",
    ]);
    const rows = await runInDurableObject(object, (_, { storage }) =>
      storage.sql
        .exec("SELECT (SELECT COUNT(*) FROM entry) AS entries, (SELECT COUNT(*) FROM entry_text) AS indexed")
        .one(),
    );
    expect(rows).toEqual({ entries: entries.length, indexed: entries.length });
    expect(await told(object, { bytes: LIMITS.memoryBytes / 24 })).not.toEqual([]);
  });
});

describe("the object as a store", () => {
  const signal = new AbortController().signal;

  it("keeps, recalls, forgets and erases", async () => {
    const { who } = await remembering(said("Likes jazz."));
    const store = objectStore(env.MEMORY, who);
    const turn = { turn: 1, at: Date.now(), caller: "Hello?", agent: "Hello!" };
    expect(await store.keep(batch("b2", [said("Has a dog.")], { turns: [turn] }), signal)).toEqual({
      ok: true,
      value: null,
    });
    const recalled = await store.recall(all({ about: "dog" }), signal);
    expect(recalled).toMatchObject({ ok: true, value: [{ text: "Has a dog." }] });
    const ids = recalled.ok ? recalled.value.map(({ id }) => id) : [];
    expect(await store.forget(ids, signal)).toEqual({ ok: true, value: 1 });
    expect(await store.erase(signal)).toEqual({ ok: true, value: null });
    expect(await store.keep(batch("b3", []), signal)).toMatchObject({
      ok: false,
      error: { type: "refused" },
    });
  });

  it("tells what is wrong with an object that cannot work", async () => {
    const { who, object } = await remembering(said("Likes jazz."));
    await runInDurableObject(object, (_, { storage }) => void storage.sql.exec("DROP TABLE entry"));
    const store = objectStore(env.MEMORY, who);
    expect(await store.recall(all(), signal)).toMatchObject({
      ok: false,
      error: { type: "unreachable", cause: expect.stringContaining("entry") },
    });
  });

  it("works again once its object was restarted", async () => {
    const { who, object } = await remembering(said("Likes jazz."));
    const store = objectStore(env.MEMORY, who);
    expect(await store.recall(all(), signal)).toMatchObject({ ok: true });
    await runInDurableObject(object, (_, state) => state.abort("restarted by a test")).catch(() => undefined);
    expect(await store.recall(all(), signal)).toMatchObject({ ok: true, value: [{ text: "Likes jazz." }] });
  });
});
