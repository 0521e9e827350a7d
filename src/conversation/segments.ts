/**
 * What the agent's description says of its segments: which tools each is given, what each may know of the rest of the
 * session, and what stands in the way of a call or a move.
 */
import { type Facts, unmet } from "../agent/facts.ts";
import type { Edge, SegmentDefinition } from "../agent/segment.ts";
import type { ToolSpec } from "./events.ts";
import type { Talk } from "./talk.ts";
import type { FailedOutcome } from "./tool-failure.ts";
import { failed } from "./tool-failure.ts";
import { goToWords, missingWords } from "./words.ts";

const GO_TO = "go_to_";

export const goToTool = (segment: string): string => `${GO_TO}${segment}`;

/** The definition of a segment that is known to exist. */
export function segmentNamed(talk: Talk, name: string): SegmentDefinition {
  const segment = findSegment(talk, name);
  if (!segment) throw new Error(`no segment "${name}"`);
  return segment;
}

export const findSegment = (talk: Talk, name: string): SegmentDefinition | null =>
  talk.agent.segments.find((segment) => segment.name === name) ?? null;

export const presentSegment = (talk: Talk): SegmentDefinition =>
  segmentNamed(talk, talk.visits.present.segment);

/** All that a segment's model is offered: its tools, and a way to each segment that it may ask for. */
export const toolsOffered = (talk: Talk, segment: SegmentDefinition): readonly ToolSpec[] => [
  ...(talk.tools ?? []).filter((tool) => isGiven(talk, segment, tool)),
  ...segment.goesTo.filter(({ by }) => by.includes("model")).map((edge) => goToSpec(talk, edge)),
];

const isGiven = (talk: Talk, segment: SegmentDefinition, { name, memory }: ToolSpec): boolean =>
  memory
    ? talk.recollection.type !== "none" && segment.sees.memory !== false
    : segment.tools === null || segment.tools.includes(name);

function goToSpec(talk: Talk, { to }: Edge): ToolSpec {
  return {
    name: goToTool(to),
    description: goToWords(to, findSegment(talk, to)?.purpose ?? null),
    inputSchema: {
      type: "object",
      properties: { reason: { type: "string", description: "Why, in a few words" } },
      required: ["reason"],
    },
    runs: "session",
    timeoutMs: 0,
  };
}

/** The edge behind a tool of that name, where this segment's model may take it. */
export const edgeOfTool = (segment: SegmentDefinition, tool: string): Edge | null =>
  segment.goesTo.find(({ to, by }) => goToTool(to) === tool && by.includes("model")) ?? null;

/** Facts that stand in the way of being in a segment; their meaning, for the model. */
export const unmetOf = (talk: Talk, wanted: Facts): readonly string[] =>
  unmet(talk.facts.all, wanted).map((name) => talk.agent.facts[name]?.description ?? name);

/** Why a call may not be made, or null. The model is told what is missing, never a value. */
export function forbidden(
  talk: Talk,
  segment: SegmentDefinition,
  spec: ToolSpec | undefined,
): FailedOutcome | null {
  if (spec && !isGiven(talk, segment, spec)) return failed("not_allowed");
  const missing = [...unmetOf(talk, segment.requires), ...unmetOf(talk, spec?.requires ?? {})];
  return missing.length === 0 ? null : failed("not_allowed", missingWords([...new Set(missing)]));
}

/** Whether `reader` may know what was said and found in `author`. */
export const seesTalkOf = (talk: Talk, reader: SegmentDefinition, author: string): boolean => {
  if (reader.name === author) return true;
  if (reader.sees.talk !== null && !reader.sees.talk.includes(author)) return false;
  // A segment that a newer deployment no longer has cannot be asked what it lets go of.
  const carries = findSegment(talk, author)?.carries.type ?? "nothing";
  return carries !== "facts" && carries !== "nothing";
};

/** Facts that a segment's tools are told. */
export const factsSeenBy = (talk: Talk, reader: SegmentDefinition): Facts =>
  talk.facts.only(
    ({ name, segment }) =>
      (reader.sees.facts === null || reader.sees.facts.includes(name)) &&
      (segment === reader.name || (findSegment(talk, segment)?.carries.type ?? "nothing") !== "nothing"),
  );
