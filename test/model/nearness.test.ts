import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MODELS } from "../../src/agent/models.ts";
import { placementFor } from "../../src/edge/placement.ts";
import { byNearness, distanceKm, type Position, REGION_POSITIONS } from "../../src/model/nearness.ts";

const NOVA = MODELS["amazon.nova-2-sonic-v1:0"].regions;
const at = (latitude: number, longitude: number): Position => ({ latitude, longitude });

describe("the nearest region", () => {
  it.each([
    ["Berlin", at(52.5, 13.4), ["eu-north-1", "us-east-1", "us-west-2", "ap-northeast-1"]],
    ["New York", at(40.7, -74.0), ["us-east-1", "us-west-2", "eu-north-1", "ap-northeast-1"]],
    ["Honolulu", at(21.3, -157.9), ["us-west-2", "ap-northeast-1", "us-east-1", "eu-north-1"]],
    // Over the date line and over the pole: a map on a wall would have it otherwise.
    ["Anadyr", at(64.7, 177.5), ["ap-northeast-1", "us-west-2", "eu-north-1", "us-east-1"]],
    ["Sydney", at(-33.9, 151.2), ["ap-northeast-1", "us-west-2", "eu-north-1", "us-east-1"]],
  ])("of a caller in %s comes first", (_city, caller, order) => {
    expect(byNearness(NOVA, caller)).toEqual(order);
  });

  it("is known wherever a model is, and wherever a session can be placed", () => {
    for (const { regions } of Object.values(MODELS))
      for (const region of regions) expect(REGION_POSITIONS).toHaveProperty([region]);
    for (const region of Object.keys(REGION_POSITIONS)) expect(placementFor(region)).not.toBeNull();
  });

  it("comes before those that we know no place of, which keep their order", () => {
    const regions = ["mars-north-1", "__proto__", "us-east-1", "constructor"];
    expect(byNearness(regions, at(0, 0))).toEqual(["us-east-1", "mars-north-1", "__proto__", "constructor"]);
  });
});

const position = fc.record({
  latitude: fc.double({ min: -90, max: 90, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
});

describe("a distance", () => {
  it("is what atlases say", () => {
    // Washington Dulles to Stockholm Arlanda, and half the way round.
    expect(distanceKm(at(38.94, -77.46), at(59.65, 17.92))).toBeCloseTo(6_640, -2);
    expect(distanceKm(at(0, 0), at(0, 180))).toBeCloseTo(20_015, -1);
    expect(distanceKm(at(90, 0), at(-90, 77))).toBeCloseTo(20_015, -1);
  });

  it("is the same there and back, nothing to oneself, and never more than half the way round", () => {
    fc.assert(
      fc.property(position, position, (a, b) => {
        expect(distanceKm(a, b)).toBeCloseTo(distanceKm(b, a), 6);
        expect(distanceKm(a, a)).toBe(0);
        expect(distanceKm(a, b)).toBeGreaterThanOrEqual(0);
        expect(distanceKm(a, b)).toBeLessThanOrEqual(20_016);
      }),
    );
  });

  it("orders regions without losing one, wherever the caller is", () => {
    fc.assert(
      fc.property(position, (caller) => {
        const ordered = byNearness(NOVA, caller);
        expect([...ordered].sort()).toEqual([...NOVA].sort());
        const far = ordered.map((region) => distanceKm(caller, REGION_POSITIONS[region] ?? caller));
        expect(far).toEqual([...far].sort((a, b) => a - b));
      }),
    );
  });
});
