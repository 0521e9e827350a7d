/**
 * The border a builder's description of an agent crosses: defaults are filled in, everything is checked, and every
 * mistake is told at once, at start-up.
 */
import { LIMITS } from "../base/limits.ts";
import type { AgentDefinition, AgentLimits } from "./agent.ts";
import { checkLimits, checkModel } from "./agent-checks.ts";
import { AgentError, type AgentProblem } from "./agent-error.ts";
import { AGENT_OPTIONS, type AgentModel, type AgentOptions } from "./agent-options.ts";
import { describeIssue } from "./describe-issue.ts";
import { DEFAULTS } from "./models.ts";
import { looksLikeRuntimeArn, parseRuntimeArn } from "./runtime-arn.ts";
import { toolSources } from "./tool-sources.ts";

/**
 * Describes an agent. Throws one `AgentError` that lists everything wrong with it: a gateway that cannot serve an
 * agent should not start.
 */
export function defineAgent<const Model extends AgentModel = typeof DEFAULTS.model>(
  options: AgentOptions<Model>,
): AgentDefinition {
  const parsed = AGENT_OPTIONS.safeParse(options, { reportInput: true });
  const problems: AgentProblem[] = (parsed.error?.issues ?? []).flatMap(describeIssue);
  // What is well formed is checked further even where something else is not, so that no mistake waits for its turn.
  const given: Partial<AgentOptions<Model>> = options ?? {};
  const {
    name = "(no name)",
    model = DEFAULTS.model,
    region = defaultRegion(model),
    voice = DEFAULTS.voice,
  } = given;
  if ([model, region, voice].every((value) => typeof value === "string")) {
    checkModel({ model, region, voice }, problems);
  }
  const tools = toolSources(Array.isArray(given.tools) ? given.tools : [], problems);
  const hosted = typeof model === "string" && looksLikeRuntimeArn(model);
  const limits =
    parsed.success && hosted ? hostedLimits(parsed.data.limits, given.limits) : parsed.data?.limits;
  if (limits) checkLimits(limits, problems, hosted ? LIMITS.runtimeStreamMaxMs : LIMITS.streamMaxMs);
  if (!parsed.success || !limits || problems.length > 0) throw new AgentError(String(name), problems);
  return { ...parsed.data, region, tools, limits };
}

const defaultRegion = (model: unknown): string =>
  (typeof model === "string" ? parseRuntimeArn(model)?.region : undefined) ?? DEFAULTS.region;

/** A stream to AgentCore lasts longer than one to Nova: what the builder left open follows that. */
const hostedLimits = (filled: AgentLimits, chosen: Partial<AgentLimits> | undefined): AgentLimits => ({
  ...filled,
  rotateAtTurnEndMs: chosen?.rotateAtTurnEndMs ?? LIMITS.runtimeRotateAtTurnEndMs,
  rotateAtSilenceMs: chosen?.rotateAtSilenceMs ?? LIMITS.runtimeRotateAtSilenceMs,
  rotateAtOnceMs: chosen?.rotateAtOnceMs ?? LIMITS.runtimeRotateAtOnceMs,
});
