/**
 * Calls a tool that is a function in the gateway itself.
 */
import type { InlineRun } from "../agent/agent.ts";
import type { ToolContext } from "../agent/tool-context.ts";
import type { ToolCall } from "../conversation/events.ts";
import { failed } from "../conversation/tool-failure.ts";
import { runBody, type Trouble } from "./run-body.ts";
import { type Timers, within } from "./time-limit.ts";
import { answered, type ToolAnswer } from "./tool-answer.ts";
import { trusted } from "./trusted-context.ts";

/** Never rejects. The function's own signal aborts as soon as nobody waits for it. */
export async function callFunction(
  tool: { readonly name: string; readonly run: InlineRun },
  call: ToolCall,
  context: ToolContext,
  waiting: { readonly signal: AbortSignal; readonly timers: Timers; readonly trouble: Trouble },
): Promise<ToolAnswer> {
  const unheard = new AbortController();
  const given = { ...trusted(context), call: call.call, signal: unheard.signal };
  const waited = await within(() => runBody(tool, call.arguments, given, waiting.trouble), {
    ms: call.timeoutMs,
    signal: waiting.signal,
    timers: waiting.timers,
  });
  if (waited.type === "answered") return waited.value;
  unheard.abort();
  return answered(failed(waited.type === "aborted" ? "cancelled" : "timeout"));
}
