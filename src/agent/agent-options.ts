/**
 * The shape of what a builder writes, with its defaults: as types for the editor, as a schema for the border.
 */
import * as z from "zod";
import { LIMITS } from "../base/limits.ts";
import type { AgentDefinition, AgentLimits, Fillers } from "./agent.ts";
import { MEMORY, type MemoryOptions } from "./memory-options.ts";
import { REDACTIONS, type Redaction } from "./memory-policy.ts";
import { DEFAULTS, MODEL_IDS, type ModelId, type RegionOf, VOICES, type VoiceOf } from "./models.ts";
import {
  type AgentModel,
  ENDPOINTING,
  FACT_DEFINITIONS,
  type FactOptions,
  filled,
  INFERENCE,
  REGIONS,
  SEGMENTS,
  type SegmentOptions,
} from "./segment-options.ts";
import { TEXT_MODEL, type TextModelOptions } from "./text-model-options.ts";
import { isListedTool, type ListedTool } from "./tool-list.ts";

export type { AgentModel };

/**
 * What a builder writes. Only `name` and `prompt` are needed. The type's parameters are what the compiler finds in it:
 * the model, and the names of its tools, segments and facts; last those of sub-agents' own tools.
 */
export interface AgentOptions<
  Model extends AgentModel = AgentModel,
  Tool extends string = string,
  Segment extends string = string,
  Fact extends string = string,
  Within extends string = string,
> {
  /** Lower-case words joined by `-`; names the agent in URLs and tickets. */
  readonly name: string;
  /** Bedrock model id, by default Nova 2 Sonic; or the ARN of a runtime on AgentCore, or of an endpoint of it. */
  readonly model?: Model;
  /**
   * AWS region of the model; by default us-east-1. The setting AWS_REGION overrides it for all agents. An agent on
   * AgentCore is where its ARN says.
   */
  readonly region?: Model extends ModelId ? RegionOf<Model> : string;
  /** In place of `region`, several: streams are opened in the first that is well, and move on when it fails. */
  readonly regions?: Model extends ModelId ? readonly RegionOf<Model>[] : readonly string[];
  /**
   * Which of its regions a session asks first: as they are listed (the default), or the nearest to its caller. Where the
   * caller is, Cloudflare tells of whoever makes the session, or its maker says. Counts for all segments.
   */
  readonly regionOrder?: "listed" | "nearest";
  /** By default matthew. What voices an agent on AgentCore has is its own affair. */
  readonly voice?: Model extends ModelId ? VoiceOf<Model> : string;
  /** How soon a pause ends the caller's turn: HIGH 1.5 s, MEDIUM 1.75 s (the default), LOW 2.0 s. */
  readonly endpointing?: "HIGH" | "MEDIUM" | "LOW";
  /** Who the agent is and how it speaks, in every segment. May be left out where each segment has a prompt. */
  readonly prompt?: string;
  /** What the agent opens with, as an instruction to it. Left out: the caller speaks first. */
  readonly greeting?: string | null;
  readonly tools?: readonly ListedTool<Tool, Within>[];
  /** What a session may come to know for certain: values that only the tools named here can set. */
  readonly facts?: { readonly [Name in Fact]: FactOptions<NoInfer<Tool | Within>> };
  /** The phases of a session, each with its own prompt, tools and permissions. Left out: one, with all tools. */
  readonly segments?: {
    readonly [Name in Segment]: SegmentOptions<Model, NoInfer<Tool>, NoInfer<Segment>, NoInfer<Fact>>;
  };
  /** The segment in which a session begins; by default the first. */
  readonly start?: NoInfer<Segment>;
  /** What is kept of callers from one session to the next; `{}` takes every default. Left out: nothing. */
  readonly memory?: MemoryOptions<NoInfer<Fact>>;
  /** What is taken out of words before they are stored anywhere: transcripts, memory. By default nothing. */
  readonly redact?: readonly Redaction[];
  /** What is said while a tool keeps the caller waiting; `false` for nothing. */
  readonly fillers?: Partial<Fillers> | false;
  /** Holds the caller's audio back while a tool works; for models that end the stream otherwise. By default not. */
  readonly holdAudioDuringTools?: boolean;
  readonly inference?: AgentDefinition["inference"];
  /** Any of them; times in ms, cost in US dollars. The rest stay as the gateway has them. */
  readonly limits?: Partial<AgentLimits>;
  /**
   * A text model that sums up what a talk of more than some 40 KB no longer has room for in a fresh stream's history, and
   * is paid for besides: `{ model: "amazon.nova-lite-v1:0" }`. Left out: by rule, a line for each thing said or done.
   */
  readonly summaries?: TextModelOptions;
}

