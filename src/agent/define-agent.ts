/**
 * The border a builder's description of an agent crosses: defaults are filled in, everything is checked, and every
 * mistake is told at once, at start-up.
 */
import type { AgentDefinition } from "./agent.ts";
import { checkLimits, checkModel } from "./agent-checks.ts";
import { AgentError, type AgentProblem } from "./agent-error.ts";
import { AGENT_OPTIONS, type AgentOptions } from "./agent-options.ts";
import { describeIssue } from "./describe-issue.ts";
import { DEFAULTS, type ModelId } from "./models.ts";
import { toolSources } from "./tool-sources.ts";

/**
 * Describes an agent. Throws one `AgentError` that lists everything wrong with it: a gateway that cannot serve an
 * agent should not start.
 */
export function defineAgent<const Model extends ModelId = typeof DEFAULTS.model>(
  options: AgentOptions<Model>,
): AgentDefinition {
  const parsed = AGENT_OPTIONS.safeParse(options, { reportInput: true });
  const problems: AgentProblem[] = (parsed.error?.issues ?? []).flatMap(describeIssue);
  // What is well formed is checked further even where something else is not, so that no mistake waits for its turn.
  const given: Partial<AgentOptions<Model>> = options ?? {};
  const {
    name = "(no name)",
    model = DEFAULTS.model,
    region = DEFAULTS.region,
    voice = DEFAULTS.voice,
  } = given;
  if ([model, region, voice].every((value) => typeof value === "string")) {
    checkModel({ model, region, voice }, problems);
  }
  const tools = toolSources(Array.isArray(given.tools) ? given.tools : [], problems);
  if (parsed.success) checkLimits(parsed.data.limits, problems);
  if (!parsed.success || problems.length > 0) throw new AgentError(String(name), problems);
  return { ...parsed.data, tools };
}
