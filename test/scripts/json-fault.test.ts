import { describe, expect, it } from "vitest";
import { jsonFault } from "../../scripts/lib/json-fault.ts";

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe("a fault in JSON", () => {
  it.each([
    ["a comma too many", '{\n  "name": "clerk",\n}', 3, 1, "a member's name"],
    ["a comma too few", '{\n  "name": "clerk"\n  "prompt": "x"\n}', 3, 3, '","'],
    ["a name without quotes", "{\n  name: 1\n}", 2, 3, "a member's name"],
    ["no colon", '{ "name" "clerk" }', 1, 10, '":"'],
    ["a word that is none", '{\n  "tools": [ yes ]\n}', 2, 14, "a value"],
    ["a text that goes over a line", '{ "prompt": "You\nare" }', 1, 13, "ends in the line"],
    ["an end that is missing", '{ "tools": [1, 2', 1, 17, "closing bracket"],
    ["more behind the end", "{} {}", 1, 4, "nothing more"],
    ["the wrong bracket", '{ "tools": [1 }', 1, 15, "closing bracket"],
    ["nothing at all", "", 1, 1, "a value"],
    ["a mark before it", "\ufeff{}", 1, 1, "a value"],
  ])("is told by line and column: %s", (_, text, line, column, expected) => {
    expect(isJson(text)).toBe(false);
    expect(jsonFault(text)).toEqual({ line, column, expected: expect.stringContaining(expected) });
  });

  const WHOLE =
    '{\r\n\t"a": [1, -0.5e+3, 0, true, null, "\\u00e9\\n\\"x\\"", "ä😀\u007f"],\n "b": { "c": {}, "d": [] }, "": "" }';

  it("is found where the parser finds one, and nowhere else: whatever character is lost, doubled or swapped", () => {
    expect(jsonFault(WHOLE)).toBeNull();
    for (let i = 0; i < WHOLE.length; i++) {
      const [before, it, after] = [WHOLE.slice(0, i), WHOLE.charAt(i), WHOLE.slice(i + 1)];
      const changed = [
        before,
        before + after,
        before + it + it + after,
        ...["x", "}", '"', "0", "\\", "\n", ","].map((other) => before + other + after),
      ];
      for (const text of changed) expect([text, jsonFault(text) === null]).toEqual([text, isJson(text)]);
    }
  });
});
