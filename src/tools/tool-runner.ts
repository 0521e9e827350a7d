/**
 * The seam between a session and whatever runs its tools.
 */
import type { ToolContext } from "../agent/tool-context.ts";
import type { Json } from "../base/json.ts";
import type { ToolCall, ToolOutcome, ToolSpec, ToolWord } from "../conversation/events.ts";
import type { Progress } from "./shared-run.ts";

export type { Progress, ToolContext };

/** What a call came to: what the model is told, and beside it what only the session is told. */
export interface ToolAnswer {
  readonly outcome: ToolOutcome;
  readonly word?: ToolWord;
}

export interface ToolRunner {
  /**
   * Runs one call. Never rejects: a throw, a bad argument or an unknown tool is an outcome. Time is the caller's:
   * when `signal` aborts, the runner stops waiting and its answer is ignored. `progress` hears short words, fit to be
   * spoken, from tools that say how they get on; never after the outcome.
   */
  run(call: ToolCall, context: ToolContext, signal: AbortSignal, progress?: Progress): Promise<ToolAnswer>;
}

/** All tools of an agent, found at session start. Holds the session's state of them: kept answers, sub-agents' memory. */
export interface ToolBox extends ToolRunner {
  readonly specs: readonly ToolSpec[];
  /** Sources that could not be asked, with the reason, for the log and `error` notices. */
  readonly missing: readonly { readonly source: string; readonly cause: string }[];
  /**
   * Fetches an answer before it is asked for, where the tool's answers may be kept; else does nothing. A call that
   * comes meanwhile waits for this one. Resolves when it is done and never rejects; how it went is not told.
   */
  prefetch(name: string, args: Json, context: ToolContext): Promise<void>;
}
