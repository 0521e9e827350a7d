/**
 * The shape of what a builder writes, with its defaults: as types for the editor, as a schema for the border.
 */
import { z } from "zod";
import { LIMITS } from "../base/limits.ts";
import type { AgentDefinition, AgentLimits, Fillers } from "./agent.ts";
import { DEFAULTS, type ModelId, type RegionOf, type VoiceOf } from "./models.ts";
import { isListedTool, type ListedTool } from "./tool-list.ts";

/** What a builder writes. Only `name` and `prompt` are needed. */
export interface AgentOptions<Model extends ModelId = ModelId> {
  /** Lower-case words joined by `-`; names the agent in URLs and tickets. */
  readonly name: string;
  /** Bedrock model id; by default Nova 2 Sonic. */
  readonly model?: Model;
  /** AWS region of the model; by default us-east-1. The setting AWS_REGION overrides it for all agents. */
  readonly region?: RegionOf<Model>;
  /** By default matthew. */
  readonly voice?: VoiceOf<Model>;
  /** How soon a pause ends the caller's turn: HIGH 1.5 s, MEDIUM 1.75 s (the default), LOW 2.0 s. */
  readonly endpointing?: "HIGH" | "MEDIUM" | "LOW";
  /** Who the agent is and how it speaks. */
  readonly prompt: string;
  /** What the agent opens with, as an instruction to it. Left out: the caller speaks first. */
  readonly greeting?: string | null;
  readonly tools?: readonly ListedTool[];
  /** What is said while a tool keeps the caller waiting; `false` for nothing. */
  readonly fillers?: Partial<Fillers> | false;
  /** Holds the caller's audio back while a tool works; for models that end the stream otherwise. By default not. */
  readonly holdAudioDuringTools?: boolean;
  readonly inference?: AgentDefinition["inference"];
  /** Any of them, in ms; the rest stay as the gateway has them. */
  readonly limits?: Partial<AgentLimits>;
}

const filled = z.string().refine((value) => value.trim() !== "", { error: "it is empty" });
const ms = z.int().positive();

const INFERENCE = z.strictObject({
  maxTokens: z.int().positive().exactOptional(),
  topP: z.number().min(0).max(1).exactOptional(),
  temperature: z.number().min(0).max(1).exactOptional(),
});

const AGENT_LIMITS = z.strictObject({
  sessionMs: ms.max(LIMITS.sessionMaxMs).default(LIMITS.sessionMaxMs),
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

export const AGENT_OPTIONS = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/)
    .max(64),
  model: z.string().default(DEFAULTS.model),
  region: z.string().default(DEFAULTS.region),
  voice: z.string().default(DEFAULTS.voice),
  endpointing: z.enum(["HIGH", "MEDIUM", "LOW"]).default(DEFAULTS.endpointing),
  prompt: filled,
  greeting: filled.nullable().default(null),
  tools: z.array(z.custom<ListedTool>(isListedTool)).default([]),
  fillers: z.union([z.literal(false).transform(() => null), FILLERS]).prefault({}),
  holdAudioDuringTools: z.boolean().default(false),
  inference: INFERENCE.default({}),
  limits: AGENT_LIMITS.prefault({}),
});

/** The settings there are, by where they stand: what a mistyped one is compared with. */
export const SETTINGS: Readonly<Record<string, readonly string[]>> = {
  "": Object.keys(AGENT_OPTIONS.shape),
  inference: Object.keys(INFERENCE.shape),
  limits: Object.keys(AGENT_LIMITS.shape),
  fillers: Object.keys(FILLERS.shape),
};
