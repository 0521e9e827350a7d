/**
 * Calls a tool in another Worker, over its service binding. The other side may answer late, wrongly or never.
 */
import type { ToolContext } from "../agent/tool-context.ts";
import type { Json } from "../base/json.ts";
import { LIMITS } from "../base/limits.ts";
import type { ToolCall, ToolOutcome } from "../conversation/events.ts";
import { failed, isToolFailure } from "../conversation/tool-failure.ts";
import { OUTCOME, type ToolBinding } from "./contract.ts";
import { discard } from "./discard.ts";
import { plainJson } from "./plain-json.ts";
import type { Trouble } from "./run-body.ts";
import { type Timers, within } from "./time-limit.ts";

/** `{"status":"ok","value":` and `}` around the value, which alone is what the limit is about. */
const ENVELOPE_BYTES = 25;

/** Never rejects. */
export async function callBinding(
  binding: ToolBinding,
  call: ToolCall,
  context: ToolContext,
  waiting: { readonly signal: AbortSignal; readonly timers: Timers; readonly trouble: Trouble },
): Promise<ToolOutcome> {
  const { name, arguments: args, timeoutMs } = call;
  const { session, agent, caller, tenant } = context;
  const waited = await within(
    () =>
      binding.invoke({
        name,
        arguments: args,
        context: { session, agent, caller, tenant },
        call: call.call,
        timeoutMs,
      }),
    { ms: timeoutMs, signal: waiting.signal, timers: waiting.timers },
    discard,
  );
  switch (waited.type) {
    case "answered": {
      const outcome = readOutcome(name, waited.value, waiting.trouble);
      discard(waited.value);
      return outcome;
    }
    case "threw":
      waiting.trouble(name, waited.error);
      return failed("threw");
    case "timeout":
      return failed("timeout");
    case "aborted":
      return failed("cancelled");
  }
}

/** What came back, as an outcome. Anything else than an outcome is a bad result. */
function readOutcome(tool: string, answer: unknown, trouble: Trouble): ToolOutcome {
  const copy = plainJson(answer, LIMITS.toolResultBytes + ENVELOPE_BYTES);
  if (!copy.ok) {
    trouble(tool, copy.error.cause);
    return failed(copy.error.reason);
  }
  const parsed = OUTCOME.safeParse(copy.value);
  if (!parsed.success) {
    trouble(tool, "what came back is not a tool's outcome");
    return failed("bad_result");
  }
  const outcome = parsed.data;
  if (outcome.status === "ok") return { status: "ok", value: outcome.value as Json };
  return failed(isToolFailure(outcome.reason) ? outcome.reason : "threw", outcome.say);
}
