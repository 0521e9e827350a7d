/**
 * `GET /v1/agents`: who can be talked to here.
 */
import type { AgentDefinition, ToolSource } from "../agent/agent.ts";
import { parseRuntimeArn, regionOf } from "../agent/runtime-arn.ts";
import type { GatewayConfig } from "../base/config.ts";
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
  tools: agent.tools.map(describeTools),
});

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
