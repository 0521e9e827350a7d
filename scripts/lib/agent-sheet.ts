/**
 * The boundaries of an agent: for each segment its scope, duration, memory and permissions; for each tool where it runs,
 * what isolates it, what it may know and what it may tell.
 */
import type { AgentDefinition, ToolSource } from "../../src/agent/agent.ts";
import { lists } from "../../src/agent/draft.ts";
import type { Facts } from "../../src/agent/facts.ts";
import { isOpen, namesOf, withinNames } from "../../src/agent/offered-names.ts";
import type { Auth, Tells } from "../../src/agent/remote.ts";
import type { Carries, SegmentDefinition } from "../../src/agent/segment.ts";
import {
  answerer,
  answererOf,
  budgetWords,
  configured,
  factsWords,
  list,
  type NamedTool,
  span,
  toolsOf,
} from "./agent-words.ts";

export interface Boundaries {
  readonly name: string;
  /** What is asked, and the answer. */
  readonly rows: readonly (readonly [string, string])[];
}

export const segmentBoundaries = (agent: AgentDefinition): readonly Boundaries[] =>
  agent.segments.map((segment) => ({
    name: segment.name,
    rows: [
      ["scope", segment.purpose ?? "not said (purpose)"],
      ["duration", duration(segment, agent)],
      ["memory", memory(segment, agent)],
      ["permissions", permissions(segment)],
    ],
  }));

const duration = ({ budget }: SegmentDefinition, { limits }: AgentDefinition): string =>
  budget === null
    ? `no limit of its own; a session ends after ${span(limits.sessionMs)}`
    : `${budgetWords(budget)}, then ${budget.to}`;

/** As it comes out: what another segment does not hand on cannot be seen, and what no tool here sets is not written. */
function memory(segment: SegmentDefinition, agent: AgentDefinition): string {
  const { sees, carries } = segment;
  const others = agent.segments.filter(({ name }) => name !== segment.name);
  const talk = others
    .filter(({ name }) => sees.talk === null || sees.talk.includes(name))
    .filter((other) => other.carries.type !== "facts" && other.carries.type !== "nothing")
    .map((other) => `${other.name} (${carriesWords(other.carries)})`);
  return [
    `sees ${told(sees.facts ?? Object.keys(agent.facts), agent)}`,
    ...(others.length === 0
      ? []
      : [talk.length === 0 ? "no talk but its own" : `the talk of ${list(talk, "and")}`]),
    `writes ${list(writable(segment, agent), "and") || "no facts"}`,
    ...(others.length === 0 ? [] : [`hands on ${carriesWords(carries)}`]),
  ].join("; ");
}

/** Facts that a tool which may be used here may set here. */
function writable(segment: SegmentDefinition, agent: AgentDefinition): readonly string[] {
  const within = withinNames(agent.tools);
  const used = (tool: string) =>
    lists(segment, tool) || (within.known.get(tool) ?? []).some((subAgent) => lists(segment, subAgent));
  return Object.entries(agent.facts)
    .filter(([fact, { setBy }]) => (segment.writes ?? [fact]).includes(fact) && setBy.some(used))
    .map(([fact]) => fact);
}

/** Secret ones get to tools only. */
const told = (names: readonly string[], { facts }: AgentDefinition): string =>
  list(
    names.map((name) => (facts[name]?.secret ? `${name} (secret: its tools only)` : name)),
    "and",
  ) || "no facts";

export function carriesWords(carries: Carries): string {
  switch (carries.type) {
    case "talk":
      return "what was said";
    case "turns":
      return carries.turns === 1 ? "the last turn" : `the last ${carries.turns} turns`;
    case "summary":
      return "a summary";
    case "facts":
      return "facts only";
    case "nothing":
      return "nothing";
  }
}

function permissions({ requires, tools }: SegmentDefinition): string {
  const who = Object.keys(requires).length === 0 ? "open to all" : `only once ${factsWords(requires)}`;
  const what = tools === null ? "all tools" : tools.length === 0 ? "no tools" : list(tools, "and");
  return `${who}; ${what}`;
}

/** Of tools by name, and of sources whose tools are known only when a session starts. */
export const toolBoundaries = (agent: AgentDefinition): readonly Boundaries[] => [
  ...toolsOf(agent).map((tool) => ({ name: tool.name, rows: toolRows(tool, agent) })),
  ...agent.tools
    .filter((source) => isOpen(source) && agent.segments.some(({ tools }) => tools === null))
    .map((source) => ({
      name: `all of ${answerer(source)}`,
      rows: sourceRows(source, agent, null, "the facts whose setBy names one of its tools"),
    })),
];

function toolRows(tool: NamedTool, agent: AgentDefinition): Boundaries["rows"] {
  const { name, source } = tool;
  const sets = Object.keys(agent.facts).filter((fact) => agent.facts[fact]?.setBy.includes(name));
  if (source === null) return [["runs in", `${answererOf(agent, tool)}, known when a session starts`]];
  return sourceRows(source, agent, name, settable(sets, source, agent));
}

