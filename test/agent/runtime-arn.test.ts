import { describe, expect, it } from "vitest";
import { AgentError } from "../../src/agent/agent-error.ts";
import { defineAgent } from "../../src/agent/define-agent.ts";
import { parseRuntimeArn, regionOf } from "../../src/agent/runtime-arn.ts";
import { LIMITS } from "../../src/base/limits.ts";

const ARN = "arn:aws:bedrock-agentcore:eu-west-1:123456789012:runtime/helper-a1B2c3D4e5";
const problemsOf = (define: () => unknown) => {
  try {
    define();
  } catch (error) {
    if (error instanceof AgentError) return error.problems;
    throw error;
  }
  throw new Error("nothing was complained of");
};

describe("a runtime's ARN", () => {
  it("tells its region, and the endpoint that everybody has", () => {
    expect(parseRuntimeArn(ARN)).toEqual({ arn: ARN, region: "eu-west-1", qualifier: "DEFAULT" });
  });

  it("may name another endpoint", () => {
    expect(parseRuntimeArn(`${ARN}/runtime-endpoint/canary`)).toEqual({
      arn: ARN,
      region: "eu-west-1",
      qualifier: "canary",
    });
  });

  it.each([
    "",
    "amazon.nova-2-sonic-v1:0",
    "arn:aws:bedrock-agentcore:eu-west-1:123456789012:gateway/x",
    "arn:aws:bedrock-agentcore:evil.example/#:123456789012:runtime/x",
    "arn:aws:bedrock-agentcore:eu-west-1:12345:runtime/x",
    `${ARN}/ws`,
    `${ARN}/runtime-endpoint/`,
    `${ARN}?qualifier=x`,
    `${ARN}\n`,
  ])("is not %j", (text) => {
    expect(parseRuntimeArn(text)).toBeNull();
  });

  it("settles where its agent is, whatever the settings say of others", () => {
    expect(regionOf({ model: ARN, region: "us-east-1" }, "us-west-2")).toBe("eu-west-1");
    expect(regionOf({ model: "amazon.nova-2-sonic-v1:0", region: "us-east-1" }, "us-west-2")).toBe(
      "us-west-2",
    );
    expect(regionOf({ model: "amazon.nova-2-sonic-v1:0", region: "us-east-1" }, null)).toBe("us-east-1");
  });
});

describe("an agent hosted on AgentCore", () => {
  it("is where its ARN says, has any voice, and keeps its streams for longer", () => {
    expect(defineAgent({ name: "hosted", prompt: "Hi.", model: ARN, voice: "Zephyr" })).toMatchObject({
      model: ARN,
      region: "eu-west-1",
      voice: "Zephyr",
      limits: {
        sessionMs: LIMITS.sessionMs,
        sessionTurns: null,
        sessionTokens: null,
        sessionCost: null,
        answerWatchMs: LIMITS.runtimeAnswerWatchMs,
        rotateAtTurnEndMs: LIMITS.runtimeRotateAtTurnEndMs,
        rotateAtSilenceMs: LIMITS.runtimeRotateAtSilenceMs,
        rotateAtOnceMs: LIMITS.runtimeRotateAtOnceMs,
      },
    });
  });

  it("keeps the limits its builder chose", () => {
    const agent = defineAgent({
      name: "hosted",
      prompt: "Hi.",
      model: ARN,
      limits: { rotateAtTurnEndMs: 60_000 },
    });
    expect(agent.limits.rotateAtTurnEndMs).toBe(60_000);
    expect(agent.limits.rotateAtOnceMs).toBe(LIMITS.runtimeRotateAtOnceMs);
  });

  it("has its streams end before AgentCore ends them", () => {
    const late = { rotateAtOnceMs: 61 * 60_000 };
    expect(
      problemsOf(() => defineAgent({ name: "a", prompt: "Hi.", model: ARN, limits: late })),
    ).toMatchObject([{ place: "limits.rotateAtOnceMs", right: expect.stringContaining("60 minutes") }]);
  });

  it.each([
    [{ model: "arn:aws:bedrock-agentcore:eu-west-1:1:runtime/x" }, "model"],
    [{ model: ARN, region: "us-east-1" }, "region"],
    [{ model: ARN, voice: " " }, "voice"],
  ] as const)("is refused with %j, at its place", (options, place) => {
    const [problem, ...more] = problemsOf(() => defineAgent({ name: "a", prompt: "Hi.", ...options }));
    expect(problem?.place).toBe(place);
    expect(more).toEqual([]);
  });
});
