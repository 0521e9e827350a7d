import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { HELP } from "../../../emulator/cli.ts";
import { faultSchema } from "../../../emulator/scenarios/fault-schema.ts";
import { parseScenario } from "../../../emulator/scenarios/scenario.ts";
import { serviceFaultRequest, serviceFaultSchema } from "../../../emulator/services/service-faults.ts";

const page = readFileSync(new URL("../../../docs/emulator.md", import.meta.url), "utf8");

describe("the emulator's page", () => {
  it("shows a scenario that is right", () => {
    const [, json = ""] = /```json\n(.*?)```/s.exec(page) ?? [];
    const parsed = parseScenario(json);
    expect(parsed.ok ? "" : parsed.error).toBe("");
  });

  it("shows faults that exist, and every one that exists", () => {
    const rows = [...page.matchAll(/^\| `(\{"type":.*?\})` \|/gm)].map(([, json = ""]) => json);
    const values: Record<string, unknown> = { S: 429, E: "throttlingException", N: 5, K: "bad_crc" };
    const shown = rows.map((row) => {
      const filled = row.replace(/:([SEKN])\}/, (_, name: string) => `:${JSON.stringify(values[name])}}`);
      return faultSchema.parse(JSON.parse(filled)).type;
    });
    expect(shown).toEqual(expect.arrayContaining(["refuse", "exception", "error", "garbage"]));
    expect(new Set(shown)).toEqual(
      new Set([
        ...["refuse", "exception", "error", "internal531", "cut", "stall", "slow_first_byte"],
        ...["join_frames", "split_frames", "padding", "unknown_event", "duplicate_tool_use", "garbage"],
      ]),
    );
  });

  it("shows every fault of a service, and orders for them that are taken", () => {
    const table = page.slice(page.indexOf("| fault of a service |"), page.indexOf("## What it does not do"));
    const shown = [...table.matchAll(/^\| `(\w+)`/gm)].map(([, type]) => type);
    expect(shown).toEqual(serviceFaultSchema.options.map(({ shape }) => shape.type.value));
    const orders = [...page.matchAll(/-d '(\{"service":.*?\})'$/gm)].map(([, json = ""]) => JSON.parse(json));
    expect(orders).toHaveLength(2);
    for (const order of orders) serviceFaultRequest.parse(order);
  });

  it("names every flag that the program has, and no other", () => {
    const flags = (text: string): Set<string> =>
      new Set([...text.matchAll(/(?<=[\s`])--[a-z][a-z0-9-]+/g)].map(([flag]) => flag));
    const known = flags(HELP);
    known.delete("--help");
    const table = page.slice(page.indexOf("| flag |"), page.indexOf("Credentials:"));
    expect(flags(table)).toEqual(known);
  });
});
