/**
 * A small storm over the real gateway in workerd. What is proven is what was promised, never how quick it was.
 */
import { expect, it } from "vitest";
import { makeChaos } from "../../chaos/run.ts";

it("a few calls keep every promise while most things beneath them break", async () => {
  // A restart of the whole process takes as long as all the rest, and so does the time in which a guest may come back.
  const { callers, ...report } = await makeChaos({
    seed: 5,
    sessions: 3,
    seconds: 8,
    everyMs: 600,
    without: ["process killed", "client half-open", "guest"],
  });
  expect(report.broken).toEqual([]);
  expect(callers.map(({ client }) => client.ended)).toEqual(
    callers.map(() => ({ wished: true, how: "bye" })),
  );
  expect(report.counts["questions asked"]).toBeGreaterThan(3);
  expect(Object.values(report.mishaps).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(3);
});
