import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../bench/hand-over/random.ts";
import { lastFault, serviceFault, streamFault } from "../../chaos/faults.ts";
import { MISHAPS, makePlan } from "../../chaos/plan.ts";
import { EXCEPTIONS } from "../../emulator/seams.ts";
import { serviceFaultSchema } from "../../emulator/services/service-faults.ts";

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

  it("takes one region away at a time: there is another to go to", () => {
    for (const seed of [1, 2, 3]) {
      let goneUntil = 0;
      for (const { at, mishap } of makePlan({ ...OPTIONS, seed })) {
        if (mishap.type !== "upstream shut" || mishap.region === null) continue;
        expect(at).toBeGreaterThanOrEqual(goneUntil);
        goneUntil = at + mishap.forMs;
      }
    }
  });
});

describe("the faults of a storm", () => {
  const random = createRandom(7);
  const many = <T>(make: () => T): readonly T[] => Array.from({ length: 2_000 }, make);
  const onStreams = [...many(() => streamFault(random)), ...many(() => lastFault(random, "eu-north-1"))].map(
    ({ fault }) => fault,
  );
  const onServices = many(() => serviceFault(random));
  const page = readFileSync(new URL("../../docs/emulator.md", import.meta.url), "utf8");
  const sorted = (values: readonly unknown[]): readonly unknown[] => [...new Set(values)].toSorted();

  it("are all that the emulator has for a stream", () => {
    const rows = [...page.matchAll(/^\| `\{"type":"(\w+)"/gm)].map(([, type]) => type);
    expect(rows.length).toBeGreaterThan(10);
    expect(sorted(onStreams.map(({ type }) => type))).toEqual(sorted(rows));
    const exceptions = onStreams.flatMap(({ exception }) => (exception === undefined ? [] : [exception]));
    expect(sorted(exceptions)).toEqual(sorted(EXCEPTIONS));
    const [, list = ""] = /the next request is refused: ([\d, or]+)/.exec(page) ?? [];
    const statuses = onStreams.flatMap(({ status }) => (status === undefined ? [] : [status]));
    expect(sorted(statuses)).toEqual(sorted([...list.matchAll(/\d+/g)].map(Number)));
  });

  it("are all that it has for a service, and every service but the one that credentials come from has them", () => {
    const known = serviceFaultSchema.options.map((option) => option.shape.type.value);
    expect(sorted(onServices.map(({ fault }) => fault.type))).toEqual(sorted(known));
    expect(sorted(onServices.map(({ service }) => service))).toEqual(["a2a", "agentcore", "converse", "mcp"]);
  });
});
