import { expect, it } from "vitest";
import { LogSampler } from "../../src/edge/log-sampler.ts";

it("lets one line of each kind through in a while, and tells how many were left out before it", () => {
  const sampler = new LogSampler(1_000);
  const times = [0, 1, 999, 1_000, 1_001, 3_000];
  expect(times.map((now) => sampler.take("scan", now))).toEqual([0, null, null, 2, null, 1]);
  expect(sampler.take("typo", 3_000)).toBe(0);
});
