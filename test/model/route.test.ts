import { describe, expect, it } from "vitest";
import { defineAgent } from "../../src/agent/define-agent.ts";
import { routed, routeFor, targetsOf } from "../../src/model/route.ts";

const EAST = "us-east-1";
const WEST = "us-west-2";
const NORTH = "eu-north-1";
const TOKYO = "ap-northeast-1";

const AGENT = defineAgent({
  name: "bank",
  prompt: "You help.",
  regions: [EAST, NORTH, WEST],
  regionOrder: "nearest",
  segments: {
    desk: { goesTo: ["loans", "far", "newer"] },
    loans: { goesTo: ["desk"] },
    far: { regions: [WEST, TOKYO], goesTo: ["desk"] },
    alone: { region: TOKYO },
    newer: { model: "amazon.nova-2-5-sonic", goesTo: ["desk"] },
  },
});
const BERLIN = { latitude: 52.5, longitude: 13.4 };
const MANILA = { latitude: 14.6, longitude: 121 };

const regions = (...[override, route]: [string | null, Parameters<typeof routed>[2]?]) =>
  Object.fromEntries(
    routed(AGENT, override, route).map(({ name, region, regions: several }) => {
      // The first of several is the region, wherever it is looked at.
      if (several !== undefined) expect(several[0]).toBe(region);
      return [name, several ?? [region]];
    }),
  );

describe("the order in which a session asks its regions", () => {
  it("is the agent's own, where nothing else is known", () => {
    expect(routeFor(AGENT, null)).toEqual({});
    const { regionOrder: _, ...listed } = AGENT;
    expect(routeFor(listed, BERLIN)).toEqual({});
    expect(regions(null)).toEqual(regions(null, {}));
    expect(regions(null)).toMatchObject({ desk: [EAST, NORTH, WEST], far: [WEST, TOKYO], alone: [TOKYO] });
  });

  it("is by nearness in every segment, each among its own regions", () => {
    expect(regions(null, routeFor(AGENT, BERLIN))).toEqual({
      desk: [NORTH, EAST, WEST],
      loans: [NORTH, EAST, WEST],
      far: [WEST, TOKYO],
      alone: [TOKYO],
      newer: [NORTH, EAST],
    });
    expect(regions(null, routeFor(AGENT, MANILA))).toMatchObject({
      desk: [NORTH, WEST, EAST],
      far: [TOKYO, WEST],
    });
  });

  it("is plain data that holds no position, and is the same when it was stored", () => {
    const route = routeFor(AGENT, BERLIN);
    expect(JSON.stringify(route)).not.toContain("52");
    expect(regions(null, JSON.parse(JSON.stringify(route)))).toEqual(regions(null, route));
  });

  it("begins where the session has its place, for segments that are served where it begins", () => {
    expect(regions(null, { home: WEST })).toEqual({
      desk: [WEST, EAST, NORTH],
      loans: [WEST, EAST, NORTH],
      far: [WEST, TOKYO],
      alone: [TOKYO],
      newer: [EAST, NORTH],
    });
    expect(regions(null, { ...routeFor(AGENT, BERLIN), home: EAST })).toMatchObject({
      desk: [EAST, NORTH, WEST],
    });
  });

  it("asks regions last that were not the agent's when the session was made", () => {
    expect(regions(null, { order: [WEST, EAST] })).toMatchObject({
      desk: [WEST, EAST, NORTH],
      alone: [TOKYO],
    });
    expect(regions(null, { home: "mars-north-1" })).toEqual(regions(null));
  });

  it("leads to each model and region once, whichever segments go there", () => {
    const NOVA_2 = "amazon.nova-2-sonic-v1:0";
    const told = targetsOf(routed(AGENT, null)).map(({ model, region }) => `${model} ${region}`);
    expect(told.sort()).toEqual(
      [EAST, NORTH, WEST, TOKYO]
        .map((region) => `${NOVA_2} ${region}`)
        .concat([EAST, NORTH].map((region) => `amazon.nova-2-5-sonic ${region}`))
        .sort(),
    );
    expect(new Set(targetsOf(routed(AGENT, WEST)).map(({ region }) => region))).toEqual(new Set([WEST]));
  });

  it("gives way to the setting AWS_REGION", () => {
    for (const names of Object.values(regions(NORTH, { ...routeFor(AGENT, MANILA), home: WEST })))
      expect(names).toEqual([NORTH]);
  });
});
