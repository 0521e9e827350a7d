/**
 * From a builder's list of tools to an agent's tool sources, with every mistake noted on the way.
 */
import type { ToolSource } from "./agent.ts";
import type { AgentProblem } from "./agent-error.ts";
import { inlineTool } from "./inline-tool.ts";
import {
  checkAuth,
  checkBindingName,
  checkUrl,
  claim,
  selected,
  type Taken,
  tellsOf,
} from "./source-checks.ts";
import { subAgentSource } from "./sub-agent-source.ts";
import { isListedTool, type ListedTool } from "./tool-list.ts";

export { TOOL_NAME } from "./source-checks.ts";

/** What was not made by one of the five is passed over here: the schema has complained of it. */
export function toolSources(tools: readonly unknown[], problems: AgentProblem[]): readonly ToolSource[] {
  return sourcesAt(tools, "tools", problems);
}

function sourcesAt(tools: readonly unknown[], at: string, problems: AgentProblem[]): readonly ToolSource[] {
  const taken: Taken = new Map();
  return tools.flatMap((tool, index) =>
    isListedTool(tool) ? [toolSource(tool, `${at}[${index}]`, taken, problems)] : [],
  );
}

/** The same of a sub-agent's list, which no schema has looked at. */
function ownTools(tools: readonly unknown[], at: string, problems: AgentProblem[]): readonly ToolSource[] {
  for (const [index, tool] of tools.entries()) {
    if (!isListedTool(tool))
      problems.push({
        place: `${at}[${index}]`,
        wrong: "it is no tool",
        right: 'Make each with binding("NAME"), mcp({…}) or fn({…})',
      });
  }
  return sourcesAt(tools, at, problems);
}

function toolSource(tool: ListedTool, place: string, taken: Taken, problems: AgentProblem[]): ToolSource {
  switch (tool.type) {
    case "binding":
      claim(`binding "${tool.binding}"`, place, taken, problems);
      checkBindingName(tool.binding, `${place}.binding`, problems);
      return { type: "binding", binding: tool.binding, ...selected(tool, place, false, taken, problems) };
    case "mcp": {
      const { name, url, auth = "none" } = tool;
      claim(`server "${name}"`, place, taken, problems);
      if (name.trim() === "")
        problems.push({
          place: `${place}.name`,
          wrong: "it is empty",
          right: "Say what the logs should call it",
        });
      checkUrl(url, `${place}.url`, problems);
      checkAuth(auth, `${place}.auth`, problems);
      const tells = tellsOf(tool, place, problems);
      return { type: "mcp", name, url, auth, ...tells, ...selected(tool, place, true, taken, problems) };
    }
    case "client":
      claim(`tool "${tool.name}"`, place, taken, problems);
      return { type: "client", tools: [inlineTool(tool, place, problems)] };
    case "function":
      claim(`tool "${tool.name}"`, place, taken, problems);
      return { type: "functions", tools: [{ ...inlineTool(tool, place, problems), run: tool.run }] };
    case "sub_agent":
      claim(`tool "${tool.name}"`, place, taken, problems);
      return subAgentSource(tool, place, problems, ownTools);
  }
}
