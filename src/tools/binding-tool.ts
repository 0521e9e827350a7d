/**
 * Calls a tool in another Worker, over its service binding. The other side may answer late, wrongly or never.
 */
import type { ToolContext } from "../agent/tool-context.ts";
import type { Json } from "../base/json.ts";
import { LIMITS } from "../base/limits.ts";
import type { ToolCall } from "../conversation/events.ts";
import { failed, isToolFailure } from "../conversation/tool-failure.ts";
import { OUTCOME, type ToolBinding } from "./contract.ts";
import { discard } from "./discard.ts";
import { plainJson } from "./plain-json.ts";
import type { Trouble } from "./run-body.ts";
import { type Timers, within } from "./time-limit.ts";
import { answered, type ToolAnswer } from "./tool-answer.ts";
import { apart, readWord } from "./tool-word.ts";
import { trusted } from "./trusted-context.ts";

/** `{"status":"ok","value":` and `}` around the value, which alone is what the limit is about. */
const ENVELOPE_BYTES = 25;

/** Never rejects. */
export async function callBinding(
  binding: ToolBinding,
  call: ToolCall,
  context: ToolContext,
  waiting: { readonly signal: AbortSignal; readonly timers: Timers; readonly trouble: Trouble },
): Promise<ToolAnswer> {
  const { name, arguments: args, timeoutMs } = call;
  const waited = await within(
    () =>
      binding.invoke({
        name,
        arguments: args,
        context: trusted(context),
        call: call.call,
        timeoutMs,
      }),
    { ms: timeoutMs, signal: waiting.signal, timers: waiting.timers },
    discard,
  );
  switch (waited.type) {
    case "answered": {
      const answer = readAnswer(name, waited.value, waiting.trouble);
      discard(waited.value);
      return answer;
    }
    case "threw":
      waiting.trouble(name, waited.error);
      return answered(failed("threw"));
    case "timeout":
      return answered(failed("timeout"));
    case "aborted":
      return answered(failed("cancelled"));
  }
}

/** What came back, as an outcome and a word. Anything else than an outcome is a bad result. */
function readAnswer(tool: string, answer: unknown, trouble: Trouble): ToolAnswer {
  const { rest, word } = apart(answer);
  const copy = plainJson(rest, LIMITS.toolResultBytes + ENVELOPE_BYTES);
  if (!copy.ok) {
    trouble(tool, copy.error.cause);
    return answered(failed(copy.error.reason));
  }
  const parsed = OUTCOME.safeParse(copy.value);
  if (!parsed.success) {
    trouble(tool, "what came back is not a tool's outcome");
    return answered(failed("bad_result"));
  }
  const outcome = parsed.data;
  if (outcome.status === "failed")
    return answered(failed(isToolFailure(outcome.reason) ? outcome.reason : "threw", outcome.say));
  return answered(
    { status: "ok", value: outcome.value as Json },
    readWord(word, (cause) => trouble(tool, cause, "word")),
  );
}
