import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { LIMITS } from "../../src/base/limits.ts";
import type { ToolWord } from "../../src/conversation/events.ts";
import { apart, readWord } from "../../src/tools/tool-word.ts";

let troubles: string[];
beforeEach(() => {
  troubles = [];
});
const read = (raw: unknown): ToolWord | undefined => readWord(raw, (cause) => troubles.push(cause));

describe("what a tool tells the session", () => {
  it("is facts that are texts, numbers and booleans, facts taken back, and where to go on", () => {
    const word = { facts: { verified: true, customer: "c-1", limit: 0, token: null }, next: "banking" };
    expect(read(word)).toEqual(word);
    expect(troubles).toEqual([]);
  });

  it.each([
    ["nothing", undefined],
    ["null", null],
    ["no members", {}],
    ["no facts", { facts: {} }],
    ["members that are nothing", { facts: null, next: null }],
    ["a fact that is undefined", { facts: { customer: undefined } }],
    ["members that nobody knows yet", { mood: "good" }],
  ])("is nothing, and no trouble, when it is %s", (_, raw) => {
    expect(read(raw)).toBeUndefined();
    expect(troubles).toEqual([]);
  });

  it.each<[string, unknown]>([
    ["a text", "verified"],
    ["a list", ["verified"]],
    ["a function", () => ({ facts: { a: 1 } })],
    ["a Map", new Map([["facts", { a: 1 }]])],
    ["a list of facts", { facts: [true] }],
    ["facts in a text", { facts: '{"verified":true}' }],
    ["a nested value", { facts: { customer: { id: "c-1" } } }],
    ["a list as value", { facts: { customer: ["c-1"] } }],
    ["a number that is none", { facts: { limit: Number.NaN } }],
    ["a number without end", { facts: { limit: Number.POSITIVE_INFINITY } }],
    ["a BigInt", { facts: { limit: 1n } }],
    ["a promise", { facts: { customer: Promise.resolve("c-1") } }],
    ["a text that is too long", { facts: { token: "x".repeat(LIMITS.factChars + 1) } }],
    ["a name that every object has", { facts: { constructor: "x" } }],
    ["the name of the prototype", JSON.parse('{"facts":{"__proto__":true}}')],
    ["a name that is empty", { facts: { "": true } }],
    ["a next that is no text", { next: { segment: "banking" } }],
    ["a next without an end", { next: "x".repeat(1_000_000) }],
    ["an empty next", { next: "" }],
    [
      "a getter that throws",
      Object.defineProperty({}, "facts", {
        enumerable: true,
        get: () => {
          throw new Error("password 1234");
        },
      }),
    ],
  ])("is left out, with a reason for the log, when it is %s", (_, raw) => {
    expect(read(raw)).toBeUndefined();
    expect(troubles).toHaveLength(1);
    expect(troubles[0]?.length).toBeLessThan(300);
    expect(troubles[0]).not.toContain("password");
  });

  it("is kept where only a part of it will not do", () => {
    expect(read({ facts: { verified: true, customer: {} }, next: 5 })).toEqual({ facts: { verified: true } });
    expect(troubles).toEqual([expect.stringMatching(/"customer": .*; next: /)]);
  });

  it("is no more than a session holds, and a thousand facts are one line in the log", () => {
    const facts = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`f${index}`, index]));
    expect(Object.keys(read({ facts })?.facts ?? {})).toHaveLength(LIMITS.factsKept);
    expect(read({ facts: Object.fromEntries(Object.keys(facts).map((name) => [name, {}])) })).toBeUndefined();
    expect(troubles).toEqual([
      expect.stringContaining(`${1_000 - LIMITS.factsKept} facts`),
      expect.stringMatching(/and \d+ more$/),
    ]);
  });

  it("is no more than a few tokens, however many it may name", () => {
    const facts = Object.fromEntries(
      Array.from({ length: LIMITS.factsKept }, (_, index) => [`f${index}`, "x".repeat(LIMITS.factChars)]),
    );
    const word = read({ facts });
    expect(JSON.stringify(word).length).toBeLessThan(LIMITS.toolWordChars + 100);
    expect(troubles).toHaveLength(1);
  });

  it("never has anything in it but what a session can hold, whatever it was", () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withMap: true, withBigInt: true }), (raw) => {
        const { facts = {}, next = "" } = readWord({ facts: raw, next: raw }, () => {}) ?? {};
        for (const [name, value] of Object.entries(facts)) {
          expect(name in Object.prototype).toBe(false);
          expect(value === null || ["string", "number", "boolean"].includes(typeof value)).toBe(true);
        }
        expect(typeof next).toBe("string");
      }),
    );
  });
});

describe("an answer with a word in it", () => {
  it("is taken apart, and any other is left as it is", () => {
    expect(apart({ status: "ok", value: 1, word: { next: "a" } })).toEqual({
      rest: { status: "ok", value: 1 },
      word: { next: "a" },
    });
    for (const other of [null, 5, "word", ["word"], new Map(), () => 1]) {
      expect(apart(other)).toEqual({ rest: other, word: undefined });
    }
  });
});
