import { describe, expect, it } from "vitest";
import { foreignWords } from "../../src/aws/foreign-words.ts";

describe("words for the log", () => {
  it.each([
    "could not reach https://h.example/a?X-Amz-Signature=0123&X-Amz-Credential=AKIDEXAMPLE now",
    "wss://h/p?token=tea",
    "bad X-Amz-Security-Token=tea/tea== here",
    `signature ${"ab12".repeat(16)}`,
    "key AKIAIOSFODNN7EXAMPLE and wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  ])("hold no secret: %s", (text) => {
    expect(foreignWords(text)).not.toMatch(/0123|AKI|tea|ab12|wJal/);
  });

  it("hold none that is known by its value", () => {
    expect(foreignWords("it was plain-words-only", ["plain-words-only"])).not.toContain("plain-words");
  });

  it("are one short line, whatever comes", () => {
    const line = foreignWords(`a\nb\u0000c \ud800 ${"words and ".repeat(10_000)}`);
    expect(line.startsWith("a b c \ufffd words")).toBe(true);
    expect(line.length).toBeLessThanOrEqual(501);
  });

  it("stay as they are when they are harmless", () => {
    const text =
      "ValidationException: Received invalid voiceId (request 8e1c0d2a-1111-2222-3333-444455556666)";
    expect(foreignWords(text)).toBe(text);
  });
});
