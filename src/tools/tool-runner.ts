/**
 * The seam between a session and whatever runs its tools.
 */
import type { ToolContext } from "../agent/tool-context.ts";
import type { ToolCall, ToolOutcome, ToolSpec } from "../conversation/events.ts";

export type { ToolContext };

export interface ToolRunner {
  /**
   * Runs one call. Never rejects: a throw, a bad argument or an unknown tool is an outcome. Time is the caller's:
   * when `signal` aborts, the runner stops waiting and its answer is ignored.
   */
  run(call: ToolCall, context: ToolContext, signal: AbortSignal): Promise<ToolOutcome>;
}

/** All tools of an agent, found at session start. */
export interface ToolBox extends ToolRunner {
  readonly specs: readonly ToolSpec[];
  /** Sources that could not be asked, with the reason, for the log and `error` notices. */
  readonly missing: readonly { readonly source: string; readonly cause: string }[];
}
