/**
 * Who sums up an agent's long talks.
 */
import { describe, expect, it } from "vitest";
import { agentFromJson } from "../../src/agent/agent-document.ts";
import { AgentError } from "../../src/agent/agent-error.ts";
import { defineAgent } from "../../src/agent/define-agent.ts";
import { placedIn } from "../../src/agent/runtime-arn.ts";

const small = { name: "patient", prompt: "You are patient." };
const LITE = "amazon.nova-lite-v1:0";
const RUNTIME = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/desk_voice-a1B2c3D4e5";

const problemsOf = (summaries: unknown): readonly string[] => {
  try {
    agentFromJson({ ...small, summaries });
  } catch (error) {
    if (error instanceof AgentError)
      return error.problems.map(({ place, wrong, right }) => `${place}: ${wrong}. ${right}`);
    throw error;
  }
  return [];
};

describe("an agent's summaries", () => {
  it("are made by rule where no text model is named", () => {
    expect(defineAgent(small)).not.toHaveProperty("summaries");
  });

  it("are made by the text model that is named, in TypeScript and in JSON alike", () => {
    const summaries = { model: LITE, region: "eu-west-1" };
    expect(defineAgent({ ...small, summaries }).summaries).toEqual(summaries);
    expect(agentFromJson({ ...small, summaries }).summaries).toEqual(summaries);
  });

  it("are made beside segments as well", () => {
    const agent = defineAgent({ ...small, segments: { a: {} }, summaries: { model: LITE } });
    expect(agent.summaries).toEqual({ model: LITE });
  });

  it("keep their own region where a setting moves the agent", () => {
    const agent = defineAgent({ ...small, summaries: { model: LITE, region: "eu-west-1" } });
    expect(placedIn(agent, "us-west-2")).toMatchObject({
      region: "us-west-2",
      summaries: { region: "eu-west-1" },
    });
  });

  it.each([
    LITE,
    "us.amazon.nova-micro-v1:0",
    "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-lite-v1:0",
  ])("may be made by %s", (model) => {
    expect(problemsOf({ model })).toEqual([]);
  });

  const A_MODEL = 'Give a text model that Bedrock\'s Converse takes, such as "amazon.nova-lite-v1:0"';
  it.each([
    [
      "a speech model",
      { model: "amazon.nova-2-sonic-v1:0" },
      `summaries.model: "amazon.nova-2-sonic-v1:0" will not do. ${A_MODEL}`,
    ],
    [
      "a hosted agent",
      { model: RUNTIME },
      `summaries.model: "${RUNTIME.slice(0, 59)}… will not do. ${A_MODEL}`,
    ],
    ["no model's id", { model: "nova lite" }, `summaries.model: "nova lite" will not do. ${A_MODEL}`],
    ["no model", {}, `summaries.model: it is missing. ${A_MODEL}`],
    [
      "a region that is none",
      { model: LITE, region: "Frankfurt" },
      'summaries.region: "Frankfurt" will not do. Give an AWS region, such as "us-east-1", or leave it out for the agent\'s own',
    ],
    [
      "a name alone",
      LITE,
      `summaries: "${LITE}" is no object. Name a text model: { model: "${LITE}" }, or leave it out for summaries by rule`,
    ],
    [
      "a slip",
      { model: LITE, regoin: "x" },
      'summaries.regoin: there is no such setting. Did you mean "region"?',
    ],
  ])("are not made by %s", (_, summaries, told) => {
    expect(problemsOf(summaries)).toEqual([told]);
  });
});
