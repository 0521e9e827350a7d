/**
 * The seam between a tool that is an agent and the agents there are.
 */
import type { ToolContext } from "../agent/tool-context.ts";
import type { JsonObject } from "../base/json.ts";
import type { Result } from "../base/result.ts";
import type { ToolFailure, ToolWord } from "../conversation/events.ts";
import type { Progress } from "./shared-run.ts";

export interface Question {
  /** In words. */
  readonly text: string;
  /** The tool's arguments, checked. */
  readonly input: JsonObject;
  /** Unique in the session. */
  readonly call: string;
  /** Ms after which nobody listens any more. */
  readonly timeoutMs: number;
}

export interface Answer {
  /** `needs_input`: it asks something back, and goes on when it is asked again. */
  readonly status: "done" | "needs_input";
  /** As the agent wrote it: it is made fit for the ear afterwards. */
  readonly text: string;
  /** What the voice model should do then, if the agent says so. */
  readonly next?: string;
  /** For the session. */
  readonly word?: ToolWord | undefined;
}

export interface SubAgentFailure {
  readonly reason: ToolFailure;
  /** Words for the caller; the reason's own when left out. */
  readonly say?: string;
  /** For the log, redacted. */
  readonly cause?: string;
  /** What its tools have told the session before it failed: that was so all the same. */
  readonly word?: ToolWord | undefined;
}

export interface SubAgent {
  /**
   * Asks. Never rejects. When `signal` aborts, it stops what it does. What it knows of the session stays with it, so
   * that a second question may lean on the first. `progress` hears its own words on how it gets on.
   */
  ask(
    question: Question,
    context: ToolContext,
    signal: AbortSignal,
    progress: Progress,
  ): Promise<Result<Answer, SubAgentFailure>>;
}

/** A question in words: the argument of that name, and the others by theirs. */
export function questionText(input: JsonObject): string {
  const { question, ...others } = input;
  const rest = Object.entries(others).map(
    ([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  return [...(typeof question === "string" ? [question] : []), ...rest].join("\n");
}
