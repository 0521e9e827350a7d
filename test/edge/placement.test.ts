import { describe, expect, it } from "vitest";
import { placementFor } from "../../src/edge/placement.ts";
import { NOVA_REGIONS } from "./nova-regions.ts";

describe("a session's place", () => {
  it("is beside its model, wherever Nova Sonic is offered", () => {
    expect(NOVA_REGIONS.map((region) => placementFor(region)?.hint)).toEqual([
      "enam",
      "wnam",
      "weur",
      "apac-ne",
    ]);
  });

  it("has a reason that a person can read", () => {
    for (const region of NOVA_REGIONS) expect(placementFor(region)?.reason).toMatch(/\w+ \w+/);
  });

  it("is left to Cloudflare for a region we do not know", () => {
    for (const region of ["mars-north-1", "", "constructor", "__proto__"])
      expect(placementFor(region)).toBeNull();
  });
});
