/**
 * `GET /v1/agents`: who can be talked to here.
 */
import type { AgentDefinition, ToolSource } from "../agent/agent.ts";
import { regionOf } from "../agent/runtime-arn.ts";
import { json } from "./answers.ts";
import type { Handler } from "./endpoint.ts";

export const listAgents: Handler = ({ agents, config }) =>
  json({ agents: agents.map((agent) => describe(agent, config.region)) });

const describe = (agent: AgentDefinition, override: string | null) => ({
  name: agent.name,
  model: agent.model,
  region: regionOf(agent, override),
  voice: agent.voice,
  tools: agent.tools.map(describeTools),
});

/** A binding tells its tools when a session starts; before that its names are known only where they were narrowed. */
const describeTools = (source: ToolSource) =>
  source.type === "binding"
    ? { source: source.type, binding: source.binding, names: source.only }
    : { source: source.type, names: source.tools.map((tool) => tool.name) };
