/**
 * What a session stores of what was said, where its agent asks for a redactor.
 */
import { describe, expect, it } from "vitest";
import type { TranscriptEntry } from "../../src/conversation/events.ts";
import { RecordRedactor } from "../../src/memory/record-redactor.ts";
import { START, Stage } from "../conversation/stage.ts";

const redactor = new RecordRedactor(["card", "email", "phone"]);

let index = 0;
const said = (
  text: string,
  turn: number,
  type: "caller" | "agent" = "caller",
): Extract<TranscriptEntry, { type: "caller" | "agent" }> => {
  const about = { index: index++, turn, at: START, segment: "main", text };
  return type === "caller" ? { ...about, type, typed: false } : { ...about, type, interrupted: false };
};
const textsOf = (entries: readonly TranscriptEntry[]): readonly unknown[] =>
  entries.map((entry) => ("text" in entry ? entry.text : null));

describe("what is stored of what was said", () => {
  it("holds no number that was read out in two breaths, and keeps what was said around it", () => {
    const all = [
      said("My card is 4111 1111", 1),
      said("1111 1111, and it has expired.", 1),
      said("Your 4111 1111 1111 1111, I see.", 1, "agent"),
    ];
    expect(textsOf(redactor.entries(all, all))).toEqual([
      "My card is [card]",
      ", and it has expired.",
      "Your [card], I see.",
    ]);
  });

  it("is mended when the second breath comes after the first was stored", () => {
    const all = [
      said("It is four one one one", 2),
      said("one one one one one one one one one one one one", 2),
    ];
    const [first, second] = all;
    expect(textsOf(redactor.entries([first ?? said("", 0)], all.slice(0, 1)))).toEqual([first?.text]);
    expect(redactor.entries([second ?? said("", 0)], all)).toEqual([
      { ...first, text: "It is [card]" },
      { ...second, text: "" },
    ]);
  });

  it("does not make one number of what was said in two turns", () => {
    const all = [said("Account 4111 1111", 3), said("1111 1111", 4)];
    expect(redactor.entries(all, all)).toEqual(all);
  });

  it("keeps as many texts as there were, whatever is in them", () => {
    const all = [said("a\u2028b\u2029c", 5), said("", 5), said("d", 5)];
    expect(textsOf(redactor.entries(all, all))).toEqual(["a b\u2029c", "", "d"]);
  });

  it("holds none in arguments and results of tools either, however deep, and whatever they are written as", () => {
    const entry: TranscriptEntry = {
      ...{ type: "tool", index: 0, turn: 1, at: START, segment: "main", call: "t1", name: "pay", ms: 5 },
      arguments: {
        card: 4111111111111111,
        to: [{ "ada@example.com": "mail ada@example.com" }],
        amount: 1200.5,
      },
      outcome: { status: "ok", value: { lines: ["Call 555-123-4567", null, true, 7] } },
    };
    expect(redactor.entries([entry], [entry])).toEqual([
      {
        ...entry,
        arguments: { card: "[card]", to: [{ "[email]": "mail [email]" }], amount: 1200.5 },
        outcome: { status: "ok", value: { lines: ["Call [phone]", null, true, 7] } },
      },
    ]);
    expect(redactor.outcome({ status: "failed", reason: "refused", say: "No ada@example.com." })).toEqual({
      ...{ status: "failed", reason: "refused" },
      say: "No [email].",
    });
  });

  it("holds none in what a text model has summed up; facts stay as tools have set them", () => {
    const snapshot = {
      ...Stage.talking().conversation.snapshot(),
      summaries: [{ text: "Pays with 4111111111111111.", upTo: 3, of: [] }],
      facts: [{ name: "mail", value: "ada@example.com", segment: "main", at: START }],
    };
    expect(redactor.snapshot(snapshot)).toEqual({
      ...snapshot,
      summaries: [{ text: "Pays with [card].", upTo: 3, of: [] }],
    });
  });

  it("is what was said, word for word, where no agent asks for a redactor", () => {
    const all = [said("4111 1111", 6), said("1111 1111", 6)];
    const plain = new RecordRedactor();
    expect(plain.entries(all, all)).toBe(all);
    expect(plain.json({ card: 4111111111111111 })).toEqual({ card: 4111111111111111 });
  });
});
