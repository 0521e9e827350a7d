/**
 * An agent as a JSON document: the same settings as in TypeScript, but for functions, which JSON cannot hold, and with tools as `tool-document.ts` reads them.
 */
import * as z from "zod";
import type { AgentDefinition } from "./agent.ts";
import { AgentError } from "./agent-error.ts";
import { agentOptions } from "./agent-options.ts";
import { buildAgent } from "./build-agent.ts";
import { TOOL_DOCUMENT } from "./tool-document.ts";

const AGENT_DOCUMENT = agentOptions(TOOL_DOCUMENT);

/**
 * The agent that a parsed JSON document describes; its member `$schema` is for editors. Throws one `AgentError` that
 * lists everything wrong with it.
 */
export function agentFromJson(document: unknown): AgentDefinition {
  const plain = plainOf(document);
  if (typeof plain !== "object" || plain === null || Array.isArray(plain))
    return buildAgent(plain, AGENT_DOCUMENT);
  const { $schema: _, ...options } = plain as { readonly [key: string]: unknown };
  return buildAgent(options, AGENT_DOCUMENT);
}

/** As JSON would bring it: whatever it is, what is checked is data. */
function plainOf(document: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(document, functionsSaid) ?? "null");
  } catch {
    throw new AgentError("(no name)", [
      { place: "the description", wrong: "it is no JSON", right: "Give what JSON.parse gives back" },
    ]);
  }
}

/** A function would vanish without a word. */
const functionsSaid = (_: string, value: unknown): unknown =>
  typeof value === "function" ? { type: "function" } : value;

/** JSON Schema of such a document, for editors: `agents/agent.schema.json` is this. */
export const agentSchema = (): object => {
  const { $schema, ...schema } = z.toJSONSchema(AGENT_DOCUMENT, {
    io: "input",
    target: "draft-7",
  });
  const { properties, ...rest } = schema;
  return {
    $schema,
    title: "An agent of Antiphon",
    ...rest,
    properties: { $schema: { type: "string" }, ...properties },
  };
};
