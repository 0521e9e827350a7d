/**
 * What can be asked of a speech model, as data: so that an agent that asks for more is refused when it is checked, and
 * not found out in a call.
 */
import type { AgentDefinition } from "../agent/agent.ts";
import { DEFAULTS } from "../agent/models.ts";
import type { SegmentDefinition } from "../agent/segment.ts";

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

type Asking = Pick<AgentDefinition, "tools" | "endpointing" | "inference"> & {
  readonly segments: readonly Pick<
    SegmentDefinition,
    "name" | "model" | "tools" | "endpointing" | "inference" | "goesTo"
  >[];
};

const OWN_TOOLS = "this model runs its own tools where it is hosted; give it these there, and list none";
const OWN_PAUSE = "this model decides itself how soon a pause ends the caller's turn; leave it out";
const ownNumbers = (names: readonly string[]) =>
  `${names.join(", ")} can only be set where this model is hosted; leave it out`;

/**
 * What `agent` asks for in segments whose model does not do it: one sentence each, for its builder, with the segment's
 * name where it is the segment that asks. Empty when they get on. What a door makes up for by itself (history, rates) is
 * no reason for a complaint. Nor is a way of speaking that a segment has from the agent, as long as another segment's
 * model minds it; but tools that a segment would be without are.
 */
export const unsupported = (
  agent: Asking,
  capabilitiesOf: (model: string) => ModelCapabilities,
): readonly string[] => {
  const lacks = (what: "tools" | "endpointing" | "inference") =>
    agent.segments.filter(({ model }) => !capabilitiesOf(model)[what]);
  const inVain = (lacking: readonly unknown[]): boolean => lacking.length === agent.segments.length;
  const problems: string[] = [];

  const toolless = lacks("tools");
  if (agent.tools.length > 0 && inVain(toolless)) problems.push(`tools: ${OWN_TOOLS}`);
  for (const { name, tools, goesTo } of toolless) {
    const wanted = tools === null ? agent.tools.length > 0 && !inVain(toolless) : tools.length > 0;
    if (wanted) problems.push(`segments.${name}.tools: ${OWN_TOOLS}: tools: []`);
    for (const { to, by } of goesTo)
      if (by.includes("model"))
        problems.push(
          `segments.${name}.goesTo: this model cannot ask to go to "${to}"; let facts, a budget or the client decide`,
        );
  }

  const pauseless = lacks("endpointing");
  if (agent.endpointing !== DEFAULTS.endpointing && inVain(pauseless))
    problems.push(`endpointing: ${OWN_PAUSE}`);
  for (const { name, endpointing } of pauseless)
    if (endpointing !== DEFAULTS.endpointing && endpointing !== agent.endpointing)
      problems.push(`segments.${name}.endpointing: ${OWN_PAUSE}`);

  const fixed = lacks("inference");
  const common = Object.entries(agent.inference);
  if (common.length > 0 && inVain(fixed))
    problems.push(`inference: ${ownNumbers(common.map(([name]) => name))}`);
  for (const { name, inference } of fixed) {
    const own = Object.entries(inference).filter(
      ([which, value]) => !common.some(([known, same]) => known === which && same === value),
    );
    if (own.length > 0)
      problems.push(`segments.${name}.inference: ${ownNumbers(own.map(([which]) => which))}`);
  }
  return problems;
};
