/**
 * What can be asked of a speech model, as data: so that an agent that asks for more is refused when it is checked, and
 * not found out in a call.
 */
import type { AgentDefinition } from "../agent/agent.ts";
import { DEFAULTS } from "../agent/models.ts";

export interface ModelCapabilities {
  /** It offers our tools to itself and asks us to run them. Else the tools are its own, where it is hosted. */
  readonly tools: boolean;
  /**
   * It takes what was said so far as messages with roles. Else a fresh stream is told of it in its prompt, shortened, and
   * may take it less to heart.
   */
  readonly history: boolean;
  /** How soon a pause ends the caller's turn can be chosen. */
  readonly endpointing: boolean;
  /** Tokens, temperature and the like can be chosen. */
  readonly inference: boolean;
  /** It speaks and hears 8 kHz, the telephone's rate, by itself. Else its door converts, at some cost in CPU time. */
  readonly telephoneRate: boolean;
  /** It says when the caller's speech starts and stops; without, turns are timed from the caller's words. */
  readonly speechEvents: boolean;
  /** It says where an answer ends. Else an answer has ended once nothing more of it comes. */
  readonly answerEnds: boolean;
}

/** A model of which everything can be asked. */
export const EVERYTHING: ModelCapabilities = {
  tools: true,
  history: true,
  endpointing: true,
  inference: true,
  telephoneRate: true,
  speechEvents: true,
  answerEnds: true,
};

/**
 * What `agent` asks for and a model with these capabilities does not do: one sentence each, for its builder. Empty when
 * they get on. What a door makes up for by itself (history, rates) is no reason for a complaint.
 */
export const unsupported = (
  agent: Pick<AgentDefinition, "tools" | "endpointing" | "inference">,
  capabilities: ModelCapabilities,
): readonly string[] => {
  const problems: string[] = [];
  if (!capabilities.tools && agent.tools.length > 0)
    problems.push(
      "tools: this model runs its own tools where it is hosted; give it these there, and list none",
    );
  if (!capabilities.endpointing && agent.endpointing !== DEFAULTS.endpointing)
    problems.push(
      "endpointing: this model decides itself how soon a pause ends the caller's turn; leave it out",
    );
  const chosen = Object.keys(agent.inference);
  if (!capabilities.inference && chosen.length > 0)
    problems.push(`inference: ${chosen.join(", ")} can only be set where this model is hosted; leave it out`);
  return problems;
};
