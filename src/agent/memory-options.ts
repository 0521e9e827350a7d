/**
 * What a builder writes of memory: as a type for the editor, as a schema for the border.
 */
import * as z from "zod";
import { LIMITS } from "../base/limits.ts";
import { FACTS } from "./facts.ts";
import { MEMORY_KINDS, type MemoryKind, type MemoryPolicy } from "./memory-policy.ts";
import type { Wanted } from "./segment-options.ts";
import { TEXT_MODEL, type TextModelOptions } from "./text-model-options.ts";

/** What is kept of callers from one session to the next. `{}` takes every default. */
export interface MemoryOptions<Fact extends string = string> {
  /** AgentCore Memory beside the gateway's own: turns go there, its records are told at the next session's start. */
  readonly agentCore?: {
    readonly memoryId: string;
    /** By default the agent's. */
    readonly region?: string;
    /** Namespaces whose records are told; `{actorId}` stands for the caller. */
    readonly namespaces: readonly string[];
  };
  readonly recall?: {
    /** What is told at a session's start; by default all kinds. */
    readonly kinds?: readonly MemoryKind[];
    /** Of all that is told then, in UTF-8; by default 2 KiB. */
    readonly bytes?: number;
    /** Words for what matters to this agent: what holds them comes first. Left out: the newest first. */
    readonly about?: string;
  };
  readonly keep?: {
    /** Whether each session leaves a summary; by default it does. */
    readonly summaries?: boolean;
    /** A small text model on Bedrock that finds out what is worth keeping. Left out: by rule only. */
    readonly reader?: TextModelOptions;
  };
  /** Facts that must hold before anything of it is told, looked up or kept. */
  readonly requires?: Wanted<Fact>;
  /** Whether the model may use `recall`, `remember` and `forget`; by default it may. */
  readonly tools?: boolean;
  /** Days for which an entry is kept without being said again; by default 365. */
  readonly days?: number;
}

const text = z.string().refine((value) => value.trim() !== "", { error: "it is empty" });

/** Else it would hold other callers' records as well. */
const isOfCaller = (namespace: string): boolean => /^[^{}]*\{actorId\}/.test(namespace);

export const MEMORY = z.strictObject({
  agentCore: z
    .strictObject({
      memoryId: text.describe("Of the memory in AgentCore"),
      region: text.describe("By default the agent's").exactOptional(),
      namespaces: z
        .array(text.refine(isOfCaller, { error: "{actorId} must come before anything else that varies" }))
        .min(1, { error: "it is empty" })
        .describe("Namespaces whose records are told; {actorId} stands for the caller"),
    })
    .describe("AgentCore Memory beside the gateway's own")
    .exactOptional(),
  recall: z
    .strictObject({
      kinds: z
        .array(z.enum(MEMORY_KINDS))
        .min(1, { error: "it is empty" })
        .default([...MEMORY_KINDS]),
      bytes: z.int().positive().max(LIMITS.recallBytesMost).default(LIMITS.recallBytes),
      about: text.nullable().default(null),
    })
    .describe("What is told at a session's start")
    .prefault({}),
  keep: z
    .strictObject({
      summaries: z.boolean().describe("Whether each session leaves a summary").default(true),
      reader: TEXT_MODEL.describe("A text model that finds out what is worth keeping").exactOptional(),
    })
    .describe("What a session leaves")
    .prefault({}),
  requires: FACTS.describe("Facts that must hold before anything of it is told or kept").default({}),
  tools: z
    .boolean()
    .describe("Whether the model may use recall, remember and forget; by default it may")
    .default(true),
  days: z
    .int()
    .positive()
    .max(LIMITS.memoryDaysMost)
    .describe("For which an entry is kept without being said again")
    .default(LIMITS.memoryDays),
});

export const memoryPolicy = ({
  agentCore,
  recall,
  keep,
  requires,
  tools,
  days,
}: z.output<typeof MEMORY>): MemoryPolicy => ({
  store: agentCore
    ? { type: "agent_core", ...agentCore, region: agentCore.region ?? null }
    : { type: "caller" },
  recall,
  keep: {
    summaries: keep.summaries,
    reader: keep.reader ?? null,
  },
  ...{ requires, tools, days },
});
