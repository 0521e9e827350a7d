/**
 * A tool call that came to nothing, in words that can be spoken to a caller. Never a stack, never a name from inside.
 */
import { LIMITS } from "../base/limits.ts";
import type { ToolFailure, ToolOutcome } from "./events.ts";

const SAY: Readonly<Record<ToolFailure, string>> = {
  timeout: "That took too long, so there is no answer.",
  refused: "That cannot be done.",
  threw: "Something went wrong there, so there is no answer.",
  bad_arguments: "The details given do not fit.",
  not_allowed: "That cannot be done at this point.",
  unknown_tool: "That is not something that can be done here.",
  bad_result: "The answer that came back cannot be read.",
  too_large: "There is too much of it to say.",
  too_many: "Too much is going on at once. Try again in a moment.",
  unreachable: "That service cannot be reached right now.",
  cancelled: "That was called off.",
};

export const TOOL_FAILURES = Object.keys(SAY) as readonly ToolFailure[];

export type FailedOutcome = Extract<ToolOutcome, { status: "failed" }>;

/** `say` instead of our own words; cut to what can be spoken. */
export const failed = (reason: ToolFailure, say: string = SAY[reason]): FailedOutcome => ({
  status: "failed",
  reason,
  say: say.length > LIMITS.toolSayChars ? `${say.slice(0, LIMITS.toolSayChars - 1)}…` : say,
});

export const isToolFailure = (value: unknown): value is ToolFailure =>
  typeof value === "string" && Object.hasOwn(SAY, value);

/** The model is told what to mend; it may call again. */
export const badArguments = (explanation: string): FailedOutcome =>
  failed("bad_arguments", `${SAY.bad_arguments} ${explanation}.`);
