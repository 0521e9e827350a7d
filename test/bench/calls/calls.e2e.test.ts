import { describe, expect, it } from "vitest";
import { Bench } from "../../../bench/calls/measure.ts";
import type { SubjectName } from "../../../bench/subjects/subject.ts";

/** Two calls for two seconds: enough to hear that everybody speaks the same language. */
const measure = (subject: SubjectName) =>
  new Bench({ subject: null, rest: null }, false).measure({
    ...{ subject, load: 2, frameMs: 20, pace: "burst", seconds: 2, warmUpMs: 1_500, openings: 0 },
  });

describe("a short measurement", () => {
  it("loses no frame through the gateway, the relay and the floor, hears answers through all, and hands over", async () => {
    const reports = await Promise.all(["gateway" as const, "relay" as const, "floor" as const].map(measure));
    // At its end each call is asked to move to a fresh stream, where there is such a thing.
    expect(reports.map(({ handOvers }) => handOvers?.count)).toEqual([2, undefined, undefined]);
    for (const report of reports) {
      expect(report.faults).toEqual([]);
      // Two calls of a hundred frames each; one more or less falls into the window.
      expect(Math.abs(report.figures.upFrames.sent - 200)).toBeLessThanOrEqual(4);
      expect(report.figures.upFrames).toMatchObject({ lost: 0, doubled: 0 });
      expect(report.figures.downFrames.sent).toBeGreaterThan(10);
      expect(report.figures.downFrames).toMatchObject({ lost: 0, doubled: 0 });
    }
  });
});
