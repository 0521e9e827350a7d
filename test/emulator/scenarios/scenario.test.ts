import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { faultSchema } from "../../../emulator/scenarios/fault-schema.ts";
import { parseScenario } from "../../../emulator/scenarios/scenario.ts";
import { EXCEPTIONS, type Fault } from "../../../emulator/seams.ts";

const errorOf = (json: unknown): string => {
  const parsed = parseScenario(json);
  return parsed.ok ? "" : parsed.error;
};
const DIRECTORY = new URL("../../../emulator/scenarios/", import.meta.url);

describe("a scenario", () => {
  it.each(readdirSync(DIRECTORY).filter((name) => name.endsWith(".json")))(
    "%s, that is shipped, is right",
    (file) => {
      const parsed = parseScenario(readFileSync(new URL(file, DIRECTORY), "utf8"));
      expect(parsed.ok ? "" : parsed.error).toBe("");
      expect(parsed.ok && `${parsed.value.name}.json`).toBe(file);
      expect(parsed.ok && parsed.value.about).toBeTruthy();
    },
  );

  it("may be as small as its name", () => {
    expect(parseScenario({ name: "empty" })).toEqual({
      ok: true,
      value: { name: "empty", heard: [], turns: [] },
    });
  });

  it("may write a reply as its steps alone", () => {
    const parsed = parseScenario({ name: "x", otherwise: [{ say: "Hm." }] });
    expect(parsed.ok && parsed.value.otherwise).toEqual({ do: [{ say: "Hm." }] });
  });

  it.each([
    ["not JSON", "{", "The scenario is not JSON"],
    ["a list", [], "scenario: expected object, received array; found []"],
    ["without a name", {}, "name: expected string, received undefined; found nothing"],
    ["with a member that is misspelt", { name: "x", turn: [] }, "turn: is not a known member here"],
    [
      "with a step that is none",
      { name: "x", turns: [{ when: { words: ["a"] }, do: [{ speak: "Hi" }] }] },
      'turns[0].do[0]: a step is one of {"say": "words"}, {"use": "tool", "arguments": {…}}, {"pause": 500}, {"fault": {"type": "cut"}}; found {"speak":"Hi"}',
    ],
    [
      "with a number said",
      { name: "x", otherwise: [{ say: 5 }] },
      "otherwise[0].say: expected string, received number; found 5",
    ],
    [
      "with a step that says too much",
      { name: "x", turns: [{ do: [{ say: "Hi", tool: "x" }] }] },
      "turns[0].do[0].tool: is not a known member here",
    ],
    [
      "with a pattern that is none",
      { name: "x", turns: [{ when: { pattern: "(" }, do: [] }] },
      "turns[0].when.pattern: is not a regular expression",
    ],
    [
      "with a way to nowhere",
      { name: "x", turns: [{ label: "a", do: [], results: { do: [], next: "c" } }] },
      'turns[0].results.next: there is no turn labelled "c"; labels are a',
    ],
    [
      "with one label twice",
      {
        name: "x",
        turns: [
          { label: "a", do: [] },
          { label: "a", do: [] },
        ],
      },
      'turns: the label "a" is used twice',
    ],
    ["with an unknown fault", { name: "x", otherwise: [{ fault: { type: "fire" } }] }, "otherwise[0].fault"],
    [
      "with an unknown exception",
      { name: "x", otherwise: [{ fault: { type: "exception", exception: "fireException" } }] },
      "otherwise[0].fault.exception",
    ],
    ["with an endless pause", { name: "x", otherwise: [{ pause: 1e9 }] }, "otherwise[0].pause"],
  ])("%s is refused, with the place and what would be right", (_, json, message) => {
    expect(errorOf(json)).toContain(message);
  });

  it("names every mistake, not only the first", () => {
    expect(errorOf({ turns: [{ do: [{ say: 1 }] }, { do: [{ pause: "x" }] }] }).split("\n")).toHaveLength(3);
  });

  it.each([
    null,
    undefined,
    7,
    "null",
    '"text"',
    { name: "x", turns: { 0: {} } },
    { name: "x", heard: [null] },
  ])("refuses %j without stumbling", (json) => {
    expect(parseScenario(json).ok).toBe(false);
  });
});

describe("the schema of faults", () => {
  const faults: Fault[] = [
    { type: "refuse", status: 429, errorType: "ThrottlingException", message: "slow down" },
    ...EXCEPTIONS.map((exception): Fault => ({ type: "exception", exception })),
    { type: "error", code: "InternalFailure", message: "x" },
    { type: "internal531" },
    { type: "cut" },
    { type: "stall" },
    { type: "slow_first_byte", ms: 100 },
    { type: "join_frames" },
    { type: "split_frames" },
    { type: "padding" },
    { type: "unknown_event" },
    { type: "duplicate_tool_use" },
    { type: "garbage", kind: "bad_crc" },
  ];
  it.each(faults)("knows $type", (fault) => {
    expect(faultSchema.parse(fault)).toEqual(fault);
  });

  it.each([
    { type: "refuse", status: 418 },
    { type: "cut", ms: 1 },
    { type: "stall", ms: -1 },
    { type: "garbage" },
  ])("refuses %j", (fault) => {
    expect(faultSchema.safeParse(fault).success).toBe(false);
  });
});
