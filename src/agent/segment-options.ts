/**
 * The shape of what a builder writes of segments and facts: as types for the editor, as a schema for the border. Names
 * of tools, segments and facts are the compiler's to check where it knows them, and the border's in any case.
 */
import * as z from "zod";
import { LIMITS } from "../base/limits.ts";
import type { AgentDefinition } from "./agent.ts";
import { FACTS, type FactValue } from "./facts.ts";
import { REMEMBERED_AS, type RememberedAs } from "./memory-policy.ts";
import { type ModelId, type RegionOf, VOICES, type VoiceOf } from "./models.ts";
import type { RuntimeArn } from "./runtime-arn.ts";

/** What an agent can be built on: a speech model, or a voice agent hosted on AgentCore Runtime. */
export type AgentModel = ModelId | RuntimeArn;

/** Facts as they must be: `{ verified: true }`. */
export type Wanted<Fact extends string> = [Fact] extends [never]
  ? Readonly<Record<string, never>>
  : { readonly [Name in Fact]?: FactValue };

/** Something that a session may come to know. */
export interface FactOptions<Tool extends string = string> {
  /** What it means when it holds, in words for the model: "the caller has signed in". */
  readonly description?: string | null;
  /** Told to tools only, never to a model, a client or a transcript. By default false. */
  readonly secret?: boolean;
  /**
   * Tools that may set it, by the names under which they are offered; of a sub-agent's own tools, either the sub-agent
   * or the tool. A tool of the client never may.
   */
  readonly setBy?: readonly Tool[];
  /** What it is remembered as when the session is over, where the agent has a memory. By default it is forgotten. */
  readonly remember?: RememberedAs | null;
}

type VoiceFor<Model extends AgentModel> = Model extends ModelId ? VoiceOf<Model> : string;
type RegionFor<Model extends AgentModel> = Model extends ModelId ? RegionOf<Model> : string;

/** A segment speaks with the agent's model and voice, or with its own. */
type Speaks<Model extends AgentModel> =
  | ({ readonly model?: never; readonly voice?: VoiceFor<Model> } & Placed<RegionFor<Model>>)
  | { readonly [Id in ModelId]: SpeaksWith<Id> }[ModelId]
  | ({ readonly model: RuntimeArn; readonly voice?: string } & Placed<string>);

/** Where it is served from: one region, or several in order. By default where the agent is. */
interface Placed<Region extends string> {
  readonly region?: Region;
  readonly regions?: readonly Region[];
}

interface SpeaksWith<Id extends ModelId> extends Placed<RegionOf<Id>> {
  readonly model: Id;
  readonly voice?: VoiceOf<Id>;
}

/** One phase of a session. Everything may be left out, but then it only talks. */
export type SegmentOptions<
  Model extends AgentModel = AgentModel,
  Tool extends string = string,
  Segment extends string = string,
  Fact extends string = string,
> = Speaks<Model> & SegmentBody<Tool, Segment, Fact>;

interface SegmentBody<Tool extends string, Segment extends string, Fact extends string> {
  /** What it is for: the model of the segments that lead here decides by these words. */
  readonly purpose?: string | null;
  /** Stands behind the agent's own prompt. One of the two there must be. */
  readonly prompt?: string;
  /** How soon a pause ends the caller's turn; by default as the agent has it. */
  readonly endpointing?: AgentDefinition["endpointing"];
  readonly inference?: AgentDefinition["inference"];
  /** Those of the agent's tools that may be used here, by the names under which they are offered. By default none. */
  readonly tools?: readonly Tool[];
  /** Where the talk may go from here. A name alone: the model and the client may ask for it. */
  readonly goesTo?: readonly (Segment | EdgeOptions<Segment, Fact>)[];
  /** Facts that must hold to get in. */
  readonly requires?: Wanted<Fact>;
  /** What it is told: by default everything but secrets. */
  readonly sees?: {
    readonly facts?: readonly Fact[] | null;
    /** Segments whose part of the talk it is told, besides its own. */
    readonly talk?: readonly Segment[] | null;
    /** Whether it is told what is remembered of the caller, and what is said in it may be remembered; by default it is. */
    readonly memory?: boolean;
  };
  /** Facts that tools may set here; by default all that name the tool. */
  readonly writes?: readonly Fact[] | null;
  /** What later segments are told of this one; by default what was said. */
  readonly carries?: "talk" | "summary" | "facts" | "nothing" | { readonly turns: number };
  /** How long one visit may last, whichever comes first, and where the talk goes then. */
  readonly budget?: {
    readonly ms?: number;
    readonly turns?: number;
    /** All kinds together, in and out. */
    readonly tokens?: number;
    readonly to: Segment;
  };
  /** What the agent does on arrival, as an instruction to it. Left out: it goes on from the caller's words. */
  readonly opening?: string | null;
  /** Answers fetched before they are asked for, of tools whose answers may be kept. */
  readonly prefetch?: readonly {
    readonly tool: Tool;
    readonly arguments?: { readonly [name: string]: z.core.util.JSONType };
    /** Fetched as soon as these facts hold, even before the talk gets here. Left out: on arrival. */
    readonly when?: Wanted<Fact>;
  }[];
}

