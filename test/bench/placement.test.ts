import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { moments, slowStartRounds } from "../../bench/placement/call-model.ts";
import { kilometres } from "../../bench/placement/geography.ts";
import { checkAgainstAws, MODEL_REGIONS, readNetwork } from "../../bench/placement/network.ts";
import { CITIES_OF_HINT, spreadOfHint } from "../../bench/placement/objects.ts";
import { placementParts } from "../../bench/placement/report.ts";
import { average, hintOf, type Simulation, simulate } from "../../bench/placement/simulate.ts";
import { readTable } from "../../bench/placement/table.ts";
import { filled, PAGE } from "../../bench/show-parts.ts";

let simulation: Simulation;
beforeAll(() => {
  simulation = simulate();
});

describe("round trips between cities", () => {
  const { roundTrip, estimates } = readNetwork();

  it("are the published ones where there are any, the same both ways", () => {
    expect(roundTrip("IAD", "ARN")).toEqual({ ms: 109, published: true });
    expect(roundTrip("ARN", "IAD")).toEqual({ ms: 109, published: true });
  });

  it("are estimated where there are none, as the neighbour's way is", () => {
    const { ms, published } = roundTrip("EWR", "LHR");
    expect(published).toBe(false);
    expect(ms).toBeGreaterThan(60);
    expect(ms).toBeLessThan(90);
  });

  it("are never faster than light in glass", () => {
    const cities = readTable("callers.csv").map(({ city = "" }) => city);
    for (const a of cities)
      for (const b of cities)
        expect(roundTrip(a, b).ms, `${a} ${b}`).toBeGreaterThanOrEqual(Math.min(1, kilometres(a, b) / 102));
  });

  it("are estimated well where the truth is known", () => {
    expect(estimates.medianError).toBeLessThan(0.1);
    expect(estimates.mostError).toBeLessThan(0.25);
  });

  it("are as long as those between AWS's own regions, within a quarter", () => {
    const { median, low, high, pairs } = checkAgainstAws(simulation.network);
    expect(pairs).toBeGreaterThan(50);
    expect(median).toBeCloseTo(1, 0);
    expect(low).toBeGreaterThan(0.75);
    expect(high).toBeLessThan(1.25);
  });
});

describe("where objects are made", () => {
  it("is known for every city in which one was seen, under one hint each", () => {
    const seen = readTable("objects.csv").flatMap((row) => (row["made in"] ?? "").match(/[A-Z]{3}/g) ?? []);
    const hints = ["wnam", "enam", "weur", "eeur", "apac", "oc"] as const;
    for (const city of new Set(seen))
      expect(
        hints.filter((hint) => CITIES_OF_HINT[hint]?.includes(city)),
        city,
      ).toHaveLength(1);
  });

  it("adds up", () => {
    for (const { city } of simulation.callers) {
      const shares = simulation.objects.spreadFrom(city).map(({ share }) => share);
      expect(
        shares.reduce((sum, share) => sum + share, 0),
        city,
      ).toBeCloseTo(1, 9);
    }
    expect(spreadOfHint("afr")).toEqual([]);
  });
});

describe("the moments of a call", () => {
  const near = { access: 20, objectLedger: 1, server: 0, serverLedger: 100, serverObject: 100, making: 300 };
  const byModel = moments({ ...near, edge: 100, model: 1 }, 240_000);
  const byCaller = moments(
    { ...near, edge: 1, model: 100, objectLedger: 100, serverObject: 1, making: 30 },
    240_000,
  );

  it("take a turn as long wherever on the way the object is", () => {
    expect(byModel.turn).toBe(byCaller.turn);
    expect(byModel.oneWay).toBe(byModel.turn / 2);
  });

  it("are shorter beside the model for what happens in the middle of a talk", () => {
    expect(byModel.newStream).toBeLessThan(byCaller.newStream);
    expect(byModel.toolByModel).toBeLessThan(byCaller.toolByModel);
    expect(byModel.lostPacket).toBeLessThan(byCaller.lostPacket);
  });

  it("are shorter beside the caller for setting up", () => {
    expect(byCaller.ready).toBeLessThan(byModel.ready);
    expect(byCaller.comeBack).toBeLessThan(byModel.comeBack);
  });

  it("count the round trips that TCP needs before a burst is out", () => {
    expect(slowStartRounds(14_600)).toBe(0);
    expect(slowStartRounds(14_601)).toBe(1);
    expect(slowStartRounds(3 * 14_600)).toBe(1);
    expect(slowStartRounds(244_684)).toBe(4);
  });
});

describe("the gateway's places", () => {
  it("are the hints that the simulation finds best for each region of the model", () => {
    for (const region of MODEL_REGIONS) {
      const [best] = simulation.hints
        .filter((choice) => choice.region === region)
        .toSorted((a, b) => a.turnMs - b.turnMs);
      expect(best?.hint, region).toBe(hintOf(region));
    }
  });

  it("make tools and fresh streams faster on the whole, and turns no slower", () => {
    for (const region of MODEL_REGIONS) {
      const of = (moment: "turn" | "newStream" | "toolByModel", at: "model" | "caller") =>
        average(simulation.outcomes, moment, (outcome) => outcome.region === region && outcome.where === at);
      expect(of("toolByModel", "model"), region).toBeLessThan(of("toolByModel", "caller") / 2);
      expect(of("newStream", "model"), region).toBeLessThan(of("newStream", "caller") / 2);
      expect(of("turn", "model"), region).toBeLessThan(1.1 * of("turn", "caller"));
    }
  });
});

describe("docs/scale.md", () => {
  it("shows what the simulation says: npm run bench -- placement --write", () => {
    const page = readFileSync(PAGE, "utf8");
    expect(filled(page, placementParts(simulation))).toBe(page);
  });
});
