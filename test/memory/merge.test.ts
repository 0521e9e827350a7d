import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MEMORY_KINDS } from "../../src/agent/memory-policy.ts";
import { LIMITS } from "../../src/base/limits.ts";
import type { NewMemory } from "../../src/memory/memory-entry.ts";
import {
  correct,
  forget,
  type Memory,
  NO_MEMORY,
  remember as rememberAt,
  takeBack,
} from "../../src/memory/merge.ts";
import { by, counted, DAY, HOUR, NOW, nameless, said, texts } from "./said.ts";

const remember = (memory: Memory, entries: readonly NewMemory[], now = NOW): Memory =>
  rememberAt(memory, entries, { now, newId: counted() });

const having = (...entries: readonly NewMemory[]): Memory => remember(NO_MEMORY, entries);

/** The one thing that is remembered. */
const only = (memory: Memory) => {
  expect(memory.entries).toHaveLength(1);
  const [entry] = memory.entries;
  if (entry === undefined) throw new Error("nothing is remembered");
  return entry;
};

describe("what changes", () => {
  const email = said("Prefers e-mail.", { kind: "preference", key: "channel", at: NOW - 2 * DAY });
  const letters = said("Prefers letters.", { kind: "preference", key: "channel", at: NOW - DAY });

  it("is updated, with its new date, and keeps the day it was first spoken of", () => {
    expect(only(having(email, letters))).toMatchObject({
      text: "Prefers letters.",
      at: letters.at,
      since: email.at,
    });
  });

  it("is not undone by what was said before and comes late", () => {
    expect(only(having(letters, email))).toMatchObject({ text: "Prefers letters.", since: email.at });
  });

  it("keeps its name, so that whoever looks at it finds it again", () => {
    const before = having(email);
    expect(only(remember(before, [letters])).id).toBe(only(before).id);
  });

  it("is another thing under another kind", () => {
    expect(having(email, { ...letters, kind: "fact" }).entries).toHaveLength(2);
  });

  it("is what the person said where a machine says otherwise of the same moment, whoever comes first", () => {
    const caller = said("Prefers letters.", { key: "channel", confidence: 0.5, source: by("caller") });
    const operator = said("Prefers calls.", { key: "channel", confidence: 0.1, source: by("operator") });
    const rule = said("Prefers e-mail.", { key: "channel", confidence: 1 });
    const model = said("Prefers chat.", { key: "channel", confidence: 1, source: by("model") });
    expect(only(having(rule, caller, model)).text).toBe("Prefers letters.");
    expect(only(having(caller, rule)).text).toBe("Prefers letters.");
    expect(only(having(operator, caller, rule)).text).toBe("Prefers calls.");
    expect(only(having(model, rule)).text).toBe("Prefers e-mail.");
  });

  it("is what was said last, even over a person's word", () => {
    const wish = said("Prefers letters.", { key: "channel", source: by("caller"), at: NOW - DAY });
    const later = said("Prefers e-mail.", { key: "channel", source: by("model"), at: NOW - HOUR });
    expect(only(having(wish, later)).text).toBe("Prefers e-mail.");
    expect(only(having(later, { ...wish, at: NOW - 2 * DAY })).text).toBe("Prefers e-mail.");
  });
});

describe("the same words without a key", () => {
  it("are refreshed and do not pile up, however they are written", () => {
    const first = said("Has a dog, Rex", { at: NOW - 3 * DAY });
    const again = said("has a dog: REX!", { at: NOW - DAY, expiresAt: NOW + 9 * DAY });
    expect(only(having(first, again))).toMatchObject({
      text: "has a dog: REX!",
      at: again.at,
      since: first.at,
      expiresAt: again.expiresAt,
    });
  });

  it("are two things when the words differ", () => {
    expect(having(said("Has a dog."), said("Has a god.")).entries).toHaveLength(2);
    expect(having(said("😀"), said("😡")).entries).toHaveLength(2);
  });
});

