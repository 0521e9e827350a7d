/**
 * Calls a tool that is a function in the gateway itself.
 */
import type { InlineRun } from "../agent/agent.ts";
import type { ToolContext } from "../agent/tool-context.ts";
import type { ToolCall, ToolOutcome } from "../conversation/events.ts";
import { failed } from "../conversation/tool-failure.ts";
import { runBody, type Trouble } from "./run-body.ts";
import { type Timers, within } from "./time-limit.ts";

/** Never rejects. The function's own signal aborts as soon as nobody waits for it. */
export async function callFunction(
  tool: { readonly name: string; readonly run: InlineRun },
  call: ToolCall,
  context: ToolContext,
  waiting: { readonly signal: AbortSignal; readonly timers: Timers; readonly trouble: Trouble },
): Promise<ToolOutcome> {
  const unheard = new AbortController();
  const { session, agent, caller, tenant } = context;
  const trusted = { session, agent, caller, tenant, call: call.call, signal: unheard.signal };
  const waited = await within(() => runBody(tool, call.arguments, trusted, waiting.trouble), {
    ms: call.timeoutMs,
    signal: waiting.signal,
    timers: waiting.timers,
  });
  if (waited.type === "answered") return waited.value;
  unheard.abort();
  return failed(waited.type === "aborted" ? "cancelled" : "timeout");
}
