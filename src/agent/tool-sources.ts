/**
 * From a builder's list of tools to an agent's tool sources, with every mistake noted on the way.
 */
import { LIMITS } from "../base/limits.ts";
import type { InlineTool, ToolSource } from "./agent.ts";
import type { AgentProblem } from "./agent-error.ts";
import { inputSchema } from "./input-schema.ts";
import { isListedTool, type ListedTool, type Noted } from "./tool-list.ts";

/** What Nova takes as a tool's name (AWS answers anything else with a 400); the length is ours. */
export const TOOL_NAME = /^[a-zA-Z0-9_-]{1,64}$/;
const BINDING_NAME = /^[A-Za-z_$][\w$]*$/;

const A_TOOL_NAME = 'A tool\'s name is 1 to 64 letters, digits, _ and -, such as "get_balance"';

/** What was not made by `binding()`, `clientTool()` or `fn()` is passed over here: the schema has complained of it. */
export function toolSources(tools: readonly unknown[], problems: AgentProblem[]): readonly ToolSource[] {
  const taken = new Map<string, string>();
  return tools.flatMap((tool, index) =>
    isListedTool(tool) ? [toolSource(tool, `tools[${index}]`, taken, problems)] : [],
  );
}

/** `taken`: names so far, and where. A binding's own tools are not known yet; the tool box settles those. */
function toolSource(
  tool: ListedTool,
  place: string,
  taken: Map<string, string>,
  problems: AgentProblem[],
): ToolSource {
  if (tool.type !== "binding") claim(`tool "${tool.name}"`, place, taken, problems);
  switch (tool.type) {
    case "binding":
      claim(`binding "${tool.binding}"`, place, taken, problems);
      checkBinding(tool, place, problems);
      return { type: "binding", binding: tool.binding, only: tool.only };
    case "client":
      return { type: "client", tools: [inlineTool(tool, place, problems)] };
    case "function":
      return { type: "functions", tools: [{ ...inlineTool(tool, place, problems), run: tool.run }] };
  }
}

function claim(what: string, place: string, taken: Map<string, string>, problems: AgentProblem[]): void {
  const first = taken.get(what);
  if (first === undefined) taken.set(what, place);
  else problems.push({ place, wrong: `${what} is listed already`, right: `${first} has it; name it once` });
}

function checkBinding(
  tool: Extract<ListedTool, { type: "binding" }>,
  place: string,
  problems: AgentProblem[],
): void {
  if (!BINDING_NAME.test(tool.binding)) {
    problems.push({
      place: `${place}.binding`,
      wrong: `${show(tool.binding)} cannot be a binding's name`,
      right: 'Use the name under [[services]] in wrangler.toml, such as "BANK_TOOLS"',
    });
  }
  for (const [index, name] of (tool.only ?? []).entries()) {
    if (!TOOL_NAME.test(name)) {
      problems.push({
        place: `${place}.only[${index}]`,
        wrong: `${show(name)} is no tool's name`,
        right: A_TOOL_NAME,
      });
    }
  }
}

function inlineTool(tool: Noted, place: string, problems: AgentProblem[]): InlineTool {
  if (!TOOL_NAME.test(tool.name)) {
    problems.push({
      place: `${place}.name`,
      wrong: `${show(tool.name)} is no tool's name`,
      right: A_TOOL_NAME,
    });
  }
  if (tool.description.trim() === "") {
    problems.push({
      place: `${place}.description`,
      wrong: "it is empty",
      right: "Say what the tool does and when to use it",
    });
  }
  const timeoutMs = tool.timeoutMs ?? LIMITS.toolMs;
  if (!(timeoutMs >= 1 && timeoutMs <= LIMITS.toolLongestMs)) {
    problems.push({
      place: `${place}.timeoutMs`,
      wrong: `${timeoutMs} is out of range`,
      right: `Give 1 to ${LIMITS.toolLongestMs} ms`,
    });
  }
  const schema = inputSchema(tool.input);
  if (!schema.ok) {
    problems.push({
      place: `${place}.input`,
      wrong: schema.error,
      right: "Use what JSON can say: strings, numbers, booleans, enums, arrays, objects",
    });
  }
  return {
    name: tool.name,
    description: tool.description,
    inputSchema: schema.ok ? schema.value : {},
    timeoutMs,
  };
}

const show = (value: unknown): string => JSON.stringify(value) ?? String(value);
