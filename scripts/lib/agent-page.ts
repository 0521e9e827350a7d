/**
 * An agent as a page in Markdown: its map, its boundaries as tables, its warnings.
 */
import type { AgentDefinition } from "../../src/agent/agent.ts";
import { agentMap } from "./agent-map.ts";
import { summary } from "./agent-picture.ts";
import { type Boundaries, segmentBoundaries, toolBoundaries } from "./agent-sheet.ts";
import { list } from "./agent-words.ts";

export const agentPage = (agent: AgentDefinition): string =>
  [
    `# ${agent.name}`,
    `${summary(agent)}.`,
    ["```text", ...agentMap(agent), "```"].join("\n"),
    ...section("Segments", segmentBoundaries(agent)),
    ...section("Tools and sub-agents", toolBoundaries(agent)),
    ...facts(agent),
    ...warnings(agent),
  ].join("\n\n");

const section = (title: string, boundaries: readonly Boundaries[]): readonly string[] => {
  if (boundaries.length === 0) return [];
  const asked = [...new Set(boundaries.flatMap(({ rows }) => rows.map(([question]) => question)))];
  const rows = boundaries.map((one) => [
    code(one.name),
    ...asked.map((question) => one.rows.find(([label]) => label === question)?.[1] ?? ""),
  ]);
  return [`## ${title}`, table(["", ...asked], rows)];
};

const facts = ({ facts: known }: AgentDefinition): readonly string[] =>
  Object.keys(known).length === 0
    ? []
    : [
        "## Facts",
        table(
          ["", "means", "told to", "set by"],
          Object.entries(known).map(([name, { description, secret, setBy }]) => [
            code(name),
            description ?? "",
            secret ? "tools only" : "models and tools",
            list(setBy.map(code), "or") || "nobody",
          ]),
        ),
      ];

const warnings = ({ warnings: told }: AgentDefinition): readonly string[] =>
  told.length === 0
    ? []
    : [
        "## Warnings",
        told.map(({ place, wrong, right }) => `- ${code(place)}: ${wrong}. ${right}.`).join("\n"),
      ];

const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => "---"), ...rows].map((cells) => `| ${cells.map(cell).join(" | ")} |`).join("\n");

/** Neither a bar nor a line's end may break the table. */
const cell = (text: string): string => text.replaceAll("|", "\\|").replace(/\s+/g, " ");
const code = (text: string): string => `\`${text}\``;
