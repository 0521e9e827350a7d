import { describe, expect, it } from "vitest";
import { sameTarget } from "../../src/conversation/briefing.ts";
import { Stage, segment } from "./stage.ts";

const BOTH = ["us-east-1", "us-west-2"];

describe("a stream of a segment that may be served from several regions", () => {
  const segments = [
    segment("desk", { regions: BOTH, goesTo: [{ to: "vault", when: null, by: ["client"], say: null }] }),
    segment("vault"),
  ];

  it("is dialled with all of them, the first time and after a loss", () => {
    const stage = new Stage({ segments, start: "desk" });
    stage.play({ type: "start", tools: [] });
    stage.model({ type: "opened", connectMs: 1 });
    stage.model({ type: "ended", end: { type: "unreachable", cause: "dark" } });
    stage.pass(0);
    expect(stage.of("stream.open").map(({ target }) => target.regions)).toEqual([BOTH, BOTH]);
  });

  it("serves no segment that may be served from the first of them only", () => {
    const stage = Stage.talking({ segments, start: "desk" });
    stage.command({ type: "go_to", segment: "vault" });
    expect(stage.of("stream.open").at(-1)?.target).toEqual({
      model: segments[1]?.model,
      region: "us-east-1",
    });
    const target = { model: "m", region: "us-east-1" };
    expect(sameTarget({ ...target, regions: BOTH }, target)).toBe(false);
    expect(sameTarget(target, { ...target, regions: ["us-east-1"] })).toBe(true);
  });
});
