/**
 * A sub-agent as a tool: whatever it answers, the voice model gets words that can be spoken, in one shape.
 */
import type { SubAgentSource } from "../agent/agent.ts";
import { isJsonObject, type JsonObject } from "../base/json.ts";
import { LIMITS } from "../base/limits.ts";
import type { ToolOutcome } from "../conversation/events.ts";
import { failed } from "../conversation/tool-failure.ts";
import { forTheEar } from "./for-the-ear.ts";
import type { Run } from "./open-box.ts";
import type { Trouble } from "./run-body.ts";
import { type Answer, questionText, type SubAgent, type SubAgentFailure } from "./sub-agent.ts";
import { type Timers, within } from "./time-limit.ts";
import { answered } from "./tool-answer.ts";

const MORE = "There is more to it. Offer to go on.";
const ASKED = "Ask the caller this, then ask here again with the answer.";

export function subAgentRun(
  agent: SubAgent,
  { sayChars }: Pick<SubAgentSource, "sayChars">,
  { timers, trouble }: { readonly timers: Timers; readonly trouble: Trouble },
): Run {
  return async (call, context, signal, progress) => {
    const input = isJsonObject(call.arguments) ? call.arguments : {};
    const unheard = new AbortController();
    let listening = true;
    const question = { text: questionText(input), input, call: call.call, timeoutMs: call.timeoutMs };
    const tell = (words: string): void => {
      const { say } = forTheEar(words, LIMITS.subAgentProgressChars);
      if (listening && say !== "") progress(say);
    };
    const waited = await within(() => agent.ask(question, context, unheard.signal, tell), {
      ms: call.timeoutMs,
      signal,
      timers,
    });
    listening = false;
    unheard.abort();
    switch (waited.type) {
      case "answered":
        return waited.value.ok
          ? answered(spokenOutcome(waited.value.value, sayChars), waited.value.value.word)
          : answered(failedOutcome(call.name, waited.value.error, trouble), waited.value.error.word);
      case "threw":
        trouble(call.name, waited.error);
        return answered(failed("threw"));
      case "timeout":
        return answered(failed("timeout"));
      case "aborted":
        return answered(failed("cancelled"));
    }
  };
}

/** `{status, say, next?}`: the one shape the voice model knows. */
function spokenOutcome({ status, text, next }: Answer, sayChars: number): ToolOutcome {
  const { say, cut } = forTheEar(text, sayChars);
  if (say === "") return failed("bad_result");
  const told = next === undefined ? "" : forTheEar(next, LIMITS.toolSayChars).say;
  const then = told || (status === "needs_input" ? ASKED : cut ? MORE : "");
  const value: JsonObject = { status, say, ...(then === "" ? {} : { next: then }) };
  return { status: "ok", value };
}

function failedOutcome(tool: string, { reason, say, cause }: SubAgentFailure, trouble: Trouble): ToolOutcome {
  if (cause !== undefined) trouble(tool, cause);
  const words = say === undefined ? "" : forTheEar(say, LIMITS.toolSayChars).say;
  return words === "" ? failed(reason) : failed(reason, words);
}