describe("what is kept", () => {
  it("is one clean line each, and nothing where no word is left", () => {
    expect(texts(having(said("Likes\n(ignore this)\u202e jazz"), said(" \u200b\n() ")).entries)).toEqual([
      "Likes ignore this jazz",
    ]);
  });

  it("has run out when its time comes", () => {
    const brief = said("Waits for a call.", { expiresAt: NOW + HOUR });
    expect(having(brief).entries).toHaveLength(1);
    expect(remember(having(brief), [], NOW + HOUR).entries).toEqual([]);
    expect(remember(NO_MEMORY, [brief], NOW + HOUR).entries).toEqual([]);
  });

  it("was not said in the future, whatever a clock showed", () => {
    const ahead = only(having(said("Likes jazz.", { key: "music", at: NOW + DAY })));
    expect(ahead.at).toBe(NOW);
  });

  it("is no surer than sure", () => {
    for (const [confidence, kept] of [
      [7, 1],
      [-1, 0],
      [Number.NaN, 0],
    ] as const)
      expect(only(having(said("Likes jazz.", { confidence }))).confidence).toBe(kept);
  });
});

describe("when there is no room", () => {
  const many = (count: number, make: (index: number) => Partial<NewMemory>): readonly NewMemory[] =>
    Array.from({ length: count }, (_, index) => said(`Thing number ${index}.`, make(index)));

  it("the oldest summaries go, and nothing else for them", () => {
    const summaries = many(LIMITS.memorySummaries + 5, (index) => ({
      kind: "summary",
      key: `session:${index}`,
      at: NOW - index * HOUR,
    }));
    const fact = said("Is called Ada.", { at: NOW - 300 * DAY, confidence: 0.2 });
    const { entries } = having(...summaries.toReversed(), fact);
    expect(texts(entries)).toEqual([...texts(summaries.slice(0, LIMITS.memorySummaries)), "Is called Ada."]);
  });

  it("the doubtful and the old go before the sure and the new", () => {
    const full = many(LIMITS.memoryEntries - 1, () => ({ confidence: 0.5 }));
    const sureAndOld = said("Sure and old.", { confidence: 1, at: NOW - DAY - LIMITS.memoryHalfLifeMs / 2 });
    const old = said("Old.", { confidence: 0.5, at: NOW - 2 * DAY });
    const doubtful = said("Doubtful.", { confidence: 0.1, at: NOW });
    const kept = texts(having(...full, sureAndOld, old, doubtful).entries);
    expect(kept).toContain("Sure and old.");
    expect(kept).not.toContain("Old.");
    expect(kept).not.toContain("Doubtful.");
  });

  it("long texts leave room for fewer", () => {
    const long = many(LIMITS.memoryEntries, (index) => ({
      text: `${index} ${"ü".repeat(LIMITS.memoryTextChars)}`,
    }));
    const { entries } = having(...long);
    expect(entries.length).toBeLessThan(LIMITS.memoryEntries);
    expect(Buffer.byteLength(texts(entries).join(""))).toBeLessThanOrEqual(LIMITS.memoryBytes);
  });
});

describe("what was forgotten", () => {
  const jazz = said("Likes jazz.", { at: NOW - HOUR });

  it("is gone, and does not come back from a session that heard it before", () => {
    const memory = forget(having(jazz, said("Has a dog.")), ["e1"], NOW);
    expect(texts(memory.entries)).toEqual(["Has a dog."]);
    const later = said("LIKES JAZZ", { at: NOW - HOUR / 2 });
    expect(texts(remember(memory, [later], NOW + HOUR).entries)).toEqual(["Has a dog."]);
  });

  it("comes back when it is said again", () => {
    const memory = forget(having(jazz), ["e1"], NOW);
    expect(texts(remember(memory, [{ ...jazz, at: NOW + 1 }], NOW + HOUR).entries)).toEqual(["Likes jazz."]);
  });

  it("is not known from how it is marked", () => {
    expect(JSON.stringify(forget(having(jazz), ["e1"], NOW))).not.toMatch(/jazz/i);
  });

  it("is marked for so many things only", () => {
    let memory = NO_MEMORY;
    for (let index = 0; index < LIMITS.memoryForgotten + 10; index++) {
      memory = remember(memory, [said(`Thing ${index}.`)]);
      memory = forget(memory, [only(memory).id], NOW + index);
    }
    expect(memory.forgotten).toHaveLength(LIMITS.memoryForgotten);
    expect(memory.forgotten[0]?.at).toBe(NOW + LIMITS.memoryForgotten + 9);
  });

  it("leaves no mark where nothing was", () => {
    expect(forget(having(jazz), ["nobody"], NOW).forgotten).toEqual([]);
  });
});