function sourceRows(
  source: ToolSource,
  agent: AgentDefinition,
  name: string | null,
  sets: string,
): Boundaries["rows"] {
  const { runsIn, isolated } = placeOf(source);
  const required = name === null ? {} : requiredFor(source, name);
  const users = agent.segments.filter(
    ({ tools }) => tools === null || (name !== null && tools.includes(name)),
  );
  return [
    ["runs in", runsIn],
    ["isolated by", isolated],
    [
      "used in",
      list(
        users.map((segment) => segment.name),
        "and",
      ) || "no segment lists it",
    ],
    ...(Object.keys(required).length === 0 ? [] : [["requires", factsWords(required)] as const]),
    ["may know", knows(source, agent, users)],
    ["may set", sets],
  ];
}

/** A sub-agent's own tools may tell what it tells. */
function settable(sets: readonly string[], source: ToolSource, agent: AgentDefinition): string {
  const own =
    source.type === "sub_agent" && source.agent.kind === "bedrock" ? source.agent.tools.flatMap(namesOf) : [];
  const inner = Object.keys(agent.facts).flatMap((fact) =>
    own.filter((tool) => agent.facts[fact]?.setBy.includes(tool)).map((tool) => `${fact} (by its ${tool})`),
  );
  return list([...sets, ...inner], "and") || "no facts";
}

/** What the agent's list says of it; a tool may require more itself. */
function requiredFor(source: ToolSource, name: string): Facts {
  switch (source.type) {
    case "binding":
    case "mcp": {
      const renamed =
        Object.entries(source.rename ?? {}).find(([, offered]) => offered === name)?.[0] ?? name;
      return source.calls?.[renamed]?.requires ?? {};
    }
    case "sub_agent":
      return source.tool.policy?.requires ?? {};
    default:
      return source.tools.find((tool) => tool.name === name)?.policy?.requires ?? {};
  }
}

function placeOf(source: ToolSource): { readonly runsIn: string; readonly isolated: string } {
  switch (source.type) {
    case "binding":
      return {
        runsIn: `another Worker, behind ${answerer(source)}`,
        isolated: "an isolate and secrets of its own; only calls and answers pass",
      };
    case "mcp":
      return {
        runsIn: `${answerer(source)}, at ${configured(source.url)}`,
        isolated: `the network, ${authWords(source.auth)}`,
      };
    case "client":
      return {
        runsIn: "the caller's browser, app or carrier",
        isolated: "the session's socket; never trusted",
      };
    case "functions":
      return {
        runsIn: "the gateway, in the session's own object",
        isolated: "nothing: it shares the session's CPU time",
      };
    case "sub_agent":
      return subAgentPlace(source);
  }
}

function subAgentPlace({ agent }: Extract<ToolSource, { type: "sub_agent" }>) {
  switch (agent.kind) {
    case "bedrock": {
      const { rounds, ms, tokens } = agent.limits;
      const own = agent.tools.map(answerer);
      return {
        runsIn: `the gateway, on ${agent.model}${own.length === 0 ? "" : `, with tools of ${list(own, "and")}`}`,
        isolated: `a model, prompt and memory of its own; ${rounds} rounds, ${span(ms)} and ${tokens} tokens a question`,
      };
    }
    case "agent_core":
      return {
        runsIn: `AgentCore Runtime, ${configured(agent.runtimeArn)} (${agent.qualifier})`,
        isolated: "a microVM for each session, signed with SigV4",
      };
    case "a2a":
      return {
        runsIn: `an agent that speaks A2A, at ${configured(agent.url)}`,
        isolated: `the network, ${authWords(agent.auth)}`,
      };
    case "worker":
      return {
        runsIn: `another Worker, behind binding ${agent.binding}`,
        isolated: "an isolate and secrets of its own; only questions and answers pass",
      };
  }
}

const authWords = (auth: Auth): string =>
  auth === "none"
    ? "open to anyone"
    : "bearer" in auth
      ? `by the token in ${auth.bearer.setting}`
      : "signed with SigV4";

function knows(source: ToolSource, agent: AgentDefinition, users: readonly SegmentDefinition[]): string {
  const all = Object.keys(agent.facts);
  const seen = all.filter((fact) =>
    users.some(({ sees }) => sees.facts === null || sees.facts.includes(fact)),
  );
  const caller = "who is calling, the session";
  const trusted = [caller, ...secretly(seen, agent)].join(", ");
  const outside = (tells: Tells = []) =>
    [
      caller,
      ...secretly(
        tells.filter((fact) => seen.includes(fact)),
        agent,
      ),
    ].join(", ");
  switch (source.type) {
    case "client":
      return "its arguments only";
    case "mcp":
      return [
        "its arguments",
        ...secretly(
          (source.tells ?? []).filter((fact) => seen.includes(fact)),
          agent,
        ),
      ].join(", ");
    case "sub_agent":
      if (source.agent.kind === "bedrock") return `its model the question only; its tools ${trusted}`;
      return "tells" in source.agent || source.agent.kind !== "worker"
        ? outside("tells" in source.agent ? source.agent.tells : [])
        : trusted;
    default:
      return trusted;
  }
}

const secretly = (names: readonly string[], { facts }: AgentDefinition): readonly string[] =>
  names.map((name) => (facts[name]?.secret ? `${name} (secret)` : name));
