import { describe, expect, it } from "vitest";
import { Bench } from "../../../bench/calls/measure.ts";
import type { SubjectName } from "../../../bench/subjects/subject.ts";

/** Two calls for two seconds: enough to hear that everybody speaks the same language. */
const measure = (subject: SubjectName) =>
  new Bench({ subject: null, rest: null }, false).measure({
    ...{ subject, load: 2, frameMs: 20, pace: "burst", seconds: 2, warmUpMs: 1_500, openings: 0 },
  });

describe("a short measurement", () => {
  it("hands each call over to a fresh stream at its end, through the gateway", async () => {
    const { faults, handOvers } = await measure("gateway");
    expect(faults).toEqual([]);
    expect(handOvers?.count).toBe(2);
  });

  it("loses no frame through the gateway, the relay and the floor, and hears answers through all", async () => {
    for (const report of await Promise.all(
      ["gateway" as const, "relay" as const, "floor" as const].map(measure),
    )) {
      expect(report.faults).toEqual([]);
      // Two calls of a hundred frames each; one more or less falls into the window.
      expect(Math.abs(report.figures.upFrames.sent - 200)).toBeLessThanOrEqual(4);
      expect(report.figures.upFrames).toMatchObject({ lost: 0, doubled: 0 });
      expect(report.figures.downFrames.sent).toBeGreaterThan(10);
      expect(report.figures.downFrames).toMatchObject({ lost: 0, doubled: 0 });
    }
  });
});