describe("what is no longer so", () => {
  const name = said("Is called Ada.", { key: "fact:name", at: NOW - HOUR });

  it("is gone, and what was said of it before does not come back", () => {
    const taken = [{ kind: "fact", key: "fact:name", at: NOW - HOUR / 2 }] as const;
    expect(takeBack(having(name), taken, NOW).entries).toEqual([]);
    expect(remember(takeBack(NO_MEMORY, taken, NOW), [name]).entries).toEqual([]);
  });

  it("is so again when it was said later", () => {
    const taken = [{ kind: "fact", key: "fact:name", at: NOW - 2 * HOUR }] as const;
    expect(takeBack(having(name), taken, NOW).entries).toHaveLength(1);
    expect(remember(takeBack(NO_MEMORY, taken, NOW), [name]).entries).toHaveLength(1);
  });
});

describe("an operator's correction", () => {
  const jazz = said("Likes jazz.", { at: NOW - 4 * DAY, expiresAt: NOW + 6 * DAY, source: by("model") });
  const corrected = (memory: Memory, id: string, text: string) => {
    const result = correct(memory, id, text, NOW);
    if (!result.ok) throw new Error(result.error);
    return result.value;
  };

  it("says what it says, for certain and for as long again, under the old name", () => {
    const { memory, entry } = corrected(having(jazz), "e1", "Likes\nblues.");
    expect(entry).toEqual({
      ...jazz,
      id: "e1",
      since: jazz.at,
      text: "Likes blues.",
      confidence: 1,
      source: { by: "operator", agent: "bank", session: null },
      at: NOW,
      expiresAt: NOW + 10 * DAY,
    });
    expect(memory.entries).toEqual([entry]);
  });

  it("is not undone by a session that heard the wrong words before", () => {
    const { memory } = corrected(having(jazz), "e1", "Likes blues.");
    expect(texts(remember(memory, [{ ...jazz, at: NOW - HOUR }], NOW + HOUR).entries)).toEqual([
      "Likes blues.",
    ]);
  });

  it("takes the place of another entry that said the same", () => {
    const { memory } = corrected(having(jazz, said("Likes blues.")), "e1", "likes blues");
    expect(memory.entries.map(({ id }) => id)).toEqual(["e1"]);
  });

  it("is refused where there is nothing to correct, or nothing is said", () => {
    expect(correct(having(jazz), "e2", "Likes blues.", NOW)).toEqual({ ok: false, error: "not_found" });
    expect(correct(having(jazz), "e1", " \u200b\n", NOW)).toEqual({ ok: false, error: "empty" });
    expect(correct(having(jazz), "e1", "Likes blues.", NOW + 7 * DAY)).toMatchObject({ error: "not_found" });
  });
});

