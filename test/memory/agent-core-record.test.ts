/**
 * Records of AgentCore Memory as entries: plain words of one line, whatever they were.
 */
import { describe, expect, test } from "vitest";
import { LIMITS } from "../../src/base/limits.ts";
import { entryOf, kindOf, plainWords, RECORD } from "../../src/memory/agent-core-record.ts";

const recordOf = (text: string, memoryStrategyId = "") =>
  RECORD.parse({
    memoryRecordId: "mem-1",
    content: { text },
    memoryStrategyId,
    namespaces: [],
    createdAt: 1.5,
  });

describe("what a record says", () => {
  test.each([
    ["a fact", "The user's dog is called Rex.", "The user's dog is called Rex."],
    [
      "a preference",
      '{"context":"The user said so.","preference":"Prefers letters","categories":["post"]}',
      "Prefers letters",
    ],
    [
      "a summary",
      '<summary>\n<topic name="Mortgage">\n Asked for &lt;rates&gt; &amp; terms.\n</topic>\n<topic name="Card">Lost it.</topic></summary>',
      "Mortgage: Asked for <rates> & terms. Card: Lost it.",
    ],
    ["JSON of another form", '{"likes":"tea"}', '{"likes":"tea"}'],
    ["no JSON at all", '{"preference":', '{"preference":'],
    ["many lines and signs", "a\r\n\u0000b\u2028\tc\u0085d", "a b c d"],
    ["half a character", "a\ud83d", "a\ufffd"],
    ["angle brackets in plain words", "1 < 2 > 0", "1 < 2 > 0"],
  ])("is read from %s", (_, text, words) => {
    expect(plainWords(text)).toBe(words);
  });

  test("is no longer than one thing may be, and cheap to read", () => {
    for (const text of [
      "a".repeat(16_000),
      "<".repeat(16_000),
      `<topic ${"name=".repeat(3_000)}`,
      "{".repeat(16_000),
    ]) {
      const begun = performance.now();
      expect(plainWords(text).length).toBeLessThanOrEqual(LIMITS.memoryTextChars);
      expect(performance.now() - begun).toBeLessThan(500);
    }
  });

  test("is nothing where no words are left", () => {
    for (const text of ["", " \n ", "<topic></topic>", '{"preference":""}']) {
      expect(entryOf(recordOf(text), { template: "/a/", path: "/a/" }, 1)).toBe(null);
    }
  });
});

test.each([
  ["/preferences/{actorId}/", "x", "preference"],
  ["/users/{actorId}/facts", "preference-1", "fact"],
  ["/{actorId}/", "UserPreference-abc", "preference"],
  ["/{actorId}/{sessionId}/", "SummaryStrategy-abc", "summary"],
  ["/{actorId}/{sessionId}/", "SemanticStrategy-abc", "fact"],
  ["/{actorId}/", "own-abc", "fact"],
  ["/open-matters/{actorId}/", "own-abc", "matter"],
])("what lies in %s by strategy %s is a %s", (template, strategy, kind) => {
  expect(kindOf(recordOf("a", strategy), { template, path: "" })).toBe(kind);
});
