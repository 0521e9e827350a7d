/**
 * A sub-agent in another Worker, behind a service binding. It may answer late, wrongly or never.
 */
import type { ToolContext } from "../agent/tool-context.ts";
import { LIMITS } from "../base/limits.ts";
import { err, ok, type Result } from "../base/result.ts";
import { discard } from "./discard.ts";
import { plainJson } from "./plain-json.ts";
import type { Progress } from "./shared-run.ts";
import type { Answer, Question, SubAgent, SubAgentFailure } from "./sub-agent.ts";
import { REPLY, type SubAgentBinding } from "./sub-agent-contract.ts";
import { apart, readWord } from "./tool-word.ts";
import { trusted } from "./trusted-context.ts";

export class WorkerAgent implements SubAgent {
  readonly #binding: SubAgentBinding;

  readonly #trouble: (cause: string) => void;

  /** `trouble` hears what it told the session and may not be heard. */
  constructor(binding: SubAgentBinding, trouble: (cause: string) => void) {
    this.#binding = binding;
    this.#trouble = trouble;
  }

  /** How long it may take is seen to by whoever asks: a Worker cannot be told to stop. */
  async ask(
    { text, input, call, timeoutMs }: Question,
    context: ToolContext,
    signal: AbortSignal,
    progress: Progress,
  ): Promise<Result<Answer, SubAgentFailure>> {
    const question = { question: text, input, context: trusted(context), call, timeoutMs };
    let answer: unknown;
    try {
      answer = await this.#binding.ask(question, (words) => {
        if (!signal.aborted && typeof words === "string") progress(words);
      });
    } catch (error) {
      return err({ reason: "threw", cause: `ask() threw: ${String(error)}` });
    }
    const { rest, word: raw } = apart(answer);
    const copy = plainJson(rest, LIMITS.subAgentAnswerBytes);
    const word = readWord(raw, this.#trouble);
    discard(answer);
    if (!copy.ok) return err({ reason: copy.error.reason, cause: copy.error.cause });
    const reply = REPLY.safeParse(copy.value);
    if (!reply.success)
      return err({ reason: "bad_result", cause: "what came back is not a sub-agent's reply" });
    if (reply.data.status === "failed") return err({ reason: "threw", say: reply.data.say });
    const { status, say, next } = reply.data;
    return ok({ status, text: say, ...(next === undefined ? {} : { next }), word });
  }
}