describe("whatever is said", () => {
  const few = fc.constantFrom("Likes jazz.", "likes JAZZ", "Has a dog.", "Is called Ada.", "😀");
  // Few of each, so that they meet.
  const anything = fc.record({
    kind: fc.constantFrom("fact", "preference"),
    key: fc.option(fc.constantFrom("name", "music"), { freq: 2 }),
    text: few,
    confidence: fc.constantFrom(0.3, 1),
    source: fc.record({
      by: fc.constantFrom("rule", "caller"),
      agent: fc.constant("bank"),
      session: fc.constantFrom("s1", "s2"),
    }),
    at: fc.integer({ min: NOW - 1, max: NOW + 1 }),
    expiresAt: fc.option(fc.integer({ min: NOW, max: NOW + 2 })),
  });
  const batches = fc.array(fc.array(anything, { maxLength: 5 }), { maxLength: 6 });

  it("any order of the same batches leaves the same memory", () => {
    const shuffled = batches.chain((list) =>
      fc.tuple(
        fc.constant(list),
        fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([one, other]) => {
        const [a, b] = [one, other].map((list) =>
          list.reduce((memory, batch) => remember(memory, batch), NO_MEMORY),
        );
        expect(nameless(b?.entries ?? [])).toEqual(nameless(a?.entries ?? []));
      }),
      { numRuns: 500 },
    );
  });

  it("a batch that comes twice changes nothing", () => {
    fc.assert(
      fc.property(batches, (list) => {
        const once = list.reduce((memory, batch) => remember(memory, batch), NO_MEMORY);
        for (const batch of list) expect(remember(once, batch)).toEqual(once);
      }),
    );
  });

  it("no more is kept than there is room for, and nothing that has run out", () => {
    const noise = fc.record({
      kind: fc.constantFrom(...MEMORY_KINDS),
      key: fc.option(fc.string({ maxLength: 200 })),
      text: fc.string({ unit: "binary", maxLength: 600 }),
      confidence: fc.double(),
      at: fc.integer({ min: 0, max: NOW * 2 }),
      expiresAt: fc.option(fc.integer({ min: NOW - 1, max: NOW + 1 })),
    });
    fc.assert(
      fc.property(fc.array(fc.array(noise, { size: "max", maxLength: 150 }), { maxLength: 4 }), (list) => {
        const { entries } = list.reduce(
          (memory, batch) =>
            remember(
              memory,
              batch.map((one) => said("", one)),
            ),
          NO_MEMORY,
        );
        expect(entries.length).toBeLessThanOrEqual(LIMITS.memoryEntries);
        expect(entries.filter(({ kind }) => kind === "summary").length).toBeLessThanOrEqual(
          LIMITS.memorySummaries,
        );
        expect(Buffer.byteLength(texts(entries).join(""))).toBeLessThanOrEqual(LIMITS.memoryBytes);
        for (const { text, key, expiresAt, confidence, at, since } of entries) {
          expect(text.length).toBeLessThanOrEqual(LIMITS.memoryTextChars);
          expect(key?.length ?? 0).toBeLessThanOrEqual(LIMITS.memoryKeyChars);
          expect(expiresAt ?? NOW + 1).toBeGreaterThan(NOW);
          expect(confidence >= 0 && confidence <= 1 && since <= at && at <= NOW).toBe(true);
        }
      }),
      { numRuns: 20 },
    );
  });

  it("who stays when there is no room does not depend on who came first", () => {
    const crowd = fc.uniqueArray(
      fc.record({
        key: fc.nat(100_000),
        confidence: fc.double({ min: 0, max: 1, noNaN: true }),
        age: fc.nat(400),
      }),
      {
        selector: ({ key }) => key,
        minLength: LIMITS.memoryEntries + 5,
        maxLength: LIMITS.memoryEntries + 20,
      },
    );
    fc.assert(
      fc.property(crowd, (people) => {
        const entries = people.map(({ key, confidence, age }) =>
          said(`Thing ${key}.`, { key: `${key}`, confidence, at: NOW - age * DAY }),
        );
        const oneByOne = (list: readonly NewMemory[]) =>
          list.reduce((memory, entry) => remember(memory, [entry]), NO_MEMORY);
        expect(nameless(oneByOne(entries.toReversed()).entries)).toEqual(nameless(oneByOne(entries).entries));
      }),
      { numRuns: 3 },
    );
  });
});
