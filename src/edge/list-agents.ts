/**
 * `GET /v1/agents`: who can be talked to here.
 */
import type { AgentDefinition, ToolSource } from "../agent/agent.ts";
import type { GatewayConfig } from "../base/config.ts";
import { json } from "./answers.ts";
import type { Handler } from "./endpoint.ts";

export const listAgents: Handler = ({ agents, config }) =>
  json({ agents: agents.map((agent) => describe(agent, config)) });

const describe = ({ name, model, region, voice, tools }: AgentDefinition, config: GatewayConfig) => ({
  name,
  model,
  region: config.region ?? region,
  endpoint: config.endpoint === null ? "aws" : "custom",
  voice,
  tools: tools.map(describeTools),
});

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
