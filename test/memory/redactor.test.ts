import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { REDACTIONS } from "../../src/agent/memory-policy.ts";
import { LIMITS } from "../../src/base/limits.ts";
import { cleanText } from "../../src/memory/clean-text.ts";
import { redact } from "../../src/memory/redactor.ts";

const all = (text: string): string => redact(text, REDACTIONS);

/** Numbers that card companies give out for tests. */
const CARDS = [
  "4111111111111111",
  "4222222222222",
  "5555555555554444",
  "2223003122003222",
  "378282246310005",
  "30569309025904",
  "6011111111111117",
  "3530111333300000",
  "6759649826438453",
  "6205500000000000004",
];

const inFours = (number: string, separator = " "): string => (number.match(/.{1,4}/g) ?? []).join(separator);
const WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
const inWords = (number: string, separator = " "): string =>
  [...number].map((digit) => WORDS[Number(digit)]).join(separator);

describe("a card's number", () => {
  it.each(CARDS)("is gone however it is written: %s", (card) => {
    for (const written of [
      card,
      inFours(card),
      inFours(card, "-"),
      inFours(card, " – "),
      [...card].join(" "),
    ])
      expect(redact(`It is ${written}, thanks.`, ["card"])).toBe("It is [card], thanks.");
  });

  it.each([
    ["digit by digit", inWords("4111111111111111")],
    ["with pauses", "four one one one, one one one one. One one one one, uh, one one one one"],
    ["with repetitions", "four triple one, double one double one, one one one one, one one one one"],
    ["with ohs", "three oh five six nine three oh nine oh two five nine oh four"],
    ["in pairs", "forty-one eleven, eleven eleven, eleven eleven, eleven eleven"],
    ["half in words", "4111 1111 one one one one, 1111"],
    ["in upper case", inWords("5555555555554444").toUpperCase()],
    ["across lines", "4111 1111\n1111 1111"],
    ["with dots", "4111.1111.1111.1111"],
    ["with commas", "4111, 1111, 1111, 1111"],
    ["as American Express prints it", "3782 822463 10005"],
    ["in full-width digits", "４１１１ １１１１ １１１１ １１１１"],
    ["in Devanagari", "४१११ ११११ ११११ ११११"],
    ["in Arabic digits", "٤١١١١١١١١١١١١١١١"],
  ])("is gone when it is said %s", (_, said) => {
    expect(redact(`My card is ${said}. Bye`, ["card"])).toBe("My card is [card]. Bye");
  });

  it.each([
    ["a number before it", "for 2 4111 1111 1111 1111", "for 2 [card]"],
    ["its code after it", "4111 1111 1111 1111 123", "[card] 123"],
    ["its code hard after it", "4111111111111111123", "[card]"],
    ["letters around it", "card4111111111111111x", "card[card]x"],
    ["a beginning that no card has yet", "1234 5678 1234 5670", "[card]"],
    ["another card", "4111111111111111 5555555555554444", "[card] [card]"],
  ])("is gone with %s", (_, text, left) => {
    expect(redact(text, ["card"])).toBe(left);
  });

  it("stays when nobody asks for it to go", () => {
    expect(redact("4111 1111 1111 1111", ["iban", "email", "ssn"])).toBe("4111 1111 1111 1111");
  });

  it("never stays, whatever is said around it", () => {
    const digits = (beginning: string, length: number) =>
      fc
        .array(fc.nat(9), {
          minLength: length - beginning.length - 1,
          maxLength: length - beginning.length - 1,
        })
        .map((rest) => withCheck(beginning + rest.join("")));
    const card = fc.oneof(
      digits("4", 16),
      digits("4", 13),
      digits("51", 16),
      digits("2500", 16),
      digits("37", 15),
      digits("36", 14),
      digits("62", 19),
    );
    const written = card.chain((number) =>
      fc.constantFrom(
        number,
        inFours(number),
        inFours(number, "-"),
        [...number].join(" "),
        inWords(number),
        inWords(number, ", "),
      ),
    );
    const around = fc
      .array(
        fc.constantFrom("12", "7", "2026", "one", "on", "um,", "1,234.56", "é", "-", "(", "+1", "4111"),
        {
          maxLength: 6,
        },
      )
      .map((words) => words.join(" "));
    fc.assert(
      fc.property(around, written, around, (before, number, after) => {
        const text = redact(`${before} ${number} ${after}`, ["card"]);
        expect(text).toContain("[card]");
        expect(text).not.toContain(number);
        expect(redact(text, ["card"])).toBe(text);
      }),
      { numRuns: 2_000 },
    );
  });
});

