/**
 * An agent that is read and not yet checked, with all the names that there are in it.
 */

import type { AgentDefinition, ToolSource } from "./agent.ts";
import type { AgentProblem } from "./agent-error.ts";
import type { MemoryPolicy } from "./memory-policy.ts";
import { choose } from "./near-miss.ts";
import type { OfferedNames, WithinNames } from "./offered-names.ts";
import type { SegmentDefinition } from "./segment.ts";

export interface Draft extends Pick<AgentDefinition, "facts" | "segments" | "start"> {
  readonly sources: readonly ToolSource[];
  /** Names of tools; open as well where an entry of the list could not be read. */
  readonly offered: OfferedNames;
  readonly within: WithinNames;
  /** Also of those segments and facts that could not be read: what is named exists. */
  readonly segmentNames: readonly string[];
  readonly factNames: readonly string[];
  readonly memory: MemoryPolicy | null;
}

/** Notes a name that stands for nothing, with what was probably meant. Gives back whether it is known. */
export function checkKnown(
  what: "tool" | "segment" | "fact",
  name: string,
  place: string,
  draft: Draft,
  problems: AgentProblem[],
): boolean {
  const { offered } = draft;
  if (what === "tool" && offered.open) return true;
  const known = { tool: [...offered.known.keys()], segment: draft.segmentNames, fact: draft.factNames }[what];
  if (known.includes(name)) return true;
  const right = known.length === 0 ? `The agent has no ${what}s` : choose(name, known);
  problems.push({ place, wrong: `there is no ${what} "${name}"`, right });
  return false;
}

/** Notes what stands in a list twice. */
export function checkOnce(names: readonly string[], place: string, problems: AgentProblem[]): void {
  for (const [index, name] of names.entries()) {
    const first = names.indexOf(name);
    if (first !== index)
      problems.push({
        place: `${place}[${index}]`,
        wrong: `"${name}" is listed already`,
        right: `${place}[${first}] has it; name it once`,
      });
  }
}

/** The tool that the model is offered for a way into a segment. */
export const goTo = (segment: string): string => `go_to_${segment}`;

/** Whether a segment may use a tool. */
export const lists = ({ tools }: Pick<SegmentDefinition, "tools">, tool: string): boolean =>
  tools === null || tools.includes(tool);
