import { describe, expect, it } from "vitest";
import { parseConfig } from "../../src/base/config.ts";
import { placesOf, readStreamPlaces } from "../../src/base/stream-places.ts";

const NOVA = "amazon.nova-2-sonic-v1:0";
const RUNTIME = "arn:aws:bedrock-agentcore:us-west-2:123456789012:runtime/desk-a1B2c3D4e5";
const at = (model: string, region: string) => ({ model, region });

const settings = (text: string) => {
  const read = readStreamPlaces(text.split(",").map((entry) => entry.trim()));
  if (!read.ok) throw new Error(read.error.join("; "));
  return read.value;
};

describe("STREAM_PLACES", () => {
  it("says how many streams a model bears in a region, and the entry that says most of it counts", () => {
    const read = settings(`*=10, *@eu-north-1=11, ${NOVA}=12, ${NOVA}@us-east-1=13`);
    expect(placesOf(read, at(NOVA, "us-east-1"))).toBe(13);
    expect(placesOf(read, at(NOVA, "eu-north-1"))).toBe(12);
    expect(placesOf(read, at("amazon.nova-2-5-sonic", "eu-north-1"))).toBe(11);
    expect(placesOf(read, at("amazon.nova-2-5-sonic", "us-east-1"))).toBe(10);
  });

  it("is 20 where nothing is said", () => {
    expect(placesOf([], at(NOVA, "us-east-1"))).toBe(20);
    expect(placesOf(settings(`${NOVA}@us-west-2=3`), at(NOVA, "us-east-1"))).toBe(20);
  });

  it("counts a hosted agent only where it is named", () => {
    expect(placesOf([], at(RUNTIME, "us-west-2"))).toBeNull();
    expect(placesOf(settings("*=5"), at(RUNTIME, "us-west-2"))).toBeNull();
    expect(placesOf(settings(`${RUNTIME}=50`), at(RUNTIME, "us-west-2"))).toBe(50);
  });

  it.each([
    ["20", "that is not model@region=number"],
    ["=20", "that is not model@region=number"],
    [`${NOVA}`, "that is not model@region=number"],
    [`${NOVA}@us-east-1=many`, "that is not model@region=number"],
    [`${NOVA}@us-east-1=-1`, "that is not model@region=number"],
    [`${NOVA}@nowhere=1`, "that is not model@region=number"],
    [`${NOVA}=1=2`, "that is not model@region=number"],
    ["**=1", "that is not model@region=number"],
    ["*=0", "whose number is not from 1 to 10000"],
    ["*=10001", "whose number is not from 1 to 10000"],
    ["*=1, *=2", "number 2, that says once more what another says"],
  ])("does not take %j", (text, fault) => {
    const read = readStreamPlaces(text.split(",").map((entry) => entry.trim()));
    expect(read.ok ? [] : read.error).toEqual([expect.stringContaining(fault)]);
  });

  it("is told at start-up what is wrong with it, and what would be right", () => {
    const parsed = parseConfig({ STREAM_PLACES: "twenty" });
    expect(parsed.ok ? [] : parsed.error).toContainEqual({
      setting: "STREAM_PLACES",
      problem: "has an entry, number 1, that is not model@region=number",
      remedy: expect.stringContaining("*=20"),
    });
  });
});
