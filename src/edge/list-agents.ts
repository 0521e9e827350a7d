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

/** A binding tells its tools when a session starts; before that its names are known only where they were narrowed. */
const describeTools = (source: ToolSource) =>
  source.type === "binding"
    ? { source: source.type, binding: source.binding, names: source.only }
    : { source: source.type, names: source.tools.map((tool) => tool.name) };
