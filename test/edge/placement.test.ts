import { describe, expect, it } from "vitest";
import { MODELS } from "../../src/agent/models.ts";
import { homeRegion, placementFor } from "../../src/edge/placement.ts";
import { segment } from "./house.ts";

const novaRegions = [...new Set(Object.values(MODELS).flatMap(({ regions }): readonly string[] => regions))];

describe("a session's place", () => {
  it("is known wherever an agent can have its model", () => {
    expect(novaRegions.filter((region) => placementFor(region) === null)).toEqual([]);
  });

  it("is beside the models of most segments, and where they tie, beside the one it begins with", () => {
    const at = (name: string, region: string) => ({ ...segment(name, {}), region });
    const [a, b, c] = [at("a", "us-east-1"), at("b", "eu-north-1"), at("c", "eu-north-1")];
    expect(homeRegion({ segments: [a, b, c], start: "a" }, null)).toBe("eu-north-1");
    expect(homeRegion({ segments: [a, b], start: "a" }, null)).toBe("us-east-1");
    expect(homeRegion({ segments: [a, b], start: "b" }, null)).toBe("eu-north-1");
    expect(homeRegion({ segments: [a, b], start: "b" }, "us-west-2")).toBe("us-west-2");
  });

  it("is beside the model", () => {
    expect(placementFor("us-east-1")?.hint).toBe("enam");
    expect(placementFor("us-west-2")?.hint).toBe("wnam");
    expect(placementFor("eu-north-1")?.hint).toBe("eeur");
    expect(placementFor("ap-northeast-1")?.hint).toBe("apac-ne");
  });

  it("has a reason that a person can read", () => {
    for (const region of novaRegions) expect(placementFor(region)?.reason).toMatch(/\w+ \w+/);
  });

  it("is left to Cloudflare for a region we do not know", () => {
    for (const region of ["mars-north-1", "", "constructor", "__proto__"])
      expect(placementFor(region)).toBeNull();
  });
});
