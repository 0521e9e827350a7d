/**
 * The names under which an agent's tools are offered, as far as they are known before a session asks for them.
 */
import type { ToolSource } from "./agent.ts";

export interface OfferedNames {
  /** Which source offers it, by its place in the list. */
  readonly known: ReadonlyMap<string, number>;
  /** Whether some source tells its tools only when it is asked: then a name that is not known may exist. */
  readonly open: boolean;
}

export const offeredNames = (sources: readonly ToolSource[]): OfferedNames => ({
  // Where two offer the same, the first in the list has it.
  known: new Map(
    sources.flatMap((source, index) => namesOf(source).map((name) => [name, index] as const)).reverse(),
  ),
  open: sources.some(isOpen),
});

/** The tools that sub-agents have for themselves, each with the sub-agents that have it, as they are offered. */
export interface WithinNames {
  readonly known: ReadonlyMap<string, readonly string[]>;
  readonly open: boolean;
}

export function withinNames(sources: readonly ToolSource[]): WithinNames {
  const known = new Map<string, readonly string[]>();
  const own = sources.flatMap((source) =>
    source.type === "sub_agent" && source.agent.kind === "bedrock"
      ? source.agent.tools.map((inner) => ({ inner, agent: source.tool.name }))
      : [],
  );
  for (const { inner, agent } of own)
    for (const name of namesOf(inner)) known.set(name, [...(known.get(name) ?? []), agent]);
  return { known, open: own.some(({ inner }) => isOpen(inner)) };
}

/** Whether only the source itself knows all that it offers. */
export const isOpen = (source: ToolSource): boolean =>
  (source.type === "binding" || source.type === "mcp") && source.only === null;

/** All of a source's names, or of an open one those that the agent's list mentions. */
export function namesOf(source: ToolSource): readonly string[] {
  switch (source.type) {
    case "binding":
    case "mcp": {
      const { only, rename = {} } = source;
      return only === null
        ? Object.values(rename)
        : only.map((name) => (Object.hasOwn(rename, name) ? (rename[name] ?? name) : name));
    }
    case "sub_agent":
      return [source.tool.name];
    default:
      return source.tools.map(({ name }) => name);
  }
}
