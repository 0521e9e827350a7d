import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { forTheEar } from "../../src/tools/for-the-ear.ts";

const say = (text: string, maxChars = 500): string => forTheEar(text, maxChars).say;

describe("an answer made fit for the ear", () => {
  it.each<[string, string, string]>([
    ["plain words", "Your balance is $1,234.56.", "Your balance is $1,234.56."],
    [
      "emphasis",
      "Your **balance** is *low*, and __that__ is `bad`.",
      "Your balance is low, and that is bad.",
    ],
    [
      "a heading and bullets",
      "## Rates\n\n- 5.1% fixed\n- 4.9% variable",
      "Rates. 5.1% fixed. 4.9% variable",
    ],
    ["bullets after a colon", "The rates:\n* 15 years\n* 30 years.", "The rates: 15 years. 30 years."],
    ["a wrapped sentence", "This is one\nsentence.", "This is one sentence."],
    ["a numbered list", "1) Sign in.\n2) Pay.", "Sign in. Pay."],
    ["a link", "See [our rates](https://bank.example/rates?id=1) today.", "See our rates today."],
    ["an address", "See https://bank.example/rates?id=1. Then call.", "See. Then call."],
    ["an address in brackets", "Our page (https://bank.example) has it.", "Our page has it."],
    ["a picture", "Here: ![chart](https://x.example/a.png) done.", "Here: done."],
    ["code", "Run this:\n```js\nconst a = 1;\n```\nThen wait.", "Run this: Then wait."],
    ["code that never ends", "Sure.\n```\nrm -rf", "Sure."],
    ["tags", "<p>Hello <b>Ann</b></p><script>alert(1)</script>", "Hello Ann"],
    ["thoughts", "<thinking>The user is rich.</thinking>You may borrow 5,000.", "You may borrow 5,000."],
    ["thoughts that never end", "Yes.<think>now what", "Yes."],
    ["entities", "Salt &amp; pepper&nbsp;&lt;now&gt;", "Salt & pepper now"],
    ["a table", "| term | rate |\n|---|---|\n| 15 | 5.1% |\n| 30 | 5.9% |", "term, rate. 15, 5.1%. 30, 5.9%"],
    ["an emoji", "Done! 🎉👍🏽 🇩🇪 ✅", "Done!"],
    ["JSON with an answer in it", '{"status":"ok","answer":"It is **5**.","id":"a1"}', "It is 5."],
    [
      "JSON without one",
      '{"interestRate":5.1,"term_years":30,"fixed":true}',
      "interest rate 5.1, term years 30, fixed yes",
    ],
    ["JSON in a text", 'The result is {"a":[1,2,{"b":"}"}]} as you see.', "The result is as you see."],
    ["a list of JSON in a text", 'Here [{"a":1}] it is.', "Here it is."],
    ["something like JSON", "The set {a, b} is [open].", "The set a, b is open."],
    [
      "a message of an agent",
      '{"role":"assistant","content":[{"text":"Hello"},{"text":"there."}]}',
      "Hello there.",
    ],
    ["a stack", "Error: no\n    at run (/srv/app/x.js:1:2)\n    at main (x.js:3:4)", "Error: no"],
    ["a name from a program", "get_account_balance says 5.", "get account balance says 5."],
    ["marks that turn the text", "a\u202eb\u0000c\u200bd", "a b c d"],
    ["an address put together from pieces", "go to ht*tps://x.example now", "go to now"],
    ["nothing", "", ""],
    ["nothing that can be said", "```\ncode\n```", ""],
    ["marks alone", "*** --- {} [] ``` ", ""],
  ])("%s", (_, text, spoken) => {
    expect(say(text)).toBe(spoken);
  });

  it.each<[string, string, number, string]>([
    ["ends with a sentence", "One two three. Four five six. Seven.", 32, "One two three. Four five six."],
    [
      "knows that a number's point ends no sentence",
      "It is 3.5 percent. That is 4.25 more than before.",
      30,
      "It is 3.5 percent.",
    ],
    ["may end just at the limit", "Abc def ghi. Jkl.", 12, "Abc def ghi."],
    ["ends with a word where no sentence ends", "one two three four five", 15, "one two three…"],
    ["cuts a word that is too long by itself", "x".repeat(100), 10, `${"x".repeat(9)}…`],
  ])("when it is too long, %s", (_, text, max, spoken) => {
    expect(forTheEar(text, max)).toEqual({ say: spoken, cut: true });
  });
});

