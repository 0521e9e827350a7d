import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { withPart } from "../../bench/markdown.ts";
import { simulate } from "../../bench/placement/simulate.ts";
import { LOAD } from "../../bench/scale/assumptions.ts";
import {
  calculate,
  ledgerLoad,
  ledgerMost,
  ledgerRequestsPerCall,
  rotationsPerCall,
} from "../../bench/scale/calculate.ts";
import { readFigures } from "../../bench/scale/figures.ts";
import { scaleParts } from "../../bench/scale/report.ts";
import { filled, PAGE } from "../../bench/show-parts.ts";
import { LIMITS } from "../../src/base/limits.ts";

const figures = readFigures();

describe("the calculation", () => {
  it("has as many sessions at once as begin in the time that one lasts", () => {
    const { peak } = calculate(figures);
    expect(peak.sessions).toBeCloseTo(peak.callsPerSecond * LOAD.minutes * 60, 6);
    expect(peak.places).toBeGreaterThan(peak.sessions / 0.9);
  });

  it("gives longer calls more streams", () => {
    expect(rotationsPerCall(1)).toBeLessThan(0.01);
    expect(rotationsPerCall(60)).toBeCloseTo(10, 0);
    expect(ledgerRequestsPerCall(4)).toBeCloseTo(7.6, 1);
  });

  it("finds the ledger's work to grow with its questions, and hardly with its places", () => {
    const busy = (places: number) => ledgerLoad(figures, places).busy;
    expect(busy(20_000) / busy(10_000)).toBeGreaterThan(1.9);
    expect(busy(20_000) / busy(10_000)).toBeLessThan(2.1);
    const most = ledgerLoad(figures, ledgerMost(figures));
    expect(most.busy).toBeLessThanOrEqual(0.5);
    expect(most.requestsPerSecond).toBeLessThanOrEqual(1_000);
    // Whatever the settings may claim is within it.
    expect(most.places).toBeGreaterThan(LIMITS.streamPlacesMost);
  });

  it("costs what Cloudflare's price page says for duration and messages", () => {
    const { call, dollars } = calculate(figures);
    const duration = call.gigabyteSeconds * 12.5;
    const messages = ((call.messages / 20) * 0.15 + 2 * (0.3 + 0.15)) * 1;
    expect(dollars.platform).toBeCloseTo(((duration + messages) / 1e6) * LOAD.callsPerDay, 6);
  });
});

describe("docs/scale.md", () => {
  const parts = scaleParts(figures, simulate());

  it("shows what the calculation says: npm run bench -- scale --write", () => {
    const page = readFileSync(PAGE, "utf8");
    expect(filled(page, parts)).toBe(page);
  });

  it("has no part that nobody prints", () => {
    const begun = readFileSync(PAGE, "utf8").match(/^<!-- (?:scale|placement) \w+:/gm) ?? [];
    const printed = Object.keys(parts).length;
    expect(begun.filter((line) => line.includes("scale "))).toHaveLength(printed);
  });

  it("is not filled where it has no such part", () => {
    expect(() => withPart("nothing", "scale load", "x")).toThrow("no part");
  });
});
