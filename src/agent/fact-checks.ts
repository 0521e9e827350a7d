/**
 * What a schema cannot say of facts: that those that are named exist, and that what somebody waits for can come true.
 */
import type { ToolSource } from "./agent.ts";
import type { AgentProblem } from "./agent-error.ts";
import type { CallPolicy } from "./call-policy.ts";
import { checkKnown, checkOnce, type Draft, lists } from "./draft.ts";
import type { Facts } from "./facts.ts";
import type { WithinNames } from "./offered-names.ts";
import type { Tells } from "./remote.ts";
import type { SegmentDefinition } from "./segment.ts";

export function checkFacts(draft: Draft, problems: AgentProblem[]): void {
  for (const [name, { setBy }] of Object.entries(draft.facts)) {
    for (const [index, tool] of setBy.entries())
      checkSetter(tool, `facts.${name}.setBy[${index}]`, draft, problems);
    checkOnce(setBy, `facts.${name}.setBy`, problems);
  }
  checkRemembered(draft, problems);
  for (const { name, sees, writes } of draft.segments) {
    const at = `segments.${name}`;
    for (const [index, fact] of (sees.facts ?? []).entries())
      checkKnown("fact", fact, `${at}.sees.facts[${index}]`, draft, problems);
    for (const [index, fact] of (writes ?? []).entries())
      checkKnown("fact", fact, `${at}.writes[${index}]`, draft, problems);
  }
  for (const { place, tells } of toldTo(draft.sources, "tools"))
    for (const [index, fact] of tells.entries())
      checkKnown("fact", fact, `${place}.tells[${index}]`, draft, problems);
  for (const { place, facts } of wantedBy(draft)) checkWanted(facts, place, draft, problems);
  const first = draft.segments.find(({ name }) => name === draft.start);
  if (first && Object.keys(first.requires).length > 0)
    problems.push({
      place: `segments.${first.name}.requires`,
      wrong: "a session begins here, when no fact holds yet",
      right: "Begin in another segment (start), or leave it out",
    });
}

/** What is remembered comes back as words in a prompt: no secret may, and there must be a memory for it. */
function checkRemembered({ facts, memory }: Draft, problems: AgentProblem[]): void {
  for (const [name, { secret, remember }] of Object.entries(facts)) {
    if (!remember) continue;
    const place = `facts.${name}.remember`;
    if (secret) problems.push({ place, wrong: "the fact is secret", right: "Leave one of the two out" });
    else if (memory === null)
      problems.push({
        place,
        wrong: "the agent has no memory",
        right: "Give it one (memory: {}), or leave this out",
      });
  }
}

/** A tool that may set a fact: one that there is, and that the caller does not hold in hand. */
function checkSetter(tool: string, place: string, draft: Draft, problems: AgentProblem[]): void {
  const { offered, within, sources } = draft;
  const source = offered.known.get(tool);
  if (source !== undefined && sources[source]?.type === "client")
    problems.push({
      place,
      wrong: `"${tool}" is answered by the client, which nobody can trust`,
      right: "Let a tool behind a binding, at a server or in the gateway set it",
    });
  else if (!within.open && !within.known.has(tool)) checkKnown("tool", tool, place, draft, problems);
}

interface Wants {
  readonly place: string;
  readonly facts: Facts;
}

/** Everywhere that facts are waited for. */
const wantedBy = ({ segments, sources, memory }: Draft): readonly Wants[] => [
  { place: "memory.requires", facts: memory?.requires ?? {} },
  ...segments.flatMap(({ name, requires, goesTo, prefetch }) => [
    { place: `segments.${name}.requires`, facts: requires },
    ...goesTo.map(({ when }, index) => ({
      place: `segments.${name}.goesTo[${index}].when`,
      facts: when ?? {},
    })),
    ...prefetch.map(({ when }, index) => ({
      place: `segments.${name}.prefetch[${index}].when`,
      facts: when ?? {},
    })),
  ]),
  ...sources.flatMap((source, index) => wantedByTools(source, `tools[${index}]`)),
];

/** Everywhere that facts are told to somebody outside. */
const toldTo = (
  sources: readonly ToolSource[],
  at: string,
): readonly { readonly place: string; readonly tells: Tells }[] =>
  sources.flatMap((source, index) => {
    const place = `${at}[${index}]`;
    if (source.type === "mcp") return [{ place, tells: source.tells ?? [] }];
    if (source.type !== "sub_agent") return [];
    const { agent } = source;
    if (agent.kind === "bedrock") return toldTo(agent.tools, `${place}.agent.tools`);
    return [{ place: `${place}.agent`, tells: ("tells" in agent ? agent.tells : undefined) ?? [] }];
  });

function wantedByTools(source: ToolSource, place: string): readonly Wants[] {
  const one = (policy: CallPolicy | undefined, at: string) => ({
    place: `${at}.requires`,
    facts: policy?.requires ?? {},
  });
  switch (source.type) {
    case "binding":
    case "mcp":
      return Object.entries(source.calls ?? {}).map(([name, call]) => one(call, `${place}.calls.${name}`));
    case "sub_agent": {
      const own = source.agent.kind === "bedrock" ? source.agent.tools : [];
      return [
        one(source.tool.policy, place),
        ...own.flatMap((inner, index) => wantedByTools(inner, `${place}.agent.tools[${index}]`)),
      ];
    }
    default:
      return source.tools.map(({ policy }) => one(policy, place));
  }
}

function checkWanted(facts: Facts, place: string, draft: Draft, problems: AgentProblem[]): void {
  for (const name of Object.keys(facts)) {
    if (!checkKnown("fact", name, `${place}.${name}`, draft, problems)) continue;
    const definition = Object.hasOwn(draft.facts, name) ? draft.facts[name] : undefined;
    if (definition === undefined || canCome(name, definition.setBy, draft)) continue;
    problems.push({
      place: `${place}.${name}`,
      wrong: `nobody can set "${name}"`,
      right:
        definition.setBy.length === 0
          ? `Say in facts.${name}.setBy which tools may`
          : `List ${definition.setBy.map((tool) => `"${tool}"`).join(" or ")} in a segment that writes it`,
    });
  }
}

/** Whether there is a segment in which one of these tools may run and set it. Where one could not be read, there may be. */
const canCome = (
  fact: string,
  setBy: readonly string[],
  { segments, segmentNames, within }: Draft,
): boolean =>
  setBy.length > 0 &&
  (segments.length < segmentNames.length ||
    segments.some(
      (segment) =>
        (segment.writes === null || segment.writes.includes(fact)) &&
        setBy.some((tool) => runsIn(tool, segment, within)),
    ));

/** Whether a tool may run in a segment: because it lists it, or a sub-agent that has it. */
const runsIn = (tool: string, segment: SegmentDefinition, within: WithinNames): boolean =>
  lists(segment, tool) ||
  within.open ||
  (within.known.get(tool) ?? []).some((subAgent) => lists(segment, subAgent));
