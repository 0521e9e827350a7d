/**
 * Runs a tool's function to its one outcome. What it throws is sorted here: wrong arguments, words for the caller,
 * or a failure that only the log may know.
 */
import type { InlineRun } from "../agent/agent.ts";
import { Answered } from "../agent/answered.ts";
import type { CallContext } from "../agent/tool-context.ts";
import { BadInput, SpeakableError } from "../agent/tool-errors.ts";
import type { Json } from "../base/json.ts";
import { LIMITS } from "../base/limits.ts";
import type { ToolOutcome } from "../conversation/events.ts";
import { badArguments, failed } from "../conversation/tool-failure.ts";
import { plainJson } from "./plain-json.ts";
import { answered, type ToolAnswer } from "./tool-answer.ts";
import { readWord } from "./tool-word.ts";

/**
 * Hears what must not be told: `cause` is the thrown thing itself, or what was wrong with the answer. `about` "word": the
 * answer was fine, and something of what came with it for the session was left out.
 */
export type Trouble = (tool: string, cause: unknown, about?: "word") => void;

/** Never rejects. */
export async function runBody(
  tool: { readonly name: string; readonly run: InlineRun },
  args: Json,
  context: CallContext,
  trouble: Trouble,
): Promise<ToolAnswer> {
  try {
    const given = await tool.run(args, context);
    const [value, word] = Answered.is(given) ? [given.value, given.word] : [given, undefined];
    const copy = plainJson(value, LIMITS.toolResultBytes);
    if (copy.ok) {
      const outcome = { status: "ok", value: copy.value } as const;
      return answered(
        outcome,
        readWord(word, (cause) => trouble(tool.name, cause, "word")),
      );
    }
    trouble(tool.name, copy.error.cause);
    return answered(failed(copy.error.reason));
  } catch (error) {
    return answered(sort(tool.name, error, trouble));
  }
}

function sort(tool: string, error: unknown, trouble: Trouble): ToolOutcome {
  try {
    if (error instanceof BadInput) return badArguments(error.message);
    if (error instanceof SpeakableError) return failed("refused", error.message);
    trouble(tool, error);
  } catch {
    // What was thrown throws again when it is looked at. There is nothing to be learned from it.
  }
  return failed("threw");
}
