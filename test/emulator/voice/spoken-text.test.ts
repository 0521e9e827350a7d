import { describe, expect, it } from "vitest";
import { spokenPieces } from "../../../emulator/voice/spoken-text.ts";

describe("text as it is read aloud", () => {
  it.each([
    ["Your balance is 1,234.50 dollars.", "Your balance is 1,234 dollars and 50 cents."],
    ["It costs $12.30.", "It costs 12 dollars and 30 cents."],
    ["It costs $12.", "It costs 12 dollars."],
    ["That is €1.05 or £1.01.", "That is 1 euro and 5 cents or 1 pound and 1 penny."],
    ["£0.50", "0 pounds and 50 pence"],
    ["On 2026-11-22 it was -5°C.", "On November 22, 2026 it was minus 5 degrees Celsius."],
    ["Call 5551234567.", "Call 5 5 5 1 2 3 4 5 6 7."],
    ["**Bold** and `code`, a [link](https://example.com/x).", "Bold and code, a link."],
    ["<speak>Hello <b>you</b></speak>", "Hello you"],
    ["Café, naïve, Straße", "Cafe, naive, Strasse"],
    ["get_balance & more", "get balance and more"],
    ["# Title\n- one\n- two", "Title. one. two"],
    ["It’s “fine” — really…", "It's fine , really,"],
    ["See https://example.com/a?b=c now", "See example.com now"],
    ["3 < 4 and 5 > 4", "3 4 and 5 4"],
    ["10:30, 5% and 3.14 stay", "10:30, 5% and 3.14 stay"],
  ])("reads %j", (written, spoken) => {
    expect(spokenPieces(written).join(" ")).toBe(spoken);
  });

  it("speaks sentence by sentence", () => {
    expect(spokenPieces("One. Two? Three! Four")).toEqual(["One.", "Two?", "Three!", "Four"]);
  });

  it("cuts an endless sentence at blanks", () => {
    const pieces = spokenPieces("word ".repeat(200));
    expect(pieces.length).toBeGreaterThan(3);
    for (const piece of pieces) expect(piece).toMatch(/^(word ?)+$/);
    expect(pieces.join(" ")).toBe("word ".repeat(200).trim());
  });

  it.each(["", "   ", "😀😀", "你好", "***", "---"])("has nothing to say for %j", (text) => {
    expect(spokenPieces(text)).toEqual([]);
  });

  // In ms of work, which a busy machine does not add to.
  it("takes hostile text in good time", () => {
    for (const text of [
      "<".repeat(50_000),
      "[".repeat(50_000),
      "1,".repeat(25_000),
      "*\n".repeat(25_000),
      " ".repeat(50_000),
    ]) {
      const begun = process.threadCpuUsage();
      spokenPieces(text);
      expect(process.threadCpuUsage(begun).user / 1_000).toBeLessThan(1000);
    }
  });
});
