/**
 * Which service bindings an agent's tools need and a Worker does not have: known before anybody calls, and the cause of
 * much that is told later.
 */
import type { AgentDefinition, ToolSource } from "../agent/agent.ts";
import type { ToolBox } from "./tool-runner.ts";

/** Why a binding of that name cannot be used. */
export const noBinding = (name: string): string =>
  `there is no binding ${name}; is it under [[services]] in wrangler.toml?`;

/** As a session of that agent will say of its tools, in the agent's order. */
export const missingBindings = (agent: Pick<AgentDefinition, "tools">, env: object): ToolBox["missing"] =>
  agent.tools.flatMap((source) => missingOf(source, env));

function missingOf(source: ToolSource, env: object): ToolBox["missing"] {
  const unless = (binding: string, name: string) =>
    Reflect.get(env, binding) === undefined ? [{ source: name, cause: noBinding(binding) }] : [];
  if (source.type === "binding") return unless(source.binding, source.binding);
  if (source.type !== "sub_agent") return [];
  const { agent, tool } = source;
  if (agent.kind === "worker") return unless(agent.binding, tool.name);
  if (agent.kind !== "bedrock") return [];
  return missingBindings(agent, env).map((part) => ({ ...part, source: `${tool.name}: ${part.source}` }));
}
