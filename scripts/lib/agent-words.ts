/**
 * What is in an agent, in words: who answers a tool, who may go where, what facts must hold.
 */
import type { AgentDefinition, ToolSource } from "../../src/agent/agent.ts";
import type { Facts } from "../../src/agent/facts.ts";
import { isOpen, namesOf, offeredNames } from "../../src/agent/offered-names.ts";
import type { Configured } from "../../src/agent/remote.ts";
import type { Budget, Edge, SegmentDefinition } from "../../src/agent/segment.ts";

/** A tool as a segment lists it, with the source that answers it; null where only a session will tell. */
export interface NamedTool {
  readonly name: string;
  readonly source: ToolSource | null;
}

/** Of all that the agent has, by name; what an open source will offer is not among them. */
export const toolsOf = (agent: AgentDefinition): readonly NamedTool[] => {
  const listed = agent.segments.flatMap(({ tools }) => tools ?? []);
  const names = new Set([...agent.tools.flatMap(namesOf), ...listed]);
  return [...names].map((name) => ({ name, source: sourceOf(agent, name) }));
};

/** Who answers a tool; null when several may, and it will be known when a session starts. */
export function sourceOf({ tools }: AgentDefinition, name: string): ToolSource | null {
  const index = offeredNames(tools).known.get(name);
  if (index !== undefined) return tools[index] ?? null;
  const open = tools.filter(isOpen);
  return open.length === 1 ? (open[0] ?? null) : null;
}

export const answererOf = (agent: AgentDefinition, { name, source }: NamedTool): string =>
  source !== null
    ? answerer(source)
    : list(agent.tools.filter(isOpen).map(answerer), "or") || `nobody: no source offers ${name}`;

export function answerer(source: ToolSource): string {
  switch (source.type) {
    case "binding":
      return `binding ${source.binding}`;
    case "mcp":
      return `MCP server ${source.name}`;
    case "client":
      return "the client";
    case "functions":
      return "the gateway";
    case "sub_agent":
      return `sub-agent, ${subAgent(source)}`;
  }
}

function subAgent({ agent }: Extract<ToolSource, { type: "sub_agent" }>): string {
  switch (agent.kind) {
    case "bedrock":
      return `Bedrock ${agent.model}`;
    case "agent_core":
      return "AgentCore Runtime";
    case "a2a":
      return "A2A";
    case "worker":
      return `binding ${agent.binding}`;
  }
}

export const configured = (value: Configured): string =>
  typeof value === "string" ? value : `the setting ${value.setting}`;

/** "verified", "tier is gold": what must hold. */
export const factsWords = (facts: Facts): string =>
  list(
    Object.entries(facts).map(([name, value]) => (value === true ? name : `${name} is ${value}`)),
    "and",
  );

/** Who opens a way, and when. */
export function wayWords({ when, by }: Edge): string {
  const asked =
    by.length === 0
      ? ""
      : `${list(
          by.map((who) => `the ${who}`),
          "or",
        )} asks`;
  const alone = when === null ? "" : `by itself once ${factsWords(when)}`;
  return [alone, asked].filter((part) => part !== "").join(", or ") || "a tool says so";
}

export const budgetWords = ({ ms, turns, tokens }: Budget): string =>
  list(
    [
      ...(ms === null ? [] : [span(ms)]),
      ...(turns === null ? [] : [many(turns, "turn")]),
      ...(tokens === null ? [] : [many(tokens, "token")]),
    ],
    "or",
  );

/** How an agent speaks, as far as a segment differs: "matthew", or with its model. */
export const speaker = (segment: SegmentDefinition, agent: AgentDefinition): string => {
  const elsewhere = segment.model !== agent.model || segment.region !== agent.region;
  return elsewhere
    ? `voice ${segment.voice}, ${segment.model} in ${segment.region}`
    : `voice ${segment.voice}`;
};

/** 600 000 ms as "10 min". */
export const span = (ms: number): string => {
  if (ms % 60_000 === 0) return `${ms / 60_000} min`;
  return ms % 1_000 === 0 ? `${ms / 1_000} s` : `${ms} ms`;
};

/** "1 turn", "50 000 tokens". */
export const many = (count: number, what: string): string =>
  `${String(count).replace(/\B(?=(\d{3})+$)/g, " ")} ${what}${count === 1 ? "" : "s"}`;

/** "a, b or c". */
export const list = (words: readonly string[], last: "and" | "or"): string =>
  words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)}`;
