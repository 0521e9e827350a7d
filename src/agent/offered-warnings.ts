/**
 * What can only be said of an agent once its sources have told their tools: for the log, when a session starts.
 */
import type { AgentDefinition, AgentWarning } from "./agent.ts";
import { crowds } from "./agent-warnings.ts";
import { goTo } from "./draft.ts";
import { choose } from "./near-miss.ts";
import { isOpen, withinNames } from "./offered-names.ts";

/** Everything there is to say, given the names under which tools are really offered. */
export const offeredWarnings = (
  agent: AgentDefinition,
  offered: readonly string[],
): readonly AgentWarning[] => [
  ...unknownTools(agent, offered),
  ...hiddenTools(agent, offered),
  ...newlyCrowded(agent, offered),
];

/** Names of tools in segments and facts that no source offers, each with its near miss. */
export function unknownTools(agent: AgentDefinition, offered: readonly string[]): readonly AgentWarning[] {
  const within = withinNames(agent.tools);
  const named = [
    ...agent.segments.flatMap(({ name, tools }) => placed(tools ?? [], `segments.${name}.tools`)),
    ...Object.entries(agent.facts).flatMap(([name, { setBy }]) =>
      placed(setBy, `facts.${name}.setBy`).filter(({ tool }) => !within.open && !within.known.has(tool)),
    ),
  ];
  return named
    .filter(({ tool }) => !offered.includes(tool))
    .map(({ tool, place }) => ({
      place,
      wrong: `no source offers a tool "${tool}"`,
      right: choose(tool, offered),
    }));
}

const placed = (tools: readonly string[], at: string) =>
  tools.map((tool, index) => ({ tool, place: `${at}[${index}]` }));

/** A source may offer what is called as a way to a segment: the way has the name. */
const hiddenTools = ({ segments }: AgentDefinition, offered: readonly string[]): readonly AgentWarning[] =>
  segments
    .filter(({ name }) => offered.includes(goTo(name)))
    .map(({ name }) => ({
      place: `segments.${name}`,
      wrong: `a source offers a tool "${goTo(name)}", which is the way to this segment`,
      right: "Rename the tool, or leave it out with only",
    }));

/** A segment that may use all tools, of which it is known now how many there are. */
const newlyCrowded = (agent: AgentDefinition, offered: readonly string[]): readonly AgentWarning[] =>
  agent.tools.some(isOpen)
    ? crowds({ ...agent, segments: agent.segments.filter(({ tools }) => tools === null) }, offered.length)
    : [];
