/**
 * An agent as a picture in text: what leads where, what each segment may use, what will hurt, and the boundaries.
 */
import type { AgentDefinition } from "../../src/agent/agent.ts";
import { isOpen } from "../../src/agent/offered-names.ts";
import type { SegmentDefinition } from "../../src/agent/segment.ts";
import { agentMap } from "./agent-map.ts";
import { type Boundaries, segmentBoundaries, toolBoundaries } from "./agent-sheet.ts";
import {
  answerer,
  answererOf,
  budgetWords,
  factsWords,
  list,
  many,
  sourceOf,
  speaker,
  toolsOf,
  wayWords,
} from "./agent-words.ts";
import { box, columns, indent, WIDTH, wrap } from "./text-box.ts";

export const agentPicture = (agent: AgentDefinition): string =>
  [
    ...wrap(`${agent.name}: ${summary(agent)}`, WIDTH),
    "",
    ...agentMap(agent),
    "",
    ...agent.segments.flatMap((segment) => segmentBox(segment, agent)),
    ...factLines(agent),
    ...warningLines(agent),
    ...boundaryLines("Boundaries of segments", segmentBoundaries(agent)),
    ...boundaryLines("Boundaries of tools", toolBoundaries(agent)),
  ]
    .join("\n")
    .trimEnd();

/** What an agent is, in a line. */
export function summary(agent: AgentDefinition): string {
  const open = agent.tools.filter(isOpen);
  const tools = [
    ...(toolsOf(agent).length > 0 || open.length === 0 ? [many(toolsOf(agent).length, "tool")] : []),
    ...open.map((source) => `those of ${answerer(source)}`),
  ];
  const { summaries } = agent;
  const summing = summaries
    ? `; long talks are read by ${summaries.model} in ${summaries.region ?? agent.region}`
    : "";
  return `${agent.model} in ${agent.region}, voice ${agent.voice}; ${many(agent.segments.length, "segment")}, ${list(tools, "and")}${summing}`;
}

function segmentBox(segment: SegmentDefinition, agent: AgentDefinition): readonly string[] {
  const inside = WIDTH - 4;
  const { requires, opening, purpose, budget, prefetch } = segment;
  const voice = speaker(segment, agent);
  const isLong = segment.name.length + voice.length > WIDTH / 2;
  const rows: (readonly [string, string])[] = [
    ...(isLong ? [["speaks", voice] as const] : []),
    ...(Object.keys(requires).length === 0 ? [] : [["enters", `only once ${factsWords(requires)}`] as const]),
    ...(opening === null ? [] : [["opens", opening] as const]),
    ...segment.goesTo.map(
      (edge) =>
        [`─▶ ${edge.to}`, wayWords(edge) + (edge.say === null ? "" : `; says first: ${edge.say}`)] as const,
    ),
    ...(budget === null ? [] : [[`─▶ ${budget.to}`, `after ${budgetWords(budget)}`] as const]),
  ];
  const tools = toolLines(segment, agent).map(([name, words]) => {
    const fetched = prefetch.filter(({ tool }) => tool === name).map(({ when }) => when);
    if (fetched.length === 0) return [name, words] as const;
    const early = fetched.map((when) => (when === null ? "on arrival" : `once ${factsWords(when)}`));
    return [name, `${words}; fetched ahead ${list(early, "and")}`] as const;
  });
  const parts = [
    purpose === null ? [] : wrap(purpose, inside),
    columns(tools.length === 0 ? [["no tools", ""]] : tools, inside),
    rows.length === 0 ? [] : columns(rows, inside),
  ].filter((lines) => lines.length > 0);
  return box(
    segment.name,
    isLong ? "" : voice,
    parts.flatMap((lines, index) => (index === 0 ? lines : ["", ...lines])),
  );
}

/** Each tool with who answers it, and what it sets. */
function toolLines(
  segment: SegmentDefinition,
  agent: AgentDefinition,
): readonly (readonly [string, string])[] {
  const named =
    segment.tools === null
      ? toolsOf(agent)
      : segment.tools.map((name) => ({ name, source: sourceOf(agent, name) }));
  const open = segment.tools === null ? agent.tools.filter(isOpen) : [];
  return [
    ...named.map((tool) => {
      const sets = Object.keys(agent.facts).filter((fact) => agent.facts[fact]?.setBy.includes(tool.name));
      return [
        tool.name,
        `${answererOf(agent, tool)}${sets.length === 0 ? "" : `; sets ${list(sets, "and")}`}`,
      ] as const;
    }),
    ...open.map(
      (source) => ["all tools", `of ${answerer(source)}, as it tells when a session starts`] as const,
    ),
  ];
}

const factLines = ({ facts }: AgentDefinition): readonly string[] =>
  Object.keys(facts).length === 0
    ? []
    : [
        "",
        "Facts",
        ...indent(
          columns(
            Object.entries(facts).map(([name, { description, secret, setBy }]) => [
              name,
              [
                ...(description === null ? [] : [description]),
                ...(secret ? ["secret"] : []),
                setBy.length === 0 ? "nobody sets it" : `set by ${list(setBy, "or")}`,
              ].join("; "),
            ]),
            WIDTH - 2,
          ),
          2,
        ),
      ];

const warningLines = ({ warnings }: AgentDefinition): readonly string[] =>
  warnings.length === 0
    ? []
    : [
        "",
        many(warnings.length, "warning"),
        ...warnings.flatMap(({ place, wrong, right }) =>
          wrap(`${place}: ${wrong}. ${right}.`, WIDTH - 4).map(
            (line, index) => `${index === 0 ? "  ! " : "    "}${line}`,
          ),
        ),
      ];

const boundaryLines = (title: string, boundaries: readonly Boundaries[]): readonly string[] =>
  boundaries.length === 0
    ? []
    : [
        "",
        title,
        ...boundaries.flatMap(({ name, rows }) => [`  ${name}`, ...indent(columns(rows, WIDTH - 4), 4)]),
      ];
