/**
 * Which of the gateway's settings an agent's tools hold as secrets: for a log that must never show their values.
 */
import type { AgentDefinition, ToolSource } from "../agent/agent.ts";
import type { Auth } from "../agent/remote.ts";

/** Names of settings, each once. Their values are in the gateway's env, if they are set at all. */
export const secretSettings = ({ tools }: Pick<AgentDefinition, "tools">): readonly string[] => [
  ...new Set(tools.flatMap(ofSource)),
];

function ofSource(source: ToolSource): readonly string[] {
  if (source.type === "mcp") return ofAuth(source.auth);
  if (source.type !== "sub_agent") return [];
  const { agent } = source;
  if (agent.kind === "a2a") return ofAuth(agent.auth);
  return agent.kind === "bedrock" ? secretSettings(agent) : [];
}

const ofAuth = (auth: Auth): readonly string[] =>
  auth !== "none" && "bearer" in auth ? [auth.bearer.setting] : [];
