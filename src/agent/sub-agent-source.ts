/**
 * From what a builder noted of a sub-agent to a source of one tool, with every mistake noted on the way.
 */
import { LIMITS } from "../base/limits.ts";
import type { SubAgentKind, SubAgentSource, ToolSource } from "./agent.ts";
import type { AgentProblem } from "./agent-error.ts";
import { inlineTool } from "./inline-tool.ts";
import { parseRuntimeArn } from "./runtime-arn.ts";
import { checkAuth, checkBindingName, checkConfigured, checkUrl, show, tellsOf } from "./source-checks.ts";
import type { ListedSubAgent, ListedSubAgentTool, SubAgentLimits } from "./sub-agent-list.ts";
import { REGION_NAME, TEXT_MODEL_ID } from "./text-model-options.ts";

/** Small models answer sooner, and a voice is waiting. */
export const SUB_AGENT_MODEL = "amazon.nova-2-lite-v1:0";

const LIMITS_OF_ONE: SubAgentLimits = {
  rounds: LIMITS.subAgentRounds,
  ms: LIMITS.subAgentMs,
  tokens: LIMITS.subAgentTokens,
};

/** Reads a list of tools, as `toolSources` does: given, since the two would otherwise import each other. */
type ReadTools = (
  tools: readonly unknown[],
  place: string,
  problems: AgentProblem[],
) => readonly ToolSource[];

export function subAgentSource(
  listed: ListedSubAgentTool,
  place: string,
  problems: AgentProblem[],
  readTools: ReadTools,
): SubAgentSource {
  const agent = kindOf(listed.agent, `${place}.agent`, problems, readTools);
  const sayChars = listed.sayChars ?? LIMITS.subAgentSayChars;
  if (!(sayChars >= 40 && sayChars <= 2_000))
    problems.push({
      place: `${place}.sayChars`,
      wrong: `${sayChars} is out of range`,
      right: "Give 40 to 2000",
    });
  // A sub-agent's own limit comes first, so that its words are told and not those of a tool that hangs.
  const inner = agent?.kind === "bedrock" ? agent.limits.ms : LIMITS.subAgentMs;
  const tool = inlineTool(listed, place, problems, Math.min(inner + 1_000, LIMITS.toolLongestMs));
  return {
    type: "sub_agent",
    tool,
    agent: agent ?? { kind: "worker", binding: "" },
    supersede: listed.supersede ?? false,
    sayChars,
  };
}

/** Null when it was made by none of the four; the problem is noted. */
function kindOf(
  agent: ListedSubAgent,
  place: string,
  problems: AgentProblem[],
  readTools: ReadTools,
): SubAgentKind | null {
  switch (agent.kind) {
    case "bedrock": {
      const { model = SUB_AGENT_MODEL, region = null, prompt, tools = [] } = agent;
      if (typeof model !== "string" || !TEXT_MODEL_ID.test(model))
        problems.push({
          place: `${place}.model`,
          wrong: `${show(model)} is no model's id`,
          right: `Give one that Bedrock's Converse takes, such as "${SUB_AGENT_MODEL}"`,
        });
      if (typeof prompt !== "string" || prompt.trim() === "")
        problems.push({
          place: `${place}.prompt`,
          wrong: "it is empty",
          right: "Say what it knows and what it does",
        });
      checkRegion(region, place, problems);
      return {
        kind: "bedrock",
        model,
        region,
        prompt,
        tools: ownTools(tools, `${place}.tools`, problems, readTools),
        limits: limitsOf(agent.limits ?? {}, `${place}.limits`, problems),
      };
    }
    case "agent_core":
      checkConfigured(agent.runtimeArn, `${place}.runtimeArn`, problems);
      if (typeof agent.runtimeArn === "string" && parseRuntimeArn(agent.runtimeArn) === null)
        problems.push({
          place: `${place}.runtimeArn`,
          wrong: `${show(agent.runtimeArn)} is not the ARN of an AgentCore runtime`,
          right: 'Give "arn:aws:bedrock-agentcore:{region}:{account}:runtime/{id}", or { setting: "NAME" }',
        });
      checkRegion(agent.region ?? null, place, problems);
      return {
        kind: "agent_core",
        runtimeArn: agent.runtimeArn,
        qualifier: agent.qualifier ?? "DEFAULT",
        region: agent.region ?? null,
        ...tellsOf(agent, place, problems),
      };
    case "a2a": {
      const auth = agent.auth ?? "none";
      checkUrl(agent.url, `${place}.url`, problems);
      checkAuth(auth, `${place}.auth`, problems);
      const tells = tellsOf(agent, place, problems);
      return { kind: "a2a", url: agent.url, auth, streaming: agent.streaming ?? true, ...tells };
    }
    case "worker":
      checkBindingName(agent.binding, `${place}.binding`, problems);
      return { kind: "worker", binding: agent.binding };
    default:
      problems.push({
        place,
        wrong: `${show(agent)} is no sub-agent`,
        right: 'Make it with bedrock({…}), agentCore({…}), a2a({…}) or worker("NAME")',
      });
      return null;
  }
}

/** A sub-agent has no line to the caller's device, and one that asks another would leave the caller waiting for both. */
function ownTools(
  tools: readonly unknown[],
  place: string,
  problems: AgentProblem[],
  readTools: ReadTools,
): readonly ToolSource[] {
  const sources = readTools(tools, place, problems);
  for (const [index, { type }] of sources.entries()) {
    if (type !== "client" && type !== "sub_agent") continue;
    problems.push({
      place: `${place}[${index}]`,
      wrong: `a sub-agent cannot use a ${type === "client" ? "tool of the client" : "sub-agent"}`,
      right: "List it among the agent's own tools",
    });
  }
  return sources;
}

function limitsOf(given: Partial<SubAgentLimits>, place: string, problems: AgentProblem[]): SubAgentLimits {
  const limits = { ...LIMITS_OF_ONE, ...given };
  const most: SubAgentLimits = { rounds: 50, ms: LIMITS.toolLongestMs - 1_000, tokens: 1_000_000 };
  for (const name of ["rounds", "ms", "tokens"] as const) {
    if (Number.isInteger(limits[name]) && limits[name] >= 1 && limits[name] <= most[name]) continue;
    problems.push({
      place: `${place}.${name}`,
      wrong: `${limits[name]} is out of range`,
      right: `Give a whole number from 1 to ${most[name]}`,
    });
  }
  return limits;
}

function checkRegion(region: string | null, place: string, problems: AgentProblem[]): void {
  if (region !== null && !REGION_NAME.test(region))
    problems.push({
      place: `${place}.region`,
      wrong: `${show(region)} is no AWS region`,
      right: 'Such as "us-east-1"',
    });
}
