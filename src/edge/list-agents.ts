/**
 * `GET /v1/agents`: who can be talked to here.
 */
import type { AgentDefinition, ToolSource } from "../agent/agent.ts";
import { parseRuntimeArn, regionOf } from "../agent/runtime-arn.ts";
import type { SegmentDefinition } from "../agent/segment.ts";
import type { GatewayConfig } from "../base/config.ts";
import type { TransitionCause } from "../conversation/events.ts";
import { json } from "./answers.ts";
import type { Handler } from "./endpoint.ts";

export const listAgents: Handler = ({ agents, config }) =>
  json({ agents: agents.map((agent) => describe(agent, config)) });

const describe = (agent: AgentDefinition, config: GatewayConfig) => ({
  name: agent.name,
  model: agent.model,
  region: regionOf(agent, config.region),
  endpoint: endpointOf(agent, config),
  voice: agent.voice,
  greets: greets(agent),
  remembers: agent.memory !== undefined,
  tools: agent.tools.map(describeTools),
  start: agent.start,
  segments: agent.segments.map(describeSegment),
});

/** Whether the agent speaks first. */
const greets = ({ greeting, segments, start }: AgentDefinition): boolean =>
  greeting !== null || (segments.find(({ name }) => name === start)?.opening ?? null) !== null;

const describeSegment = (segment: SegmentDefinition) => ({
  name: segment.name,
  purpose: segment.purpose,
  voice: segment.voice,
  goesTo: waysOut(segment),
});

/**
 * Where the talk may go from here, and on whose wish, in the words of `segment`'s `by`. Tools are left out: any of them
 * may name a segment. So are facts' names and values, which are between the agent and its tools.
 */
const waysOut = ({ goesTo, budget }: SegmentDefinition) => {
  const ways = new Map<string, Set<TransitionCause>>();
  const add = (to: string, causes: readonly TransitionCause[]) =>
    ways.set(to, new Set([...(ways.get(to) ?? []), ...causes]));
  for (const { to, by, when } of goesTo) add(to, when === null ? by : [...by, "fact"]);
  if (budget !== null) add(budget.to, ["budget"]);
  return [...ways].map(([to, by]) => ({ to, by: [...by] }));
};

const endpointOf = ({ model }: AgentDefinition, config: GatewayConfig): "aws" | "custom" => {
  const endpoint = parseRuntimeArn(model) === null ? config.endpoint : config.agentcoreEndpoint;
  return endpoint === null ? "aws" : "custom";
};

/** Bindings and servers tell their tools when a session starts; before that names are known only where narrowed. */
const describeTools = (source: ToolSource) => {
  switch (source.type) {
    case "binding":
      return { source: source.type, binding: source.binding, names: source.only };
    case "mcp":
      return { source: source.type, server: source.name, names: source.only };
    case "sub_agent":
      return { source: source.type, kind: source.agent.kind, names: [source.tool.name] };
    default:
      return { source: source.type, names: source.tools.map((tool) => tool.name) };
  }
};
