/**
 * What is answered to a wish for an agent that there is not: the one that was probably meant.
 */
import type { AgentDefinition } from "../agent/agent.ts";
import { nearMiss } from "../agent/near-miss.ts";
import { type GatewayError, gatewayError } from "../base/errors.ts";

export function unknownAgent(wanted: string, agents: readonly AgentDefinition[]): GatewayError {
  const names = agents.map(({ name }) => name);
  const near = nearMiss(wanted, names);
  const meant = near === null ? "" : `Did you mean "${near}"? `;
  return gatewayError("agent_unknown", `${meant}GET /v1/agents lists them`);
}
