/**
 * Asks a tool Worker what it offers, and believes nothing: it may be missing, hang, throw, or answer anything at all.
 */
import * as z from "zod";
import { CALL_POLICY } from "../agent/call-policy.ts";
import { TOOL_NAME } from "../agent/tool-sources.ts";
import { isJsonObject, type Json } from "../base/json.ts";
import { LIMITS } from "../base/limits.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { ToolBinding, ToolDescription } from "./contract.ts";
import { discard } from "./discard.ts";
import { plainJson } from "./plain-json.ts";
import { type Timers, within } from "./time-limit.ts";

export interface Described {
  readonly tools: readonly ToolDescription[];
  /** Single tools that were described so that they cannot be offered. */
  readonly unfit: readonly { readonly tool: string; readonly cause: string }[];
}

/** What the binding offers, or why that is not known. Never rejects. */
export async function describeBinding(
  binding: ToolBinding,
  timers: Timers,
): Promise<Result<Described, string>> {
  const waited = await within(() => binding.describe(), { ms: LIMITS.toolDescribeMs, timers }, discard);
  switch (waited.type) {
    case "answered": {
      const copy = plainJson(waited.value, LIMITS.toolDescribeBytes);
      discard(waited.value);
      return copy.ok ? readDescriptions(copy.value) : err(`describe() answered badly: ${copy.error.cause}`);
    }
    case "threw":
      return err(`describe() threw: ${String(waited.error)}`);
    default:
      return err(`describe() did not answer within ${LIMITS.toolDescribeMs} ms`);
  }
}

const DESCRIPTION = z.object({
  name: z.string().regex(TOOL_NAME, "a tool's name is 1 to 64 letters, digits, _ and -"),
  description: z.string().refine((text) => text.trim() !== "", "empty"),
  inputSchema: z.custom<ToolDescription["inputSchema"]>(
    (schema) => isJsonObject(schema) && schema.type === "object",
    "not a JSON Schema of an object",
  ),
  timeoutMs: z.number().positive().max(LIMITS.toolLongestMs).exactOptional(),
  ...CALL_POLICY.shape,
});

function readDescriptions(answer: Json): Result<Described, string> {
  if (!Array.isArray(answer)) return err("describe() answered no list");
  const list: readonly Json[] = answer;
  if (list.length > LIMITS.toolsOffered)
    return err(`describe() lists more than ${LIMITS.toolsOffered} tools`);
  const tools: ToolDescription[] = [];
  const unfit: { tool: string; cause: string }[] = [];
  for (const [index, item] of list.entries()) {
    const parsed = DESCRIPTION.safeParse(item);
    if (parsed.success) tools.push(parsed.data);
    else unfit.push({ tool: nameOf(item, index), cause: z.prettifyError(parsed.error) });
  }
  return ok({ tools, unfit });
}

const nameOf = (item: Json, index: number): string =>
  isJsonObject(item) && typeof item.name === "string" ? item.name.slice(0, 64) : `#${index}`;
