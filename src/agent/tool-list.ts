/**
 * How a builder lists an agent's tools: behind a service binding, at an MCP server, in the client, as a function of the
 * gateway, or as a whole agent.
 * These only take notes; `defineAgent` checks them, so that every mistake is told at once.
 */
import * as z from "zod";
import { isJsonObject, type JsonObject } from "../base/json.ts";
import type { InlineRun } from "./agent.ts";
import type { CallPolicy } from "./call-policy.ts";
import type { ListedMcp, Selection } from "./mcp-list.ts";
import type { Offers, Renamed } from "./offers.ts";
import type { ListedSubAgentTool } from "./sub-agent-list.ts";
import { checkedRun, type ToolBody } from "./tool-body.ts";

/**
 * One entry of an agent's `tools`. Made by `binding()`, `mcp()`, `clientTool()`, `fn()` and `subAgent()`. `Name` is what
 * it offers, as far as the compiler can tell.
 */
export type ListedTool<Name extends string = string, Within extends string = string> = Listed &
  Offers<Name, Within>;

type Listed =
  | ({
      readonly type: "binding";
      readonly binding: string;
      readonly only: readonly string[] | null;
    } & Omit<Selection, "only">)
  | ListedMcp
  | ({ readonly type: "client" } & Noted)
  | ({ readonly type: "function"; readonly run: InlineRun } & Noted & CallPolicy)
  | ListedSubAgentTool;

export interface Noted<Name extends string = string> {
  /** Letters, digits, `_` and `-`; at most 64. */
  readonly name: Name;
  readonly description: string;
  /** The arguments: a zod schema, or JSON Schema of an object. */
  readonly input: z.ZodObject | JsonObject;
  /** Ms after which the model is told that it timed out; by default `LIMITS.toolMs`. */
  readonly timeoutMs?: number;
}

/**
 * The tools of another Worker, behind the service binding of that name in `wrangler.toml`. It describes them itself,
 * when a session starts. `only` narrows them by name, `rename` offers them under another. Where all are taken, a
 * segment's tools cannot be checked by the compiler, unless it is told their names: `binding<"pay" | "refund">("SHOP")`.
 */
export const binding = <
  const Name extends string = string,
  const Renames extends Readonly<Record<string, string>> = Record<never, never>,
>(
  name: string,
  options: Selection<Name, Renames> = {},
): ListedTool<Renamed<Name, Renames>, never> => ({
  ...options,
  type: "binding",
  binding: name,
  only: options.only ?? null,
});

/** A tool that the client runs: it is sent the arguments and answers with a result. */
export const clientTool = <const Name extends string>(tool: Noted<Name>): ListedTool<Name, never> => ({
  type: "client",
  ...tool,
});

/** A tool that is a function in the gateway itself. For trifles: it shares the session's own CPU time. */
export const fn = <Input extends z.ZodObject, const Answer, const Name extends string>(
  tool: ToolBody<Input, Answer> & { readonly name: Name },
): ListedTool<Name, never> => ({ ...tool, type: "function", run: checkedRun(tool.input, tool.run) });

/** Whether something was made by one of the five. Says nothing of whether it is right. */
export function isListedTool(value: unknown): value is ListedTool {
  if (typeof value !== "object" || value === null || !("type" in value)) return false;
  if (value.type === "binding") return "binding" in value && typeof value.binding === "string";
  if (value.type === "mcp") return "name" in value && typeof value.name === "string" && "url" in value;
  if (value.type === "sub_agent") return isNoted(value) && "agent" in value && hasKind(value.agent);
  return (value.type === "client" || value.type === "function") && isNoted(value);
}

const isNoted = (value: object): boolean =>
  "name" in value &&
  typeof value.name === "string" &&
  "description" in value &&
  typeof value.description === "string" &&
  "input" in value &&
  (value.input instanceof z.ZodObject || isJsonObject(value.input));

const hasKind = (agent: unknown): boolean =>
  typeof agent === "object" && agent !== null && "kind" in agent && typeof agent.kind === "string";
