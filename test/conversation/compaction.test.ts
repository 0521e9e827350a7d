import { describe, expect, it } from "vitest";
import { LIMITS } from "../../src/base/limits.ts";
import { compact, HANDED_ON, OUTGROWN, summarise } from "../../src/conversation/compaction.ts";
import type { TranscriptEntry } from "../../src/conversation/events.ts";

const bytes = (text: string): number => new TextEncoder().encode(text).byteLength;

/** A talk of so many turns: a question, a tool on every third, and an answer. */
function talkOf(turns: number, word = "words "): TranscriptEntry[] {
  const entries: TranscriptEntry[] = [];
  const common = (turn: number) => ({ index: entries.length, turn, at: 0, segment: "main" });
  for (let turn = 1; turn <= turns; turn++) {
    entries.push({ ...common(turn), type: "caller", text: `Wish ${turn}: ${word.repeat(20)}`, typed: false });
    if (turn % 3 === 0)
      entries.push({
        ...common(turn),
        type: "tool",
        call: `t${turn}`,
        name: "get_balance",
        arguments: {},
        outcome: { status: "ok", value: 1 },
        ms: 1,
      });
    entries.push({
      ...common(turn),
      type: "agent",
      text: `Answer ${turn}: ${word.repeat(40)}`,
      interrupted: false,
    });
  }
  return entries;
}

const sizeOf = (entries: readonly TranscriptEntry[]): number =>
  compact(entries).history.reduce((sum, { text }) => sum + bytes(text), 0);

describe("a talk that outgrows what a stream takes", () => {
  it("is told word by word as long as it fits", () => {
    expect(compact(talkOf(20))).toMatchObject({ rest: [] });
    expect(compact(talkOf(20)).history).toHaveLength(40);
  });

  it("is parted without a gap: what is not in the history is in the rest, each once", () => {
    const entries = talkOf(400);
    const { history, rest } = compact(entries);
    const first = entries[rest.length];
    expect(first).toMatchObject({ type: expect.stringMatching(/caller|agent/) });
    expect(history.some(({ text }) => first && "text" in first && text === first.text)).toBe(true);
    expect(history.at(-1)?.text).toContain("Answer 400");
  });

  it("is parted without a gap also where one side said it all in a row", () => {
    const entries = talkOf(400).filter(({ type }) => type === "caller");
    const { history, rest } = compact(entries);
    const told = history.map(({ text }) => text).join("\n");
    expect(history).toHaveLength(1);
    expect([...rest, ...entries.slice(rest.length)]).toEqual(entries);
    expect(told.match(/Wish \d+/g)).toHaveLength(entries.length - rest.length);
    expect(told).toMatch(new RegExp(`^Wish ${rest.length + 1}:`));
  });

  it("stays within both bounds however long it lasts", () => {
    for (const turns of [200, 1000, 4000]) {
      const { rest } = compact(talkOf(turns));
      const summary = summarise(rest, OUTGROWN);
      expect(sizeOf(talkOf(turns))).toBeLessThanOrEqual(LIMITS.historyBytes - LIMITS.compactedBytes);
      expect(bytes(summary.join("\n"))).toBeLessThanOrEqual(LIMITS.compactedBytes);
      // One line says how much was left out.
      expect(summary.length).toBeLessThanOrEqual(LIMITS.compactedLines + 1);
    }
  });

  it("stays within them in a script of three bytes to the letter", () => {
    const { rest } = compact(talkOf(1000, "言葉"));
    expect(bytes(summarise(rest, OUTGROWN).join("\n"))).toBeLessThanOrEqual(LIMITS.compactedBytes);
    expect(sizeOf(talkOf(1000, "言葉"))).toBeLessThanOrEqual(LIMITS.historyBytes - LIMITS.compactedBytes);
  });

  it("keeps how it began, what was done, and what came last before the history", () => {
    const { rest } = compact(talkOf(1000));
    const summary = summarise(rest, OUTGROWN);
    const text = summary.join("\n");
    expect(summary[0]).toContain("the caller said: Wish 1:");
    expect(text).toContain("get_balance was used: done");
    expect(text).toMatch(/\(then \d+ things more\)/);
    expect(summary.filter((line) => line.startsWith("the agent said"))).toHaveLength(
      LIMITS.compactedAgentLines,
    );
    const last = rest.findLast((entry) => entry.type === "caller");
    expect(summary.some((line) => last && "text" in last && line.includes(last.text.slice(0, 12)))).toBe(
      true,
    );
  });

  it("says how many things it leaves out", () => {
    const { rest } = compact(talkOf(1000));
    const summary = summarise(rest, OUTGROWN);
    const told = rest.filter((entry) => entry.type !== "agent").length + LIMITS.compactedAgentLines;
    const left = Number(/\(then (\d+) things/.exec(summary.join("\n"))?.[1]);
    expect(summary.length - 1 + left).toBe(told);
  });

  it("is never cut in the middle of a character", () => {
    const text = `${"a".repeat(LIMITS.summaryLineChars - 2)}😀😀😀`;
    const entry: TranscriptEntry = {
      type: "caller",
      index: 0,
      turn: 1,
      at: 0,
      segment: "main",
      text,
      typed: false,
    };
    expect(summarise([entry], OUTGROWN)[0]?.isWellFormed()).toBe(true);
  });
});

describe("what one part of a talk hands on to another in short", () => {
  it("is its newest", () => {
    const summary = summarise(talkOf(30), HANDED_ON);
    expect(summary).toHaveLength(LIMITS.summaryLines);
    expect(summary.at(-1)).toContain("Answer 30");
    expect(summarise([], HANDED_ON)).toEqual([]);
  });
});