/** One of the two prompts there must be. */
export type Prompted<Segment extends string> = [Segment] extends [never]
  ? { readonly prompt: string }
  : unknown;

const ms = z.int().positive();

const AGENT_LIMITS = z.strictObject({
  sessionMs: ms.max(LIMITS.sessionMaxMs).default(LIMITS.sessionMs),
  sessionTurns: z.int().positive().nullable().default(null),
  sessionTokens: z.int().positive().nullable().default(null),
  sessionCost: z.number().positive().nullable().default(null),
  answerWatchMs: ms.default(LIMITS.answerWatchMs),
  rotateAtTurnEndMs: ms.default(LIMITS.rotateAtTurnEndMs),
  rotateAtSilenceMs: ms.default(LIMITS.rotateAtSilenceMs),
  rotateAtOnceMs: ms.default(LIMITS.rotateAtOnceMs),
});

const FILLERS = z.strictObject({
  afterMs: ms.max(LIMITS.toolLongestMs).default(LIMITS.fillerAfterMs),
  phrases: z
    .array(filled.max(LIMITS.fillerChars))
    .min(2, { error: "there must be two at least, so that none is said twice in a row" })
    .default(["One moment, please.", "I am still looking that up.", "Thank you for waiting, nearly there."]),
});

/** All that a builder in TypeScript and a builder in JSON write alike. How tools are listed differs. */
export const agentOptions = <Tool extends z.ZodType>(tool: Tool) =>
  z.strictObject({
    name: z
      .string()
      .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/)
      .max(64)
      .describe("Lower-case words joined by `-`; names the agent in URLs and tickets"),
    model: z
      .string()
      .meta({
        description: "Bedrock model id, or the ARN of an AgentCore runtime or of an endpoint of it",
        examples: [...MODEL_IDS],
      })
      .default(DEFAULTS.model),
    region: z
      .string()
      .describe("AWS region of the model; by default us-east-1, or the ARN's")
      .exactOptional(),
    regions: REGIONS.exactOptional(),
    regionOrder: z
      .enum(["listed", "nearest"])
      .describe("Which region a session asks first: as they are listed, or the nearest to its caller")
      .default("listed"),
    voice: z
      .string()
      .meta({ description: "One of the model's voices", examples: VOICES })
      .default(DEFAULTS.voice),
    endpointing: ENDPOINTING.describe(
      "How soon a pause ends the caller's turn: HIGH 1.5 s, MEDIUM 1.75 s, LOW 2.0 s",
    ).default(DEFAULTS.endpointing),
    prompt: filled.describe("Who the agent is and how it speaks, in every segment").exactOptional(),
    greeting: filled
      .nullable()
      .describe("What it opens with, as an instruction; left out: the caller speaks first")
      .default(null),
    tools: z.array(tool).describe("What the agent can use, and who answers it").default([]),
    facts: FACT_DEFINITIONS.describe("What a session may come to know: values that only tools set").default(
      {},
    ),
    segments: SEGMENTS.describe("The phases of a session; left out: one, with all tools").exactOptional(),
    start: z.string().describe("The segment in which a session begins; by default the first").exactOptional(),
    memory: MEMORY.describe(
      "What is kept of callers from one session to the next; {} takes every default",
    ).exactOptional(),
    redact: z
      .array(z.enum(REDACTIONS))
      .describe("What is taken out of words before they are stored anywhere")
      .exactOptional(),
    fillers: z
      .union([z.literal(false).transform(() => null), FILLERS])
      .describe("What is said while a tool keeps the caller waiting; false for nothing")
      .prefault({}),
    holdAudioDuringTools: z
      .boolean()
      .describe("Holds the caller's audio back while a tool works, for models that end the stream otherwise")
      .default(false),
    inference: INFERENCE.default({}),
    limits: AGENT_LIMITS.describe(
      "Times in ms, cost in US dollars; what is left out stays as the gateway has it",
    ).prefault({}),
    summaries: TEXT_MODEL.describe(
      "A text model that sums up what a long talk's history no longer holds; left out: by rule",
    ).exactOptional(),
  });

const A_TOOL = 'Make each with binding("NAME"), mcp({…}), clientTool({…}), fn({…}) or subAgent({…})';

export const AGENT_OPTIONS = agentOptions(z.custom<ListedTool>(isListedTool, { error: A_TOOL }));
