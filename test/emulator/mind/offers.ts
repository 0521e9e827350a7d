/**
 * Tools as clients offer them, and scenes to use them in.
 */
import type { Cue, Mind, OfferedTool, Scene, Step } from "../../../emulator/seams.ts";

const tool = (
  name: string,
  description: string,
  properties: object,
  required: readonly string[] = [],
): OfferedTool => ({
  name,
  description,
  inputSchema: { type: "object", properties, required },
});

export const TOOLS = [
  tool(
    "get_balance",
    "Gives the balance of one of the caller's bank accounts.",
    { account: { type: "string", enum: ["checking", "savings"] } },
    ["account"],
  ),
  tool(
    "get_weather",
    "The weather forecast for a city.",
    { city: { type: "string" }, day: { type: "string" } },
    ["city"],
  ),
  tool(
    "transfer_money",
    "Transfers an amount from one account to another.",
    {
      amount: { type: "number", exclusiveMinimum: 0 },
      to: { type: "string", enum: ["checking", "savings"] },
    },
    ["amount", "to"],
  ),
  tool(
    "bookTable",
    "Reserve a table at the restaurant",
    {
      people: { type: "integer", minimum: 1, maximum: 12 },
      date: { type: "string", format: "date" },
      name: { type: "string" },
      outdoor: { type: "boolean" },
    },
    ["people", "date", "name"],
  ),
  tool("kb___search_docs", "Search the documentation", { query: { type: "string" } }, ["query"]),
  tool("order_status", "Where an order is", { order_id: { type: "string" } }, ["order_id"]),
];

export const scene = (changes: Partial<Scene> = {}): Scene => ({
  modelId: "amazon.nova-2-sonic-v1:0",
  systemPrompt: "You are Ada, an assistant of Fernbank who is brief.",
  history: [],
  tools: TOOLS,
  ...changes,
});

export const TODAY = () => new Date("2026-11-22T10:00:00Z");

/** What the mind does when it hears the text. */
export const hear = (mind: Mind, text: string, where = scene()): Promise<readonly Step[]> =>
  mind.react({ type: "speech", index: 0, text }, where);

/** What it says when a tool gives this. */
export async function sayResult(mind: Mind, content: unknown, name = "get_balance"): Promise<string> {
  const cue: Cue = { type: "results", results: [{ toolUseId: "t1", tool: name, arguments: {}, content }] };
  return words(await mind.react(cue, scene()));
}

export const words = (steps: readonly Step[]): string =>
  steps.map((step) => (step.type === "say" ? step.text : `[${step.type}]`)).join(" ");
