/**
 * What every tool written in TypeScript has, wherever it runs: words for the model, a zod schema, a function.
 */
import type { z } from "zod";
import { explain } from "../base/explain.ts";
import type { Json } from "../base/json.ts";
import type { InlineRun } from "./agent.ts";
import type { CallPolicy } from "./call-policy.ts";
import type { CallContext } from "./tool-context.ts";
import { BadInput } from "./tool-errors.ts";

export interface ToolBody<Input extends z.ZodObject, Answer> extends CallPolicy {
  /** What the tool does and when to use it. The model decides by these words. */
  readonly description: string;
  /** The arguments. `.describe()` its fields: the model reads that too. */
  readonly input: Input;
  /** Ms after which the model is told that it timed out; by default `LIMITS.toolMs`. */
  readonly timeoutMs?: number;
  /** Gives back plain data. Throw a `SpeakableError` for a failure with words. */
  readonly run: (
    input: z.output<Input>,
    context: CallContext,
  ) => (Answer & JsonLike<Answer>) | Promise<Answer & JsonLike<Answer>>;
}

/** `T`, with `never` wherever JSON has no word for it: a Date, a Map, a function, a BigInt. */
// biome-ignore lint/suspicious/noConfusingVoidType: a tool that gives nothing back is typed void
export type JsonLike<T> = T extends null | boolean | number | string | undefined | void
  ? T
  : T extends ((...args: never[]) => unknown) | bigint | symbol
    ? never
    : T extends object
      ? { [Key in keyof T]: JsonLike<T[Key]> }
      : never;

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
