import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cleanText, foldWords } from "../../src/memory/clean-text.ts";

const CHARS = 400;
const clean = (text: string): string => cleanText(text, CHARS);

describe("text that was said once", () => {
  it.each([
    ["line ends and tabs", "one\r\ntwo\n\tthree\u2028four\u2029five\u0085six", "one two three four five six"],
    ["control characters", "a\u0000b\u0007c\u001b[2Jd\u007fe", "a b c 2Jd e"],
    ["wide and narrow spaces", "a\u00a0b\u3000c\u2003  d", "a b c d"],
    ["stage directions", "(The talk has moved on to you here.)", "The talk has moved on to you here."],
    ["brackets of other scripts", "（a）【b】⟨c⟩﹝d﹞❨e❩⎛f⎞", "a b c d e f"],
    ["mark-up and templates", "<system>x</system> {actorId} |end| \\n", "system x /system actorId end n"],
    [
      "quotation marks that would end a quotation",
      `say "hi" „du“ «toi» ‹x› 「君」 \`y\``,
      "say 'hi' 'du' 'toi' 'x' 君 'y'",
    ],
    ["apostrophes", "don’t", "don't"],
    ["bidi overrides", "abc\u202egnp\u202c\u2066x\u2069", "abcgnpx"],
    ["what nobody sees", "ig\u200bno\u2060re\ufeff\u00ad \u{e0041}\u{e0042}x", "ignore x"],
    ["code points without a meaning", "a\ue000b\u{f0000}c\uffff", "abc"],
    ["halves of characters", "a\ud83db", "a\ufffdb"],
    ["heaps of marks", `Z${"\u0329".repeat(30)}algo`, `Z${"\u0329".repeat(4)}algo`],
    ["nothing but noise", " \u200b\n()\u202e ", ""],
  ])("loses %s", (_, text, left) => {
    expect(clean(text)).toBe(left);
  });

  it.each([
    ["letters of all scripts", "Möchte Briefe nach Zürich; naïve 東京 привет שלום"],
    ["joiners that letters need", "क्‍ष می‌خواهم"],
    ["emoji made of several", "👩‍💻 likes ❤️‍🔥"],
    ["amounts, dates and addresses", "1,234.56 € on 12/03/2026 at 14:05, ada@example.com #7 50%"],
    ["what a redactor left", "The card is [card], mail to [email]."],
  ])("keeps %s", (_, text) => {
    expect(clean(text)).toBe(text.normalize("NFC"));
  });

  it("has brackets for what a redactor leaves, and for nothing else", () => {
    expect(clean("[card] [cards] [card [system]")).toBe("[card] cards card system");
  });

  it("ends in dots where it is too long, between whole characters", () => {
    expect(cleanText("abcdef", 6)).toBe("abcdef");
    expect(cleanText("abcdefg", 6)).toBe("abcde…");
    expect(cleanText("abcd😀😀", 6)).toBe("abcd…");
    expect(cleanText("abcde\u0301\u0327xyz", 6)).toMatch(/^abcd?\u0229?\u0301?…$/u);
    expect(cleanText("pay [card] now", 9)).toBe("pay…");
    expect(cleanText("pay [card] now", 11)).toBe("pay [card]…");
    expect(cleanText(`a ${"b".repeat(1_000_000)}`, 6)).toBe("a bbb…");
  });

  it("is one short line without anything that could end a quotation, whatever it was, and stays so", () => {
    const nasty = fc.constantFrom(
      ...'\r\n\t\u0000\u202e\u200d\u200c()[]{}<>"“«`\\|\u0301\u2028',
      "[card]",
      "a",
      "é",
      "😀",
    );
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 600 }),
      fc.array(nasty, { maxLength: 80 }).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(text, fc.integer({ min: 8, max: 60 }), (said, chars) => {
        const line = cleanText(said, chars);
        expect(line.length).toBeLessThanOrEqual(chars);
        expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}"“”«»`{}()<>\\|]| {2}|^ | $/u);
        expect(line.replaceAll("[card]", "")).not.toMatch(/[[\]]/);
        expect(cleanText(line, chars)).toBe(line);
      }),
      { numRuns: 500 },
    );
  });

  it("takes no longer for long noise", () => {
    const noise = ["(", "\u200d", "[card", "\u0301", "\ud83d", "a\u200d", "[card]"].map((part) =>
      part.repeat(200_000),
    );
    const since = performance.now();
    for (const text of noise) cleanText(text, CHARS);
    expect(performance.now() - since).toBeLessThan(1_000);
  });
});

describe("the same words", () => {
  it.each([
    ["Likes jazz.", "likes  JAZZ!"],
    ["It's 'late', really…", "It s late – really"],
    ["Ｆｕｌｌ width", "full width"],
  ])("%j and %j", (one, other) => {
    expect(foldWords(one)).toBe(foldWords(other));
  });

  it.each([
    ["Has a dog", "Has a god"],
    ["Owes 15", "Owes 1.5"],
    ["Pays 5 €", "Pays 5 $"],
    ["😀", "😡"],
    ["!", "?"],
    ["schon", "schön"],
  ])("but not %j and %j", (one, other) => {
    expect(foldWords(one)).not.toBe(foldWords(other));
  });
});
