import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cleanJson, cleanText, splitText, toolResultContent } from "../../../src/model/nova-sonic/text.ts";

describe("text on its way to the model", () => {
  it("loses half characters and control characters, keeps the rest", () => {
    expect(cleanText("a\ud800b\u0000c\u0007d\u009fe")).toBe("a\ufffdb c d e");
    expect(cleanText("tab\there\r\nand\rthere 🎙 日本")).toBe("tab\there\nand\nthere 🎙 日本");
  });

  it("is split so that the pieces fit and make the whole again, whatever it is", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 200 }),
        fc.integer({ min: 4, max: 40 }),
        (text, max) => {
          const pieces = splitText(text.toWellFormed(), max);
          expect(pieces.join("")).toBe(text.toWellFormed());
          for (const piece of pieces) expect(Buffer.byteLength(piece)).toBeLessThanOrEqual(max);
        },
      ),
    );
  });

  it("is split between words where it can be", () => {
    expect(splitText("one two three four", 10)).toEqual(["one two ", "three four"]);
  });

  it("keeps a byte order mark at the start of a piece", () => {
    expect(splitText("aaaa\ufeffbb", 4).join("")).toBe("aaaa\ufeffbb");
  });
});

describe("JSON on its way to the model", () => {
  it("is clean in names and values, and still the same JSON", () => {
    const json = cleanJson({ "k\ud800": "v\udfff", control: "a\u0001b", newline: "a\nb", tab: "\t" });
    expect(JSON.parse(json)).toEqual({ "k\ufffd": "v\ufffd", control: "a b", newline: "a\nb", tab: "\t" });
  });

  it("does not take an escaped backslash for the start of an escape", () => {
    const value = { path: "C:\\ud800\\u0001", quote: '\\"' };
    expect(JSON.parse(cleanJson(value))).toEqual(value);
  });

  it("stays as it was when there is nothing to clean, whatever it is", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const json = JSON.stringify(value);
        fc.pre(!/\\u/.test(json));
        expect(cleanJson(JSON.parse(json))).toBe(json);
      }),
    );
  });
});

describe("a tool's outcome", () => {
  it.each([
    [{ balance: 12 }, { balance: 12 }],
    [12, { result: 12 }],
    ["text", { result: "text" }],
    [null, { result: null }],
    [[1, 2], { result: [1, 2] }],
  ])("is always an object: %j", (value, told) => {
    expect(JSON.parse(toolResultContent({ status: "ok", value }))).toEqual(told);
  });

  it("says what the caller may be told when it failed, and not why", () => {
    const content = toolResultContent({ status: "failed", reason: "threw", say: "The lookup failed." });
    expect(JSON.parse(content)).toEqual({ error: "The lookup failed." });
  });
});
