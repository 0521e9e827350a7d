import { describe, expect, it } from "vitest";
import * as z from "zod";
import { inputSchema } from "../../src/agent/input-schema.ts";
import type { Json, JsonObject } from "../../src/base/json.ts";
import { LIMITS } from "../../src/base/limits.ts";
import { argumentCheck } from "../../src/tools/argument-check.ts";

const schemaOf = (input: z.ZodObject): JsonObject => {
  const schema = inputSchema(input);
  if (!schema.ok) throw new Error(schema.error);
  return schema.value;
};

const transfer = argumentCheck(
  schemaOf(
    z.object({
      from: z.enum(["checking", "savings"]),
      amount: z.number().positive(),
      times: z.int().optional(),
      memo: z.string().optional(),
      urgent: z.boolean().optional(),
      tags: z.array(z.string()).optional(),
      to: z.object({ name: z.string(), bank: z.string().nullable().optional() }).optional(),
    }),
  ),
);
const plain = { from: "checking", amount: 5 };

describe("arguments that fit", () => {
  it.each<[string, Json]>([
    ["the least", plain],
    [
      "everything",
      { ...plain, times: 2, memo: "rent", urgent: true, tags: ["a"], to: { name: "Ann", bank: null } },
    ],
    ["a member nobody asked for", { ...plain, mood: "good" }],
  ])("are passed on as they are: %s", (_, args) => {
    expect(transfer(args)).toEqual({ ok: true, value: args });
  });
});

describe("a slip with one sensible reading", () => {
  it.each<[string, Json, Json]>([
    ["arguments encoded twice", JSON.stringify(plain), plain],
    ["arguments encoded three times", JSON.stringify(JSON.stringify(plain)), plain],
    ["a number in quotes", { ...plain, amount: "5" }, plain],
    ["a number in quotes and blanks", { ...plain, amount: " 5.50 " }, { ...plain, amount: 5.5 }],
    ["an integer in quotes", { ...plain, times: "3" }, { ...plain, times: 3 }],
    ["a boolean in quotes", { ...plain, urgent: "True" }, { ...plain, urgent: true }],
    ["a number for a text", { ...plain, memo: 42 }, { ...plain, memo: "42" }],
    ["a choice in capitals", { ...plain, from: "Checking " }, plain],
    ["a list in quotes", { ...plain, tags: '["a","b"]' }, { ...plain, tags: ["a", "b"] }],
    ["numbers in a list of texts", { ...plain, tags: [1, "b"] }, { ...plain, tags: ["1", "b"] }],
    ["an object in quotes", { ...plain, to: '{"name":"Ann"}' }, { ...plain, to: { name: "Ann" } }],
    ["a slip inside an object", { ...plain, to: { name: 7 } }, { ...plain, to: { name: "7" } }],
    ["null for what may be left out", { ...plain, memo: null, times: null }, plain],
    [
      "null where null has a meaning",
      { ...plain, memo: null, to: { name: "A", bank: null } },
      { ...plain, to: { name: "A", bank: null } },
    ],
  ])("is mended: %s", (_, args, mended) => {
    expect(transfer(args)).toEqual({ ok: true, value: mended });
  });

  it.each<[string, Json]>([
    ["nothing", ""],
    ["blanks", "  "],
    ["null", null],
    ["an empty object in quotes", "{}"],
  ])("is mended for a tool without arguments: %s", (_, args) => {
    expect(argumentCheck(schemaOf(z.object({})))(args)).toEqual({ ok: true, value: {} });
  });
});

describe("arguments that do not fit", () => {
  it.each<[string, Json, string]>([
    ["none at all", null, "arguments.from"],
    ["a list", [plain], "expected an object"],
    ["a number", 7, "expected an object"],
    ["text that is no JSON", "transfer five dollars", "expected an object"],
    ["JSON cut short", '{"from":"checking",', "expected an object"],
    [
      "encoded for ever",
      JSON.stringify(JSON.stringify(JSON.stringify(JSON.stringify(plain)))),
      "expected an object",
    ],
    ["nested for ever", `${"[".repeat(50_000)}`, "expected an object"],
    ["a member missing", { from: "checking" }, "arguments.amount: missing"],
    ["a choice that does not exist", { ...plain, from: "gold" }, '"checking" or "savings"'],
    ["a number in words", { ...plain, amount: "five" }, "arguments.amount: expected a number"],
    ["a number in hexadecimal", { ...plain, amount: "0x10" }, "arguments.amount"],
    ["a number with an exponent", { ...plain, amount: "1e9" }, "arguments.amount"],
    ["a name that looks like a number", { ...plain, amount: "007" }, "arguments.amount"],
    ["more digits than a double holds", { ...plain, amount: "12345678901234567890" }, "arguments.amount"],
    ["half an integer", { ...plain, times: "2.5" }, "arguments.times"],
    ["too small", { ...plain, amount: 0 }, "arguments.amount"],
    ["yes for true", { ...plain, urgent: "yes" }, "arguments.urgent"],
    ["one for true", { ...plain, urgent: 1 }, "arguments.urgent"],
    ["null for what is needed", { ...plain, amount: null }, "arguments.amount"],
    ["a number for a choice", { ...plain, from: 1 }, "arguments.from"],
    ["a text for a list", { ...plain, tags: "a" }, "arguments.tags"],
    ["an object for a list", { ...plain, tags: { 0: "a" } }, "arguments.tags"],
    ["a list for an object", { ...plain, to: ["Ann"] }, "arguments.to"],
    ["an unsafe number for a text", { ...plain, memo: 1e300 }, "arguments.memo"],
    ["a prototype in disguise", JSON.parse('{"__proto__":{"from":"checking","amount":5}}'), "arguments.from"],
    ["too long", { ...plain, memo: "x".repeat(LIMITS.toolArgumentBytes) }, "too long"],
  ])("are refused with words for the model: %s", (_, args, words) => {
    const checked = transfer(args);
    expect(checked).toEqual({ ok: false, error: expect.stringContaining(words) });
  });

  it("are not repeated in those words", () => {
    const checked = transfer({ ...plain, amount: "4111 1111 1111 1111" });
    expect(JSON.stringify(checked)).not.toContain("4111");
  });
});

describe("a schema that cannot be checked here", () => {
  it.each<[string, JsonObject]>([
    ["a condition", { type: "object", if: {}, else: {} }],
    ["a type nobody knows", { type: "object", properties: { a: { type: "banana" } } }],
    [
      "a reference to elsewhere",
      { type: "object", properties: { a: { $ref: "https://example.com/schema" } } },
    ],
    ["a reference to nowhere", { type: "object", properties: { a: { $ref: "#/$defs/none" } } }],
    ["members that are no schema", { type: "object", properties: { a: 5 } }],
  ])("lets an object through for the tool to judge: %s", (_, schema) => {
    const check = argumentCheck(schema);
    expect(check({ a: 1 })).toEqual({ ok: true, value: { a: 1 } });
    expect(check([])).toMatchObject({ ok: false });
  });

  it("never runs a tool's regular expression, which could take for ever", () => {
    const check = argumentCheck({
      type: "object",
      properties: { a: { type: "string", pattern: "^(a+)+$" } },
    });
    const args = { a: `${"a".repeat(20)}!` };
    expect(check(args)).toEqual({ ok: true, value: args });
  });

  it("still knows a member called pattern", () => {
    const check = argumentCheck({
      type: "object",
      properties: { pattern: { type: "string" } },
      required: ["pattern"],
    });
    expect(check({ pattern: "x" }).ok).toBe(true);
    expect(check({}).ok).toBe(false);
  });
});