const withCheck = (digits: string): string => {
  const sum = [...digits]
    .toReversed()
    .map((digit, index) => Number(digit) * (index % 2 === 0 ? 2 : 1))
    .reduce((total, value) => total + (value > 9 ? value - 9 : value), 0);
  return digits + ((10 - (sum % 10)) % 10);
};

describe("what is no secret", () => {
  it.each([
    "1,234.56 dollars on 12 March 2026",
    "Your balance is 12,345,678.90 euros.",
    "1.234.567.890.123,45 Rupiah",
    "on 2026-03-12 2026-04-12 2026-05-12 2026-06-12",
    "12/03/2026, 13/03/2026, 14/03/2026 and 15/03/2026",
    "12-03-2026 13-03-2026 14-03-2026 15-03-2026",
    "2023 2024 2025 2026",
    "2023, 2024, 2025, 2026",
    "03 12 2026 10 30",
    "transfers of 400 1,250 4,500 and 12,000",
    "from 09:30 to 17:45 on 03.12.2026",
    "account 12345678, sort code 12-34-56",
    "twelve thousand three hundred forty five dollars and sixty seven cents",
    "on the twelfth of March twenty twenty six at ten fifteen",
    "order number 1234567890",
    "my account number is one two three four five six seven eight nine zero",
    "one two three, testing",
    "session 0b0f7a8e-3f0e-4c2e-9a53-6f6f3c1b2a10",
    "a card that does not check: 4111 1111 1111 1112",
    "is 12 March 2026 a Thursday, or the 13 of it",
    "I bought it at amazon.com, look at noon. It was 20 percent off.",
    "3.5 at 6 dot 2",
    "the cell has 200 rows; phone bill 1,250.00",
    "temperature -12 to +15, up +250 points",
    "[card] and [phone]",
    "",
  ])("stays: %s", (text) => {
    expect(all(text)).toBe(text);
  });

  it("stays, whatever the amounts, dates and balances are", () => {
    const amount = fc
      .tuple(fc.integer({ min: 1, max: 99_999_999 }), fc.nat(99))
      .map(([whole, cents]) => `${whole.toLocaleString("en-US")}.${String(cents).padStart(2, "0")} dollars`);
    const date = fc
      .date({ min: new Date("1990-01-01"), max: new Date("2040-01-01"), noInvalidDate: true })
      .chain((day) =>
        fc.constantFrom(
          day.toISOString().slice(0, 10),
          day.toISOString().slice(0, 16),
          day.toLocaleDateString("en-US", { dateStyle: "long" }),
          day.toLocaleDateString("en-GB"),
          day.toLocaleDateString("de-DE"),
        ),
      );
    const account = fc.integer({ min: 1_000, max: 99_999_999 }).map((number) => `account ${number}`);
    const sentence = fc
      .array(fc.oneof(amount, date, account), { minLength: 1, maxLength: 6 })
      .map((parts) => parts.join(" on "));
    fc.assert(
      fc.property(sentence, (text) => {
        expect(all(text)).toBe(text);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("an account's international number", () => {
  it.each([
    "DE89370400440532013000",
    "DE89 3704 0044 0532 0130 00",
    "de89 3704 0044 0532 0130 00",
    "GB29 NWBK 6016 1331 9268 19",
    "GB29-NWBK-6016-1331-9268-19",
    "FR14 2004 1010 0505 0001 3M02 606",
    "NL91ABNA0417164300",
    "NO93 8601 1117 947",
    "MT84 MALT 0110 0001 2345 MTLC AST0 01S",
    "CH 93 0076 2011 6238 5295 7",
  ])("is gone: %s", (iban) => {
    expect(redact(`Send it to ${iban} please.`, ["iban"])).toBe("Send it to [iban] please.");
    expect(all(`Send it to ${iban} please.`)).toBe("Send it to [iban] please.");
  });

  it.each([
    "DE88 3704 0044 0532 0130 00",
    "XX89 3704 0044 0532 0130 00",
    "DE89 3704",
    "IS 12 of these enough for us",
  ])("is none: %s", (text) => {
    expect(redact(text, ["iban"])).toBe(text);
  });
});

describe("an e-mail address", () => {
  it.each([
    "ada@example.com",
    "ada.lovelace+bank@mail.example.co.uk",
    "jürgen@münchen.example",
    "ada at example dot com",
    "ada dot lovelace underscore 7 at mail dot example dot org",
    "Ada At Example Dot Com",
  ])("is gone: %s", (address) => {
    expect(redact(`Write to ${address} today.`, ["email"])).toBe("Write to [email] today.");
  });

  it("is gone when it is half spoken, where an address was spoken of", () => {
    expect(all("my e-mail is ada at example.com")).toBe("my e-mail is [email]");
  });
});

describe("a telephone number", () => {
  it.each([
    "+1 555 123 4567",
    "+15551234567",
    "+49 (0)30 1234567",
    "+44 20 7946 0958",
    "0049 30 1234567",
    "555-123-4567",
    "(555) 123-4567",
    "555.123.4567",
    "1-800-555-1234",
    "020 7946 0958",
    "(020) 7946 0958",
    "0171/1234567",
    "06 12 34 56 78",
    "five five five one two three four five six seven",
    "five five five, one two three, four five six seven",
    "plus four nine one seven one one two three four five six",
  ])("is gone: %s", (number) => {
    expect(redact(`You have ${number}, right?`, ["phone"])).toBe("You have [phone], right?");
    expect(all(`You have ${number}, right?`)).toBe("You have [phone], right?");
  });

  it.each([
    ["my phone number is 5551234", "my phone number is [phone]"],
    ["call me back at 555 0123 please, twice", "call me back at [phone] please, twice"],
    ["Mobile: 07700900123.", "Mobile: [phone]."],
    ["my mobile is double seven one two three four five", "my mobile is [phone]"],
  ])("is known from what is said before it: %s", (text, left) => {
    expect(all(text)).toBe(left);
  });

  it.each(["call me in 20 minutes", "text me the code 1234567", "hotel 1234567", "555 1234"])(
    "is none: %s",
    (text) => {
      expect(all(text)).toBe(text);
    },
  );
});

describe("a social security number", () => {
  it.each([
    ["it is 123-45-6789.", "it is [ssn]."],
    ["123 45 6789", "[ssn]"],
    ["my social is 123456789", "my social is [ssn]"],
    [
      "social security number: one two three, four five, six seven eight nine",
      "social security number: [ssn]",
    ],
    ["the last four of my social are 6789", "the last four of my social are 6789"],
    ["part 123-45-67890", "part 123-45-67890"],
  ])("%s", (text, left) => {
    expect(all(text)).toBe(left);
  });
});

describe("everything at once", () => {
  it("goes, and the rest stays", () => {
    expect(
      all(
        "I'm Ada, ada@example.com or +1 555 123 4567; card 4111 1111 1111 1111, IBAN NL91ABNA0417164300, SSN 123-45-6789.",
      ),
    ).toBe("I'm Ada, [email] or [phone]; card [card], IBAN [iban], SSN [ssn].");
  });

  it("stays gone when the text is cleaned", () => {
    const text = all("Card 4111 1111 1111 1111, ada@example.com");
    expect(cleanText(text, LIMITS.memoryTextChars)).toBe("Card [card], [email]");
  });

  it("takes no longer for long noise", () => {
    const noise = [
      "4",
      "4 ",
      "four ",
      "0",
      "0 ",
      "a.",
      "a@",
      "a dot ",
      "+1",
      "DE89",
      "a1 ",
      "555-",
      "double ",
      "twenty ",
    ];
    const since = performance.now();
    for (const part of noise) all(part.repeat(20_000 / part.length));
    expect(performance.now() - since).toBeLessThan(2_000);
  });
});