/** Texts as agents write them, and as they should not. */
const scraps = fc.array(
  fc.oneof(
    fc.constantFrom(
      ...[
        "**",
        "_",
        "`",
        "```",
        "\n",
        "\n\n",
        "- ",
        "# ",
        "| ",
        "|---|",
        "{",
        "}",
        "[",
        "]",
        "](",
        '{"a":1}',
        "<b>",
        "</b>",
      ],
      ...[
        "<thinking>",
        "</thinking>",
        "https://x.example/a?b=c",
        "www.x.example",
        "ht",
        "tps://",
        "(",
        ")",
        ". ",
        "! ",
        ", ",
      ],
      ...[
        "1234.56",
        "$5",
        "7%",
        "&amp;",
        "&lt;",
        "<!--",
        "-->",
        "\\",
        "\u202e",
        "🎉",
        "at x (a.js:1:2)\n",
        "~~~",
        "\t",
        "word ",
      ],
    ),
    fc.string({ unit: "grapheme", maxLength: 8 }),
    fc.json({ maxDepth: 2 }),
  ),
  { maxLength: 24 },
);

describe("whatever it is given", () => {
  const anything = scraps.map((parts) => parts.join(""));
  const runs = { numRuns: 3_000 };

  it("never says more than it may", () => {
    fc.assert(
      fc.property(anything, fc.integer({ min: 1, max: 200 }), (text, max) => {
        expect(say(text, max).length).toBeLessThanOrEqual(max);
      }),
      runs,
    );
  });

  it("never says markup, code or an address", () => {
    fc.assert(
      fc.property(anything, (text) => {
        expect(say(text)).not.toMatch(/[*_`#~^\\{}[\]<>|\n\t]|https?:\/\/|www\.\w|\p{Cc}|[\u202a-\u202e]/u);
      }),
      runs,
    );
  });

  it("leaves alone what it has made", () => {
    fc.assert(
      fc.property(anything, (text) => {
        const once = say(text, 100_000);
        expect(say(once, 100_000)).toBe(once);
      }),
      runs,
    );
  });

  it("keeps every number of a plain sentence, in order", () => {
    const number = fc.oneof(
      fc.integer({ min: 0, max: 9_999_999 }).map((n) => n.toLocaleString("en-US")),
      fc.tuple(fc.nat(9_999), fc.nat(99)).map(([a, b]) => `$${a}.${String(b).padStart(2, "0")}`),
      fc.nat(100).map((n) => `${n}%`),
    );
    const sentence = fc.array(
      fc.tuple(fc.constantFrom("you have", "and", "at", "**about**", "- then"), number),
      {
        minLength: 1,
        maxLength: 8,
      },
    );
    fc.assert(
      fc.property(sentence, (parts) => {
        const numbers = parts.map(([, n]) => n);
        const spoken = say(`${parts.flat().join(" ")}.`);
        expect(spoken.match(/\$?\d[\d,.]*%?/g)?.map((found) => found.replace(/[.,]$/, ""))).toEqual(numbers);
      }),
    );
  });

  // In ms of work, which a busy machine does not add to.
  it("takes no longer for hostile text than for any other", () => {
    for (const piece of [
      "[",
      '{"',
      "<",
      "(",
      "`",
      "|",
      "https://",
      "&",
      "![",
      "[a](",
      "<a ",
      "- ",
      "1) ",
      "*_",
    ]) {
      const since = process.threadCpuUsage();
      forTheEar(piece.repeat(100_000), 500);
      expect(process.threadCpuUsage(since).user / 1_000, piece).toBeLessThan(1_000);
    }
  });
});
