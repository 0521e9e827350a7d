/**
 * A tool that the agent's list describes itself, checked.
 */
import { LIMITS } from "../base/limits.ts";
import type { InlineTool } from "./agent.ts";
import type { AgentProblem } from "./agent-error.ts";
import { type CallPolicy, policyOf } from "./call-policy.ts";
import { inputSchema } from "./input-schema.ts";
import { checkCall, checkToolName } from "./source-checks.ts";
import type { Noted } from "./tool-list.ts";

export function inlineTool(
  tool: Noted & CallPolicy,
  place: string,
  problems: AgentProblem[],
  defaultMs: number = LIMITS.toolMs,
): InlineTool {
  checkToolName(tool.name, `${place}.name`, problems);
  if (tool.description.trim() === "") {
    problems.push({
      place: `${place}.description`,
      wrong: "it is empty",
      right: "Say what the tool does and when to use it",
    });
  }
  const timeoutMs = tool.timeoutMs ?? defaultMs;
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
  const policy = policyOf(tool);
  const said = Object.keys(policy).length > 0;
  if (said) checkCall(policy, place, problems);
  return {
    name: tool.name,
    description: tool.description,
    inputSchema: schema.ok ? schema.value : {},
    timeoutMs,
    ...(said ? { policy } : {}),
  };
}
