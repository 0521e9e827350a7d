/**
 * How a builder describes an agent in TypeScript: checked by the compiler as far as it can see, and at start-up in any
 * case.
 */
import type { AgentDefinition } from "./agent.ts";
import { AGENT_OPTIONS, type AgentModel, type AgentOptions, type Prompted } from "./agent-options.ts";
import { buildAgent } from "./build-agent.ts";
import type { DEFAULTS } from "./models.ts";

/**
 * Describes an agent. Throws one `AgentError` that lists everything wrong with it: a gateway that cannot serve an
 * agent should not start. What will merely hurt is in the `warnings` of what it gives back.
 */
export const defineAgent = <
  const Model extends AgentModel = typeof DEFAULTS.model,
  Tool extends string = never,
  Segment extends string = never,
  Fact extends string = never,
  Within extends string = never,
>(
  options: AgentOptions<Model, Tool, Segment, Fact, Within> & Prompted<Segment>,
): AgentDefinition => buildAgent(options, AGENT_OPTIONS);
