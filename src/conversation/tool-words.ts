/**
 * The part of the vocabulary that is about tools: how one is offered, called, and how a call ends.
 */
import type { Facts, FactValue } from "../agent/facts.ts";
import type { Json, JsonObject } from "../base/json.ts";

/** A tool as it is offered to the model. */
export interface ToolSpec {
  /** `^[a-zA-Z0-9_-]+$`, at most 64 characters. */
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments: an object schema. */
  readonly inputSchema: JsonObject;
  /** Who runs it; the session itself moves between segments. */
  readonly runs: "gateway" | "client" | "session";
  /** Ms after which the model is told that it timed out. */
  readonly timeoutMs: number;
  /** Facts that must hold for a call. */
  readonly requires?: Facts;
  /** Looks into what is remembered of the caller, or changes it: offered where memory is, whatever a segment lists. */
  readonly memory?: true;
}

export interface ToolCall {
  /** Ours, unique in the session. */
  readonly call: string;
  readonly name: string;
  readonly arguments: Json;
  readonly timeoutMs: number;
  /** Where the model asked, and what that segment sees of the facts: trusted context for the tool. */
  readonly segment: string;
  readonly facts: Facts;
}

/** What a tool tells the session besides its outcome. Nothing of it reaches the model, the client or a transcript. */
export interface ToolWord {
  /** Facts to be set; null takes one back. Those the agent does not let this tool set were left out before. */
  readonly facts?: Readonly<Record<string, FactValue | null>>;
  /** The segment in which the talk should go on. */
  readonly next?: string;
}

/** How a tool call ended. `say` is short and speakable: the model reads it to the caller. */
export type ToolOutcome =
  | { readonly status: "ok"; readonly value: Json }
  | { readonly status: "failed"; readonly reason: ToolFailure; readonly say: string };

export type ToolFailure =
  | "timeout"
  /** The tool said no, in words of its own. */
  | "refused"
  | "threw"
  | "bad_arguments"
  /** The segment does not list it, or facts that it requires do not hold. */
  | "not_allowed"
  | "unknown_tool"
  | "bad_result"
  | "too_large"
  | "too_many"
  | "unreachable"
  | "cancelled";
