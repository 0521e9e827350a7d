import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseConfig, SETTINGS } from "../../src/base/config.ts";

const lines = readFileSync(new URL("../../.dev.vars.example", import.meta.url), "utf8").split("\n");
const given = lines.flatMap((line) =>
  /^[A-Z_]+=/.test(line) ? [line.split("=", 2) as [string, string]] : [],
);

describe("the example of settings", () => {
  it("names every setting once, and no other", () => {
    expect(given.map(([name]) => name).sort()).toEqual([...SETTINGS].sort());
  });

  it("explains every setting in the line before it, or the pair before", () => {
    for (const [index, line] of lines.entries())
      if (/^[A-Z_]+=/.test(line))
        expect(
          lines.slice(index - 2, index).some((before) => before.startsWith("# ")),
          line,
        ).toBe(true);
  });

  it("is a development gateway that lacks its secrets and nothing else, when copied as it is", () => {
    const parsed = parseConfig(Object.fromEntries(given));
    expect(parsed.ok ? [] : parsed.error.map(({ setting, problem }) => `${setting} ${problem}`)).toEqual([
      "AWS_ACCESS_KEY_ID is missing",
      "AWS_SECRET_ACCESS_KEY is missing",
      "TICKET_SECRET is missing",
    ]);
  });
});
