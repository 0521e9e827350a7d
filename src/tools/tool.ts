/**
 * A tool as a tool Worker's builder writes it.
 */
import type * as z from "zod";
import type { InlineRun } from "../agent/agent.ts";
import { type CallPolicy, policyOf } from "../agent/call-policy.ts";
import { checkedRun, type ToolBody } from "../agent/tool-body.ts";

/** What `tool()` makes. Its types are hidden behind its schema. */
export interface Tool {
  readonly description: string;
  readonly input: z.ZodObject;
  readonly timeoutMs: number | null;
  readonly policy: CallPolicy;
  readonly run: InlineRun;
}

/** One tool of a `ToolWorker`: words for the model, a zod schema of the arguments, and what it does. */
export const tool = <Input extends z.ZodObject, const Answer>(body: ToolBody<Input, Answer>): Tool => ({
  description: body.description,
  input: body.input,
  timeoutMs: body.timeoutMs ?? null,
  policy: policyOf(body),
  run: checkedRun(body.input, body.run),
});
