import { describe, expect, it } from "vitest";
import { summaryOf, tableOf } from "../../bench/hand-over/statistics.ts";
import { countFrames, timesTold, type Witness, witnessOf } from "../../bench/hand-over/witness.ts";

const witness = (...frames: number[]): Witness => ({ frames, asked: [], results: [], readMs: null });

describe("the count of the caller's frames", () => {
  it("finds nothing wrong where a new stream is given some of them again", () => {
    expect(countFrames([witness(0, 1, 2), witness(1, 2, 3)], 0, 4)).toEqual({
      lost: [],
      disordered: [],
      replayed: [2],
    });
  });

  it("finds what no stream was given", () => {
    expect(countFrames([witness(0, 1), witness(3)], 0, 5).lost).toEqual([2, 4]);
  });

  it("finds what one stream was given twice, or too late", () => {
    expect(countFrames([witness(0, 1, 1, 2)], 0, 3).disordered).toEqual([1]);
    expect(countFrames([witness(0, 2, 1)], 0, 3).disordered).toEqual([1]);
  });

  it("is of one call only", () => {
    expect(countFrames([witness(0, 1), witness(100, 101)], 100, 2)).toEqual({
      lost: [],
      disordered: [],
      replayed: [],
    });
  });
});

describe("a stream's trace", () => {
  it("tells what was put to it, but not what it was told of the past", () => {
    const received = (name: string, at: number, body: object) => ({
      direction: "received" as const,
      name,
      at,
      body,
    });
    const seen = witnessOf([
      received("sessionStart", 20, {}),
      received("contentStart", 21, { contentName: "h", interactive: false }),
      received("textInput", 22, { contentName: "h", content: "said before" }),
      received("contentStart", 50, { contentName: "q", interactive: true }),
      received("textInput", 52, { contentName: "q", content: "a question" }),
      received("toolResult", 60, { content: '{"found":"thing-1"}' }),
    ]);
    expect(seen).toEqual({
      frames: [],
      asked: ["a question"],
      results: ['{"found":"thing-1"}'],
      readMs: 32,
    });
    expect(timesTold([seen, seen], "thing-1")).toBe(2);
    expect(timesTold([seen], "said before")).toBe(0);
  });
});

describe("the numbers", () => {
  it("are values that were measured, by nearest rank", () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(summaryOf(hundred)).toEqual({ count: 100, p50: 50, p99: 99, max: 100 });
    expect(summaryOf([7])).toEqual({ count: 1, p50: 7, p99: 7, max: 7 });
  });

  it("say nothing of nothing", () => {
    expect(summaryOf([])).toBeNull();
    expect(tableOf([{ name: "none", summary: null, ratio: null }])).toMatch(/none +0 +- +- +-/);
  });
});
