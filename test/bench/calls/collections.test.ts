import { describe, expect, it } from "vitest";
import { CollectionCounter } from "../../../bench/calls/collections.ts";

/** As V8 prints them, in workerd and in Node. */
const YOUNG =
  "[8705:0x6108ffe00000]    18476 ms: Scavenge 16.1 (43.6) -> 9.8 (43.6) MB, pooled: 0.8 MB, 2.50 / 0.00 ms (average mu = 0.996, current mu = 0.996) allocation failure;";
const FULL =
  "[8705:0x6108ffe00000]    20006 ms: Mark-Compact 32.7 (45.8) -> 7.7 (44.6) MB, pooled: 1.2 MB, 70.00 / 0.00 ms (average mu = 0.996, current mu = 0.996) allocation limit; GC in old space requested";
const REDUCING =
  "[99:0x1]    901 ms: Mark-Compact (reduce) 12.0 (14.0) -> 6.0 (9.0) MB, pooled: 0.0 MB, 30.00 / 0.00 ms (+ 4.1 ms in 5 steps since start of marking) (average mu = 1) finalize incremental marking via task; GC in old space requested";

describe("what a subject prints of its collections", () => {
  it("is counted by kind, with their lengths and their share of the time", () => {
    const counter = new CollectionCounter();
    counter.begin();
    for (const line of [YOUNG, YOUNG, FULL, REDUCING, "something else in 4.0 / 0.0 ms"]) counter.line(line);
    expect(counter.end(10)).toEqual({
      young: { perMinute: 12, mean: 2.5, longest: 2.5, share: 0.05 },
      full: { perMinute: 12, mean: 50, longest: 70, share: 1 },
    });
  });

  it("does not count before the calls do, nor after", () => {
    const counter = new CollectionCounter();
    counter.line(FULL);
    counter.begin();
    const none = { perMinute: 0, mean: 0, longest: 0, share: 0 };
    expect(counter.end(60)).toEqual({ young: none, full: none });
    counter.line(FULL);
    expect(counter.end(60).full.perMinute).toBe(0);
  });
});
