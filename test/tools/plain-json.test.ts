import { describe, expect, it } from "vitest";
import { plainJson } from "../../src/tools/plain-json.ts";

const ROOM = 1_000;

class Account {
  readonly id = "1";
}

const shared = { a: 1 };
const cycle: Record<string, unknown> = {};
cycle.self = { cycle };

/** 2^60 numbers, in sixty small objects. */
let bomb: unknown = 1;
for (let i = 0; i < 60; i++) bomb = [bomb, bomb];

let deep: unknown = 1;
for (let i = 0; i < 100_000; i++) deep = { deep };

describe("a tool's answer that is JSON", () => {
  it.each<[string, unknown, unknown]>([
    ["an object", { balance: 12.5, open: true, note: null }, { balance: 12.5, open: true, note: null }],
    ["a text", "closed", "closed"],
    ["false", false, false],
    ["zero", 0, 0],
    ["nothing", undefined, null],
    ["null", null, null],
    ["a list in a list", [[1, "a"], []], [[1, "a"], []]],
    ["a Date, as its ISO text", { at: new Date(0) }, { at: "1970-01-01T00:00:00.000Z" }],
    ["undefined members, left out", { a: undefined, b: 1 }, { b: 1 }],
    ["an object without prototype", Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
    ["the same object twice", [shared, shared], [{ a: 1 }, { a: 1 }]],
    ["a member called toString", { toString: 1 }, { toString: 1 }],
    ["half a surrogate pair", "\ud83d", "\ud83d"],
  ])("is taken: %s", (_, value, expected) => {
    expect(plainJson(value, ROOM)).toEqual({ ok: true, value: expected });
  });

  it("keeps a member called __proto__ a member", () => {
    const copy = plainJson(JSON.parse('{"__proto__": {"admin": true}}'), ROOM);
    expect(copy.ok && JSON.stringify(copy.value)).toBe('{"__proto__":{"admin":true}}');
    expect(copy.ok && (copy.value as { admin?: boolean }).admin).toBeUndefined();
  });

  it("is a copy", () => {
    const inner = { a: 1 };
    const copy = plainJson({ inner }, ROOM);
    inner.a = 2;
    expect(copy).toEqual({ ok: true, value: { inner: { a: 1 } } });
  });
});

describe("a tool's answer that JSON cannot say", () => {
  it.each<[string, unknown, string]>([
    ["a function", () => 1, "the result is a function"],
    ["a symbol", { a: Symbol("x") }, "the result.a is a symbol"],
    ["a BigInt", { amount: [1n] }, "the result.amount[0] is a bigint"],
    ["NaN", { amount: Number.NaN }, "the result.amount is NaN"],
    ["Infinity", [Number.POSITIVE_INFINITY], "the result[0] is Infinity"],
    ["an invalid Date", new Date("never"), "the result is an invalid Date"],
    ["a Map", new Map([["a", 1]]), "the result is a Map"],
    ["a Set", new Set([1]), "the result is a Set"],
    ["a RegExp", /x/, "the result is a RegExp"],
    ["an Error", new Error("secret"), "the result is a Error"],
    ["bytes", new Uint8Array(3), "the result is a Uint8Array"],
    ["a buffer", new ArrayBuffer(3), "the result is a ArrayBuffer"],
    ["a Promise", { later: Promise.resolve(1) }, "the result.later is a Promise"],
    ["an instance of a class", new Account(), "the result is a Object"],
    ["a Response", new Response("x"), "the result is a Response"],
    ["a cycle", cycle, "in a cycle"],
    ["a hundred thousand levels", deep, "nested deeper than"],
  ])("is refused, and the log is told where: %s", (_, value, cause) => {
    expect(plainJson(value, ROOM)).toEqual({
      ok: false,
      error: { reason: "bad_result", cause: expect.stringContaining(cause) },
    });
  });

  it.each<[string, unknown]>([
    [
      "a getter that throws",
      {
        get secret() {
          throw new Error("password");
        },
      },
    ],
    [
      "a proxy that throws",
      new Proxy(
        {},
        {
          getPrototypeOf() {
            throw new Error("password");
          },
        },
      ),
    ],
    [
      "a revoked proxy",
      (() => {
        const { proxy, revoke } = Proxy.revocable({}, {});
        revoke();
        return proxy;
      })(),
    ],
  ])("is refused without a word of its own: %s", (_, value) => {
    const refused = plainJson(value, ROOM);
    expect(refused).toMatchObject({ ok: false, error: { reason: "bad_result" } });
    expect(JSON.stringify(refused)).not.toContain("password");
  });
});

describe("a tool's answer that is too large", () => {
  it.each<[string, unknown]>([
    ["ten megabytes of text", "x".repeat(10_000_000)],
    ["a million numbers", Array.from({ length: 1_000_000 }, () => 1)],
    ["an empty list of four thousand million", new Array(4_000_000_000)],
    ["a few objects that unfold into 2^60", bomb],
    ["a long member name", { ["k".repeat(2_000)]: 1 }],
    ["few letters of many bytes", "€".repeat(400)],
    ["text that JSON must escape", "\u0000".repeat(300)],
  ])("is refused without being copied whole: %s", (_, value) => {
    expect(plainJson(value, ROOM)).toMatchObject({ ok: false, error: { reason: "too_large" } });
  });

  it("is measured in bytes of JSON, to the byte", () => {
    expect(plainJson("x".repeat(ROOM - 2), ROOM).ok).toBe(true);
    expect(plainJson("x".repeat(ROOM - 1), ROOM).ok).toBe(false);
  });
});
