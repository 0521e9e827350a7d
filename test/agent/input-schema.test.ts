import { describe, expect, it } from "vitest";
import * as z from "zod";
import { inputSchema } from "../../src/agent/input-schema.ts";

describe("a tool's input as the model is shown it", () => {
  it("is an object schema without a validator's noise", () => {
    const input = z.object({
      account: z.enum(["checking", "savings"]).describe("Which account"),
      count: z.int().min(1).max(20).default(5),
      any: z.int().optional(),
    });
    expect(inputSchema(input)).toEqual({
      ok: true,
      value: {
        type: "object",
        properties: {
          account: { type: "string", enum: ["checking", "savings"], description: "Which account" },
          count: { type: "integer", minimum: 1, maximum: 20, default: 5 },
          any: { type: "integer" },
        },
        required: ["account"],
      },
    });
  });

  it("shows what goes in, not what a transform makes of it", () => {
    const schema = inputSchema(z.object({ amount: z.string().transform(Number) }));
    expect(schema).toMatchObject({ value: { properties: { amount: { type: "string" } } } });
  });

  it("of no arguments is an object of no members", () => {
    expect(inputSchema(z.object({}))).toEqual({ ok: true, value: { type: "object", properties: {} } });
  });

  it.each([
    ["a Date", z.object({ when: z.date() })],
    ["a BigInt", z.object({ amount: z.bigint() })],
    ["a Map", z.object({ map: z.map(z.string(), z.string()) })],
  ])("says in one line that %s cannot be written", (_, input) => {
    const schema = inputSchema(input);
    expect(schema).toEqual({
      ok: false,
      error: expect.stringMatching(/^[^\n]*cannot be represented[^\n]*$/),
    });
  });

  it("refuses a schema that contains itself", () => {
    const folder = z.object({
      name: z.string(),
      get inside() {
        return folder.optional();
      },
    });
    expect(inputSchema(folder)).toMatchObject({ ok: false, error: expect.stringContaining("Cycle") });
  });
});
