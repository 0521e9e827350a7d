import { describe, expect, it } from "vitest";
import { LIMITS } from "../../src/base/limits.ts";
import type { TranscriptEntry } from "../../src/conversation/events.ts";
import { CALLER_JOINED, shapeHistory as shape } from "../../src/conversation/history.ts";

const shapeHistory = (entries: readonly TranscriptEntry[], budget?: number) =>
  shape(entries, budget).messages;

let index = 0;
const caller = (text: string): TranscriptEntry => ({
  type: "caller",
  index: index++,
  turn: 1,
  at: 0,
  segment: "main",
  text,
  typed: false,
});
const agent = (text: string): TranscriptEntry => ({
  type: "agent",
  index: index++,
  turn: 1,
  at: 0,
  segment: "main",
  text,
  interrupted: false,
});
const tool: TranscriptEntry = {
  type: "tool",
  index: 0,
  turn: 1,
  at: 0,
  segment: "main",
  call: "t1",
  name: "x",
  arguments: {},
  outcome: { status: "ok", value: 1 },
  ms: 1,
};

const bytes = (text: string) => new TextEncoder().encode(text).byteLength;

describe("the history a fresh stream is given", () => {
  it("is empty when nothing was said", () => {
    expect(shapeHistory([])).toEqual([]);
    expect(shapeHistory([tool, agent(""), caller("  ")])).toEqual([]);
  });

  it("joins what one side said in a row and leaves tools out", () => {
    expect(shapeHistory([caller("a"), caller("b"), tool, agent("c"), tool, agent("d")])).toEqual([
      { role: "caller", text: "a\nb" },
      { role: "agent", text: "c\nd" },
    ]);
  });

  it("begins with the caller even where the agent spoke first", () => {
    expect(shapeHistory([agent("Welcome."), caller("Hi")])).toEqual([
      { role: "caller", text: CALLER_JOINED },
      { role: "agent", text: "Welcome." },
      { role: "caller", text: "Hi" },
    ]);
  });

  it("keeps the newest within the byte budget, counted in UTF-8", () => {
    const talk = Array.from({ length: 200 }, (_, i) =>
      i % 2 ? agent(`${i} ${"é".repeat(300)}`) : caller(`${i}?`),
    );
    const history = shapeHistory(talk);
    const size = history.reduce((sum, message) => sum + bytes(message.text), 0);
    expect(size).toBeLessThanOrEqual(LIMITS.historyBytes);
    expect(size).toBeGreaterThan(LIMITS.historyBytes - 1000);
    expect(history[0]?.role).toBe("caller");
    expect(history.at(-1)?.text).toMatch(/^199 /);
  });

  it("keeps the end of one message that is over the budget alone, cut between characters", () => {
    const [message] = shapeHistory([caller(`${"€".repeat(100)}end`)], 40 + bytes(CALLER_JOINED));
    expect(message?.text).toMatch(/^€+end$/);
    expect(bytes(message?.text ?? "")).toBeLessThanOrEqual(40);
  });
});
