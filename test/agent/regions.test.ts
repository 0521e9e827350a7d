import { describe, expect, it } from "vitest";
import { agentFromJson } from "../../src/agent/agent-document.ts";
import { AgentError } from "../../src/agent/agent-error.ts";
import { defineAgent } from "../../src/agent/define-agent.ts";
import { placedIn } from "../../src/agent/runtime-arn.ts";

const BASE = { name: "banker", prompt: "You are a bank." } as const;
const RUNTIME = "arn:aws:bedrock-agentcore:us-west-2:123456789012:runtime/concierge-a1B2c3D4e5";

const problems = (document: object): readonly string[] => {
  try {
    agentFromJson({ ...BASE, ...document });
    return [];
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    return error.problems.map(({ place, wrong }) => `${place}: ${wrong}`);
  }
};

describe("an agent's regions", () => {
  it("are in the builder's order, and every segment's that does not say otherwise", () => {
    const agent = defineAgent({
      ...BASE,
      regions: ["us-west-2", "us-east-1"],
      segments: {
        desk: { goesTo: ["back"] },
        back: { region: "eu-north-1" },
        far: { regions: ["ap-northeast-1", "us-west-2"] },
      },
    });
    expect(agent).toMatchObject({ region: "us-west-2", regions: ["us-west-2", "us-east-1"] });
    expect(agent.segments).toMatchObject([
      { name: "desk", region: "us-west-2", regions: ["us-west-2", "us-east-1"] },
      { name: "back", region: "eu-north-1" },
      { name: "far", region: "ap-northeast-1", regions: ["ap-northeast-1", "us-west-2"] },
    ]);
    expect(agent.segments[1]).not.toHaveProperty("regions");
  });

  it("are those of its only segment too", () => {
    const agent = defineAgent({ ...BASE, regions: ["us-east-1", "us-west-2"] });
    expect(agent.segments).toMatchObject([{ region: "us-east-1", regions: ["us-east-1", "us-west-2"] }]);
  });

  it("are one region where one is listed", () => {
    const agent = defineAgent({ ...BASE, regions: ["us-west-2"] });
    expect(agent.region).toBe("us-west-2");
    expect(agent).not.toHaveProperty("regions");
  });

  it("are kept by a segment with a model of its own as far as that model is there", () => {
    const agent = defineAgent({
      ...BASE,
      regions: ["us-east-1", "us-west-2", "eu-north-1"],
      segments: { desk: {}, newer: { model: "amazon.nova-2-5-sonic" } },
    });
    expect(agent.segments[1]?.regions).toEqual(["us-east-1", "eu-north-1"]);
  });

  it("must all have the model", () => {
    expect(problems({ regions: ["us-east-1", "eu-west-1"] })).toEqual([
      'regions[1]: amazon.nova-2-sonic-v1:0 is not in "eu-west-1"',
    ]);
    expect(problems({ segments: { desk: { regions: ["us-east-1", "nowhere"] } } })).toEqual([
      'segments.desk.regions[1]: amazon.nova-2-sonic-v1:0 is not in "nowhere"',
    ]);
  });

  it("are told in one way, each once, and there is one at least", () => {
    expect(problems({ region: "us-east-1", regions: ["us-west-2"] })).toEqual([
      "regions: there is a region as well",
    ]);
    expect(problems({ regions: ["us-east-1", "us-east-1"] })).toEqual([
      'regions[1]: "us-east-1" is named already',
    ]);
    expect(problems({ segments: { desk: { region: "us-east-1", regions: ["us-west-2"] } } })).toEqual([
      "segments.desk.regions: there is a region as well",
    ]);
    expect(problems({ regions: [] })).toHaveLength(1);
    expect(problems({ regions: "us-east-1" })).toHaveLength(1);
  });

  it("are asked as listed, or by nearness where the agent says so", () => {
    const regions = ["us-west-2", "us-east-1"] as const;
    expect(defineAgent({ ...BASE, regions })).not.toHaveProperty("regionOrder");
    expect(defineAgent({ ...BASE, regions, regionOrder: "listed" })).not.toHaveProperty("regionOrder");
    expect(defineAgent({ ...BASE, regions, regionOrder: "nearest" }).regionOrder).toBe("nearest");
    expect(agentFromJson({ ...BASE, regions, regionOrder: "nearest" }).regionOrder).toBe("nearest");
    expect(problems({ regions, regionOrder: "near" })).toEqual([expect.stringMatching(/^regionOrder: /)]);
    expect(problems({ segments: { desk: { regionOrder: "nearest" } } })).toHaveLength(1);
  });

  it("of a hosted agent are its ARN's own", () => {
    expect(problems({ model: RUNTIME, regions: ["us-west-2", "us-east-1"] })).toEqual([
      'regions[1]: the runtime is not in "us-east-1"',
    ]);
  });

  it("give way to the setting AWS_REGION, but for a hosted agent's", () => {
    const agent = defineAgent({ ...BASE, regions: ["us-east-1", "us-west-2"] });
    expect(placedIn(agent, "eu-north-1")).toMatchObject({ region: "eu-north-1", regions: ["eu-north-1"] });
    expect(placedIn(agent, null)).toBe(agent);
    const hosted = defineAgent({ ...BASE, model: RUNTIME });
    expect(placedIn(hosted, "eu-north-1").region).toBe("us-west-2");
  });
});
