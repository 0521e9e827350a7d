import { describe, expect, it } from "vitest";
import type { FactDefinition } from "../../src/agent/facts.ts";
import type { MemoryPolicy } from "../../src/agent/memory-policy.ts";
import { LIMITS } from "../../src/base/limits.ts";
import type { TranscriptEntry } from "../../src/conversation/events.ts";
import { keepByRule, type Left, turnsSince } from "../../src/memory/keep-rules.ts";

const NOW = Date.UTC(2026, 10, 23);
const DAY = 86_400_000;
const MEMORY: MemoryPolicy = {
  store: { type: "caller" },
  recall: { kinds: ["fact"], bytes: 2048, about: null },
  keep: { summaries: true, reader: null },
  requires: {},
  tools: true,
  days: 30,
};
const fact = (differs: Partial<FactDefinition> = {}): FactDefinition => ({
  ...{ description: null, secret: false, setBy: ["sign_in"] },
  ...differs,
});
const AGENT = {
  name: "bank",
  memory: MEMORY,
  facts: {
    name: fact({ description: "the caller's first name", remember: "fact" }),
    topic: fact({ remember: "matter" }),
    verified: fact(),
    pin: fact({ secret: true, remember: "fact" }),
  },
};
const NOTHING: Left = { type: "memory.keep", facts: [], takenBack: [], entries: [], last: true };
const caller = (turn: number, text: string): TranscriptEntry => ({
  ...{ type: "caller", index: 2 * turn, turn, at: NOW + turn, segment: "main", text, typed: false },
});
const agent = (turn: number, text: string): TranscriptEntry => ({
  ...{ type: "agent", index: 2 * turn + 1, turn, at: NOW + turn, segment: "main", text, interrupted: false },
});
const kept = (left: Partial<Left>, memory = MEMORY) =>
  keepByRule({ ...NOTHING, ...left }, { ...AGENT, memory }, "s1").entries;

describe("what a session leaves by rule", () => {
  it("is each fact that is to be remembered, by its meaning, for as long as the agent keeps it", () => {
    const facts = [{ name: "name", value: "Ann", segment: "main", at: NOW }];
    expect(kept({ facts })).toEqual([
      {
        ...{ kind: "fact", key: "fact:name", text: "the caller's first name: Ann", confidence: 0.9 },
        ...{ source: { by: "rule", agent: "bank", session: "s1" }, at: NOW, expiresAt: NOW + 30 * DAY },
      },
    ]);
  });

  it("is no fact that nobody said to remember, and never a secret one", () => {
    const facts = ["verified", "pin", "constructor"].map((name) => ({
      name,
      value: 1,
      segment: "main",
      at: NOW,
    }));
    expect(kept({ facts })).toEqual([]);
  });

  it("takes back what a tool has taken back, so that a matter that is settled is not offered again", () => {
    const takenBack = ["topic", "verified", "pin"].map((name) => ({ name, at: NOW }));
    expect(keepByRule({ ...NOTHING, takenBack }, AGENT, "s1").takenBack).toEqual([
      { kind: "matter", key: "fact:topic", at: NOW },
    ]);
  });

  it("is said when the last word was, so that what is to be forgotten afterwards stays so", () => {
    expect(kept({ entries: [caller(1, "Hello"), caller(7, "Bye")] })[0]?.at).toBe(NOW + 7);
  });

  it("is one summary for the whole session, which a later one replaces", () => {
    const [summary] = kept({ entries: [caller(1, "What is my balance?"), agent(1, "Forty pounds.")] });
    expect(summary).toMatchObject({ kind: "summary", key: "session:s1" });
    expect(summary?.text).toContain("What is my balance?");
  });

  it("is no summary where the caller said nothing, or where none is wanted", () => {
    expect(kept({ entries: [agent(1, "Hello?")] })).toEqual([]);
    const none = { ...MEMORY, keep: { summaries: false, reader: null } };
    expect(kept({ entries: [caller(1, "Hello")] }, none)).toEqual([]);
  });

  it("keeps the end of a long talk within its length", () => {
    const entries = Array.from({ length: 60 }, (_, turn) =>
      caller(turn, `Question number ${turn}, ${"so ".repeat(20)}`),
    );
    const text = kept({ entries })[0]?.text ?? "";
    expect(text.length).toBeLessThanOrEqual(LIMITS.memoryTextChars);
    expect(text).toContain("number 59");
  });

  it("is nothing for an agent without a memory", () => {
    const { memory: _, ...without } = AGENT;
    const left = { ...NOTHING, entries: [caller(1, "Hello")] };
    expect(keepByRule(left, without, "s1")).toEqual({ entries: [], takenBack: [] });
  });
});

describe("turns for a store that reads talks", () => {
  it("are those since the last, each as it was heard", () => {
    const entries = [
      caller(1, "One"),
      agent(1, "First."),
      caller(2, "Two"),
      agent(2, "Second,"),
      agent(2, "and more."),
    ];
    expect(turnsSince({ ...NOTHING, entries }, 1)).toEqual([
      { turn: 2, at: NOW + 2, caller: "Two", agent: "Second, and more." },
    ]);
  });
});
