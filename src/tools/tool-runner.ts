/**
 * The seam between a session and whatever runs its tools.
 */
import type { ToolContext } from "../agent/tool-context.ts";
import type { Json } from "../base/json.ts";
import type { Result } from "../base/result.ts";
import type { ToolCall, ToolSpec } from "../conversation/events.ts";
import type { Progress } from "./shared-run.ts";
import type { ToolAnswer } from "./tool-answer.ts";

export type { Progress, ToolAnswer, ToolContext };

export interface ToolRunner {
  /**
   * Runs one call. Never rejects: a throw, a bad argument or an unknown tool is an outcome. Time is the caller's:
   * when `signal` aborts, the runner stops waiting and its answer is ignored. `progress` hears short words, fit to be
   * spoken, from tools that say how they get on; never after the outcome. A word says only what the agent lets that
   * tool say, and of one run it is told once. That the facts a tool requires hold is asked before, by who calls.
   */
  run(call: ToolCall, context: ToolContext, signal: AbortSignal, progress?: Progress): Promise<ToolAnswer>;
}

/** All tools of an agent, found at session start. Holds the session's state of them: kept answers, sub-agents' memory. */
export interface ToolBox extends ToolRunner {
  readonly specs: readonly ToolSpec[];
  /** Sources that could not be asked, with the reason, for the log and `error` notices. */
  readonly missing: readonly { readonly source: string; readonly cause: string }[];
  /**
   * The arguments as the tool should get them, mended where that is safe; or what is wrong with them, in words the model
   * can act on. For who runs a tool that is not run here: `run` does it by itself.
   */
  check(name: string, args: Json): Result<Json, string>;
  /**
   * Fetches an answer before it is asked for, where the tool's answers may be kept; else does nothing. A call that
   * comes meanwhile waits for this one. Resolves when it is done and never rejects; how it went is not told.
   */
  prefetch(name: string, args: Json, context: ToolContext): Promise<void>;
}
