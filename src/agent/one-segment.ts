/**
 * An agent without segments of its own is one segment: `main`, with all that the agent has.
 */
import type { AgentDefinition } from "./agent.ts";
import type { SegmentDefinition } from "./segment.ts";

export const MAIN = "main";

/** An agent as it was described, before it is cut into segments. */
export type AgentFields = Omit<AgentDefinition, "facts" | "segments" | "start" | "warnings"> &
  Partial<Pick<AgentDefinition, "facts" | "warnings">>;

/** The agent in one piece: its only segment is `main`, where everything may be used and nothing leads anywhere. */
export const oneSegment = (agent: AgentFields): AgentDefinition => ({
  facts: {},
  warnings: [],
  ...agent,
  segments: [mainSegment(agent)],
  start: MAIN,
});

export const mainSegment = ({
  model,
  region,
  regions,
  voice,
  endpointing,
  inference,
  prompt,
}: Pick<
  AgentDefinition,
  "model" | "region" | "regions" | "voice" | "endpointing" | "inference" | "prompt"
>): SegmentDefinition => ({
  name: MAIN,
  purpose: null,
  ...{ model, region, voice, endpointing, inference, prompt },
  ...(regions && { regions }),
  tools: null,
  goesTo: [],
  requires: {},
  sees: { facts: null, talk: null },
  writes: null,
  carries: { type: "talk" },
  budget: null,
  opening: null,
  prefetch: [],
});