/** A way from one segment to another. */
export interface EdgeOptions<Segment extends string = string, Fact extends string = string> {
  readonly to: Segment;
  /** Taken by itself as soon as these facts hold. */
  readonly when?: Wanted<Fact>;
  /** Who may ask for it: by default the model and the client, or nobody where `when` is given. */
  readonly by?: readonly ("model" | "client")[];
  /** What the voice that leaves says before it goes, as an instruction to it. */
  readonly say?: string | null;
}

/** So that `go_to_<name>` is a tool's name, of at most 64 characters. */
export const SEGMENT_NAME = /^[a-z][a-z0-9_]{0,57}$/;
const FACT_NAME = /^[a-zA-Z][a-zA-Z0-9_]{0,63}$/;

export const filled = z.string().refine((value) => value.trim() !== "", { error: "it is empty" });
/** Under one name in the schema for editors. */
export const ANY_JSON = z.json().meta({ id: "json" });
const count = z.int().positive();
const names = z.array(z.string());

export const ENDPOINTING = z.enum(["HIGH", "MEDIUM", "LOW"]);

export const INFERENCE = z.strictObject({
  maxTokens: count.exactOptional(),
  topP: z.number().min(0).max(1).exactOptional(),
  temperature: z.number().min(0).max(1).exactOptional(),
});

export const REGIONS = z
  .array(z.string())
  .min(1, { error: "it is empty" })
  .describe("In place of `region`, several in order: streams are opened in the first that is well");

const EDGE = z.strictObject({
  to: z.string().describe("The segment it leads to"),
  when: FACTS.describe("Taken by itself as soon as these facts hold").exactOptional(),
  by: z
    .array(z.enum(["model", "client"]))
    .describe("Who may ask for it; by default both, or nobody where `when` is given")
    .exactOptional(),
  say: filled.nullable().describe("What the voice that leaves says, as an instruction").default(null),
});

const PREFETCH = z.strictObject({
  tool: z.string(),
  arguments: z.record(z.string(), ANY_JSON).default({}),
  when: FACTS.describe("Fetched as soon as these facts hold; left out: on arrival").exactOptional(),
});

export const SEGMENT = z.strictObject({
  purpose: filled
    .nullable()
    .describe("What it is for, in words for the model of the segments that lead here")
    .default(null),
  prompt: filled.describe("Stands behind the agent's own prompt").exactOptional(),
  model: z.string().describe("By default the agent's").exactOptional(),
  region: z.string().describe("By default the agent's").exactOptional(),
  regions: REGIONS.exactOptional(),
  voice: z.string().meta({ description: "By default the agent's", examples: VOICES }).exactOptional(),
  endpointing: ENDPOINTING.describe("By default the agent's").exactOptional(),
  inference: INFERENCE.describe("By default the agent's").exactOptional(),
  tools: names.describe("Those of the agent's tools that may be used here; by default none").default([]),
  goesTo: z
    .array(z.union([z.string(), EDGE]))
    .describe("Where the talk may go from here")
    .default([]),
  requires: FACTS.describe("Facts that must hold to get in").default({}),
  sees: z
    .strictObject({
      facts: names.nullable().default(null),
      talk: names.nullable().default(null),
      memory: z.boolean().exactOptional(),
    })
    .describe("Facts, other segments' talk and memory that it is told; by default all but secrets")
    .prefault({}),
  writes: names.nullable().describe("Facts that tools may set here; by default all").default(null),
  carries: z
    .union([
      z.enum(["talk", "summary", "facts", "nothing"]),
      z.strictObject({ turns: count.max(LIMITS.carriedTurns) }),
    ])
    .describe("What later segments are told of this one; by default what was said")
    .default("talk"),
  budget: z
    .strictObject({
      ms: count.max(LIMITS.sessionMaxMs).exactOptional(),
      turns: count.exactOptional(),
      tokens: count.exactOptional(),
      to: z.string().describe("The segment in which the talk goes on"),
    })
    .describe("How long one visit may last, whichever comes first")
    .exactOptional(),
  opening: filled
    .nullable()
    .describe(
      "What the agent does on arrival, as an instruction; left out: it goes on from the caller's words",
    )
    .default(null),
  prefetch: z.array(PREFETCH).describe("Answers fetched before they are asked for").default([]),
});
export type ReadSegment = z.output<typeof SEGMENT>;

export const FACT = z.strictObject({
  description: filled
    .nullable()
    .describe("What it means when it holds, in words for the model")
    .default(null),
  secret: z.boolean().describe("Told to tools only; by default false").exactOptional(),
  setBy: names.describe("Tools that may set it").default([]),
  remember: z
    .enum(REMEMBERED_AS)
    .nullable()
    .describe("What it is remembered as when the session is over; by default it is forgotten")
    .exactOptional(),
});
export type ReadFact = z.output<typeof FACT>;

export const SEGMENTS = z.record(z.string().regex(SEGMENT_NAME), SEGMENT);
export const FACT_DEFINITIONS = z.record(z.string().regex(FACT_NAME), FACT);
