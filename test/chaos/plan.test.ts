import { describe, expect, it } from "vitest";
import { MISHAPS, makePlan } from "../../chaos/plan.ts";

const OPTIONS = { seed: 7, sessions: 5, seconds: 300 } as const;

describe("a storm's plan", () => {
  it("is the same for the same seed, and another for another", () => {
    expect(makePlan(OPTIONS)).toEqual(makePlan(OPTIONS));
    expect(makePlan(OPTIONS)).not.toEqual(makePlan({ ...OPTIONS, seed: 8 }));
  });

  it("has every mishap in it, when it is long enough", () => {
    const types = new Set(makePlan(OPTIONS).map(({ mishap }) => mishap.type));
    expect([...types].toSorted()).toEqual([...MISHAPS].toSorted());
  });

  it("leaves out what is to be left out", () => {
    const without = ["process killed", "crowd"];
    const types = makePlan({ ...OPTIONS, without }).map(({ mishap }) => mishap.type as string);
    expect(types.filter((type) => without.includes(type))).toEqual([]);
    expect(types.length).toBeGreaterThan(100);
  });

  it("comes in order, and is over before its end, so that what was broken last can be mended", () => {
    const times = makePlan(OPTIONS).map(({ at }) => at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.at(-1)).toBeLessThan(OPTIONS.seconds * 1_000);
  });

  it("strikes callers that there are", () => {
    const struck = makePlan(OPTIONS).flatMap(({ mishap }) => ("caller" in mishap ? [mishap.caller] : []));
    expect([...new Set(struck)].toSorted()).toEqual([0, 1, 2, 3, 4]);
  });
});
