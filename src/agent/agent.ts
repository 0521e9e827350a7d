/**
 * An agent as its builder describes it, after its border was crossed: complete, checked, with every default filled.
 */
import type { Json, JsonObject } from "../base/json.ts";
import type { CallOptions, CallPolicy } from "./call-policy.ts";
import type { FactDefinition } from "./facts.ts";
import type { MemoryPolicy, Redaction } from "./memory-policy.ts";
import type { Auth, Configured, Tells } from "./remote.ts";
import type { SegmentDefinition } from "./segment.ts";
import type { SubAgentLimits } from "./sub-agent-list.ts";
import type { TextModelOptions } from "./text-model-options.ts";
import type { CallContext } from "./tool-context.ts";

export interface AgentDefinition {
  /** Lower-case words joined by `-`; names the agent in URLs and tickets. */
  readonly name: string;
  /** Bedrock model id, e.g. `amazon.nova-2-sonic-v1:0`, or the ARN of an AgentCore runtime. */
  readonly model: string;
  /** AWS region of the model. */
  readonly region: string;
  /** Regions it may be served from, in order, `region` first. Absent: `region` only. */
  readonly regions?: readonly string[];
  /** `nearest`: a session asks its regions in the order of their distance from its caller. Absent: as they are listed. */
  readonly regionOrder?: "listed" | "nearest";
  readonly voice: string;
  /** How soon a pause ends the caller's turn: HIGH 1.5 s, MEDIUM 1.75 s, LOW 2.0 s. */
  readonly endpointing: "HIGH" | "MEDIUM" | "LOW";
  /** Of the whole agent; a segment's own words stand behind it. */
  readonly prompt: string;
  /** What the agent opens with, as an instruction to it; null when the caller speaks first. */
  readonly greeting: string | null;
  readonly tools: readonly ToolSource[];
  /** What is said while a tool keeps the caller waiting in silence; null for nothing. */
  readonly fillers: Fillers | null;
  /** Holds the caller's audio back while a tool works, for models that cannot bear it. */
  readonly holdAudioDuringTools: boolean;
  readonly inference: { readonly maxTokens?: number; readonly topP?: number; readonly temperature?: number };
  readonly limits: AgentLimits;
  /** The text model that sums up what a long talk's history no longer holds. Absent: that is done by rule. */
  readonly summaries?: TextModelOptions;
  readonly facts: Readonly<Record<string, FactDefinition>>;
  /** What is kept of callers from one session to the next. Absent: nothing. */
  readonly memory?: MemoryPolicy;
  /** What is taken out of words before they are stored anywhere. */
  readonly redact?: readonly Redaction[];
  /** At least one, in the builder's order. An agent without segments of its own is one segment, `main`. */
  readonly segments: readonly SegmentDefinition[];
  /** The segment in which a session begins. */
  readonly start: string;
  /** What will work and hurt: told at start-up. */
  readonly warnings: readonly AgentWarning[];
}

/** Something about an agent that its callers will suffer from. */
export interface AgentWarning {
  /** Where in the description, e.g. `segments.banking.tools`. */
  readonly place: string;
  readonly wrong: string;
  readonly right: string;
}

export interface Fillers {
  /** Ms of waiting in silence before the first; the next come later and later. */
  readonly afterMs: number;
  /** Taken in turn; the model says them in the caller's language. */
  readonly phrases: readonly string[];
}

export interface AgentLimits {
  /** Longest session in ms. */
  readonly sessionMs: number;
  /** What one session may use up, null for any amount: turns of the caller's, tokens of all kinds, US dollars. */
  readonly sessionTurns: number | null;
  readonly sessionTokens: number | null;
  readonly sessionCost: number | null;
  /** Ms that the model may take to begin an answer before its stream is given up. */
  readonly answerWatchMs: number;
  /** Ages of a stream in ms at which the session moves to a fresh one: at a turn's end, at any silence, at once. */
  readonly rotateAtTurnEndMs: number;
  readonly rotateAtSilenceMs: number;
  readonly rotateAtOnceMs: number;
}

/** Where an agent's tools come from. */
export type ToolSource =
  /** A Worker behind a service binding: it describes its own tools. `only` narrows them by name. */
  | ({ readonly type: "binding"; readonly binding: string } & Selected)
  /** An MCP server over streamable HTTP: it lists its own tools. */
  | ({
      readonly type: "mcp";
      readonly name: string;
      readonly url: Configured;
      readonly auth: Auth;
      readonly tells?: Tells;
    } & Selected)
  /** Run by the client, described here. */
  | { readonly type: "client"; readonly tools: readonly InlineTool[] }
  /** Functions in the gateway itself, for trifles. */
  | { readonly type: "functions"; readonly tools: readonly (InlineTool & { readonly run: InlineRun })[] }
  /** An agent of its own, offered as one tool. */
  | SubAgentSource;

/** Which of a source's tools are offered and how: `only`, `rename` and `calls` go by the source's own names. */
export interface Selected {
  readonly only: readonly string[] | null;
  readonly rename?: Readonly<Record<string, string>>;
  readonly calls?: Readonly<Record<string, CallOptions>>;
}

export interface SubAgentSource {
  readonly type: "sub_agent";
  readonly tool: InlineTool;
  readonly agent: SubAgentKind;
  /** Whether a new question calls off one that still runs. */
  readonly supersede: boolean;
  /** Longest answer, in characters. */
  readonly sayChars: number;
}

/** Who answers a sub-agent's questions. */
export type SubAgentKind =
  /** A text model on Bedrock; `region` null for the voice agent's own. */
  | {
      readonly kind: "bedrock";
      readonly model: string;
      readonly region: string | null;
      readonly prompt: string;
      readonly tools: readonly ToolSource[];
      readonly limits: SubAgentLimits;
    }
  /** An agent on AgentCore Runtime; `region` null for the one its ARN names. */
  | {
      readonly kind: "agent_core";
      readonly runtimeArn: Configured;
      readonly qualifier: string;
      readonly region: string | null;
      readonly tells?: Tells;
    }
  /** An agent that speaks A2A. */
  | {
      readonly kind: "a2a";
      readonly url: Configured;
      readonly auth: Auth;
      readonly streaming: boolean;
      readonly tells?: Tells;
    }
  /** A Worker behind a service binding. */
  | { readonly kind: "worker"; readonly binding: string };

export interface InlineTool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments. */
  readonly inputSchema: JsonObject;
  readonly timeoutMs: number;
  readonly policy?: CallPolicy;
}

/**
 * May throw: `BadInput` when the arguments do not fit, `SpeakableError` to choose the words, anything else for a
 * failure. Whether what it gives back is JSON is the runner's to check.
 */
export type InlineRun = (args: Json, context: CallContext) => unknown;
