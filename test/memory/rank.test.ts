import { describe, expect, it } from "vitest";
import { MEMORY_KINDS } from "../../src/agent/memory-policy.ts";
import { LIMITS } from "../../src/base/limits.ts";
import type { RecallQuery } from "../../src/memory/caller-store.ts";
import { fullTextQuery } from "../../src/memory/full-text-query.ts";
import type { MemoryEntry, NewMemory } from "../../src/memory/memory-entry.ts";
import { chosen } from "../../src/memory/rank.ts";
import { by, DAY, NOW, said, texts } from "./said.ts";

const entry = (text: string, more: Partial<NewMemory> = {}): MemoryEntry => {
  const one = said(text, more);
  return { ...one, id: text, since: one.at };
};

const QUERY: RecallQuery = { kinds: MEMORY_KINDS, about: null, limit: 9, bytes: 9_999, except: null };

const told = (
  entries: readonly MemoryEntry[],
  matches: Readonly<Record<string, number>> | null,
  query: Partial<RecallQuery> = {},
): readonly string[] =>
  texts(
    chosen(entries, matches === null ? null : new Map(Object.entries(matches)), { ...QUERY, ...query }, NOW),
  );

describe("what is told of a memory", () => {
  const old = entry("old", { at: NOW - 90 * DAY });
  const fresh = entry("fresh", { at: NOW - DAY });
  const middle = entry("middle", { at: NOW - 30 * DAY });

  it("is the newest where no words are asked for", () => {
    expect(told([old, fresh, middle], null)).toEqual(["fresh", "middle", "old"]);
  });

  it("is what holds the words, the better the earlier", () => {
    expect(told([old, fresh, middle], { old: 4, middle: 1 })).toEqual(["old", "middle"]);
  });

  it("is the fresher of two that hold the words as well, and the surer of two as old", () => {
    expect(told([old, fresh], { old: 1, fresh: 1 })).toEqual(["fresh", "old"]);
    const unsure = entry("unsure", { at: fresh.at, confidence: 0.1 });
    expect(told([unsure, fresh], { unsure: 1, fresh: 1 })).toEqual(["fresh", "unsure"]);
    // Words that all entries hold say nothing.
    expect(told([old, fresh], { old: 0, fresh: 0 })).toEqual(["fresh", "old"]);
  });

  it("is followed by the newest of the rest where that is wanted", () => {
    const query = { about: "x", thenNewest: true, limit: 2 };
    expect(told([old, fresh, middle], { old: 1 }, query)).toEqual(["old", "fresh"]);
    expect(told([old, fresh, middle], {}, query)).toEqual(["fresh", "middle"]);
    expect(told([old, fresh, middle], {})).toEqual([]);
  });

  it("fits, in whole entries: one that is too long leaves its room to the next", () => {
    const long = entry("ü".repeat(6), { at: NOW });
    expect(told([long, fresh, middle], null, { bytes: 11 })).toEqual(["fresh", "middle"]);
    expect(told([long, fresh, middle], null, { bytes: 12 })).toEqual([long.text]);
    expect(told([fresh], null, { bytes: 0 })).toEqual([]);
    expect(told([fresh], null, { limit: 0 })).toEqual([]);
  });

  it("is of the kinds asked for, alive, and not of the session that asks", () => {
    const matter = entry("matter", { kind: "matter", source: by("rule", "s2") });
    const gone = entry("gone", { expiresAt: NOW });
    const corrected = entry("corrected", { source: { by: "operator", agent: "bank", session: null } });
    const entries = [matter, gone, corrected, fresh];
    expect(told(entries, null)).toEqual(expect.not.arrayContaining(["gone"]));
    expect(told(entries, { gone: 1 })).toEqual([]);
    expect(told(entries, null, { kinds: ["matter"] })).toEqual(["matter"]);
    expect(told(entries, null, { except: "s1" }).toSorted()).toEqual(["corrected", "matter"]);
  });
});

describe("a question to the full-text search", () => {
  it.each([
    ["What about my mortgage?", '"what"* OR "about"* OR "my" OR "mortgage"*'],
    ['jazz" OR 1=1 NEAR(x) *', '"jazz"* OR "or" OR "1" OR "near"* OR "x"'],
    ["JAZZ jazz Jazz", '"jazz"*'],
    ["naïve 東京", '"naïve"* OR "東京"'],
  ])("%j asks for words", (about, query) => {
    expect(fullTextQuery(about)).toBe(query);
  });

  it.each(["", "😀", '"*()', "\0"])("%j asks for nothing", (about) => {
    expect(fullTextQuery(about)).toBeNull();
  });

  it("has no more words than anybody says at once", () => {
    const words = Array.from({ length: 500 }, (_, index) => `w${index}`).join(" ");
    expect(fullTextQuery(words)?.split(" OR ")).toHaveLength(LIMITS.memoryQueryWords);
  });
});
