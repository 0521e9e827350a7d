/**
 * What every tool written in TypeScript has, wherever it runs: words for the model, a zod schema, a function.
 */
import type * as z from "zod";
import { explain } from "../base/explain.ts";
import type { Json } from "../base/json.ts";
import type { InlineRun } from "./agent.ts";
import type { Answered } from "./answered.ts";
import type { CallPolicy } from "./call-policy.ts";
import type { JsonLike } from "./json-like.ts";
import type { CallContext } from "./tool-context.ts";
import { BadInput } from "./tool-errors.ts";

export interface ToolBody<Input extends z.ZodObject, Answer> extends CallPolicy {
  /** What the tool does and when to use it. The model decides by these words. */
  readonly description: string;
  /** The arguments. `.describe()` its fields: the model reads that too. */
  readonly input: Input;
  /** Ms after which the model is told that it timed out; by default `LIMITS.toolMs`. */
  readonly timeoutMs?: number;
  /**
   * Gives back plain data; `answer(data, { facts, next })` to tell the session something besides. Throw a
   * `SpeakableError` for a failure with words.
   */
  readonly run: (
    input: z.output<Input>,
    context: CallContext,
  ) => (Answer & Tellable<Answer>) | Promise<Answer & Tellable<Answer>>;
}

/** `answer()` has looked at what it was given. */
type Tellable<T> = T extends Answered<unknown> ? T : JsonLike<T>;

/** Hides the types of a tool's function behind its schema. */
export const checkedRun =
  <Input extends z.ZodObject>(
    input: Input,
    run: (input: z.output<Input>, context: CallContext) => unknown,
  ): InlineRun =>
  async (args: Json, context: CallContext) => {
    const parsed = await input.safeParseAsync(args);
    if (!parsed.success) throw new BadInput(explain(parsed.error, "arguments"));
    return run(parsed.data, context);
  };
