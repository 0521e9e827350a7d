/**
 * The border a description of an agent crosses, however it is written: defaults are filled in, everything is checked,
 * and every mistake is told at once.
 */
import type * as z from "zod";
import { LIMITS } from "../base/limits.ts";
import type { AgentDefinition, AgentLimits } from "./agent.ts";
import { checkLimits, checkModel, checkPlace } from "./agent-checks.ts";
import { AgentError, type AgentProblem } from "./agent-error.ts";
import type { agentOptions } from "./agent-options.ts";
import { warningsOf } from "./agent-warnings.ts";
import { describeIssue } from "./describe-issue.ts";
import type { Draft } from "./draft.ts";
import { checkFacts } from "./fact-checks.ts";
import { memoryPolicy } from "./memory-options.ts";
import { DEFAULTS } from "./models.ts";
import { offeredNames, withinNames } from "./offered-names.ts";
import { MAIN, mainSegment, oneSegment } from "./one-segment.ts";
import { namesIn, readFacts, readPlace, readSegments } from "./read-segments.ts";
import { looksLikeRuntimeArn, parseRuntimeArn } from "./runtime-arn.ts";
import { checkSegments } from "./segment-checks.ts";
import type { ListedTool } from "./tool-list.ts";
import { toolSources } from "./tool-sources.ts";

/** Throws an `AgentError` with everything that is wrong. */
export function buildAgent(
  written: unknown,
  schema: ReturnType<typeof agentOptions<z.ZodType<ListedTool>>>,
): AgentDefinition {
  const parsed = schema.safeParse(written, { reportInput: true });
  const issues = parsed.error?.issues ?? [];
  const problems: AgentProblem[] = issues.flatMap((issue) => describeIssue(issue, schema));
  // What is well formed is checked further even where something else is not, so that no mistake waits for its turn.
  const given = isRecord(written) ? written : {};
  const { name = "(no name)", facts: writtenFacts, segments: writtenSegments } = given;
  const agent = {
    model: textOr(given.model, DEFAULTS.model),
    voice: textOr(given.voice, DEFAULTS.voice),
    endpointing: parsed.data?.endpointing ?? DEFAULTS.endpointing,
    inference: parsed.data?.inference ?? {},
    prompt: typeof given.prompt === "string" ? given.prompt : null,
  };
  const inherited = { ...agent, ...readPlace(given, defaultRegion(agent.model)) };
  checkPlace(given, "", problems);
  for (const name of namesIn(writtenSegments)) {
    const segment: unknown = Reflect.get(Object(writtenSegments), name);
    if (isRecord(segment)) checkPlace(segment, `segments.${name}.`, problems);
  }
  if (
    [given.model, given.region, given.voice].every(
      (value) => value === undefined || typeof value === "string",
    )
  )
    checkModel(inherited, problems);

  const { listed, all } = readTools(given.tools, schema.shape.tools.unwrap().element);
  const sources = toolSources(listed, problems);
  const offered = offeredNames(sources);
  const facts = readFacts(writtenFacts);
  const segments = readSegments(writtenSegments, inherited);
  const segmentNames = namesIn(writtenSegments);
  if (written === given) checkCut({ segmentNames, given }, problems);
  const draft: Draft = {
    within: withinNames(sources),
    ...{ facts, sources, segmentNames, factNames: namesIn(writtenFacts) },
    memory: parsed.data?.memory === undefined ? null : memoryPolicy(parsed.data.memory),
    offered: all ? offered : { ...offered, open: true },
    segments: writtenSegments === undefined ? [mainSegment({ ...inherited, prompt: "" })] : segments,
    start: textOr(given.start, segmentNames[0] ?? MAIN),
  };
  if (segmentNames.length > 0) checkSegments(draft, inherited, problems);
  checkFacts(draft, problems);

  const models = segments.length > 0 ? segments.map(({ model }) => model) : [agent.model];
  const hosted = models.every(looksLikeRuntimeArn);
  const limits = parsed.data && limitsFor(models, parsed.data.limits, given.limits);
  if (limits) checkLimits(limits, problems, hosted ? LIMITS.runtimeStreamMaxMs : LIMITS.streamMaxMs);
  if (!parsed.success || !limits || problems.length > 0) throw new AgentError(String(name), problems);

  const { greeting, fillers, holdAudioDuringTools, memory, redact, summaries, regionOrder } = parsed.data;
  const whole = oneSegment({
    ...{ name: parsed.data.name, ...inherited, prompt: inherited.prompt ?? "" },
    ...{ greeting, tools: sources, fillers, holdAudioDuringTools, limits, facts },
    ...(memory && { memory: memoryPolicy(memory) }),
    ...(redact && redact.length > 0 && { redact }),
    ...(summaries && { summaries }),
    ...(regionOrder === "nearest" && { regionOrder }),
  });
  const built = segments.length === 0 ? whole : { ...whole, segments, start: draft.start };
  return { ...built, warnings: warningsOf(built, secretsUnsaid(parsed.data.facts)) };
}

/** The list with null in the place of what is no tool, and whether all are. */
function readTools(given: unknown, schema: z.ZodType<ListedTool>) {
  const entries = given === undefined ? [] : Array.isArray(given) ? given : [null];
  const listed = entries.map((entry) => schema.safeParse(entry).data ?? null);
  return { listed, all: !listed.includes(null) };
}

/** Whether the agent is in one piece or in several, and has words for each. */
function checkCut(
  {
    segmentNames,
    given,
  }: { readonly segmentNames: readonly string[]; readonly given: Readonly<Record<string, unknown>> },
  problems: AgentProblem[],
): void {
  if (isRecord(given.segments) && segmentNames.length === 0)
    problems.push({
      place: "segments",
      wrong: "there is none",
      right: "Describe one at least, or leave it out",
    });
  if (given.segments !== undefined) return;
  if (!("prompt" in given))
    problems.push({
      place: "prompt",
      wrong: "it is missing",
      right: "Say who the agent is and how it speaks",
    });
  if (given.start !== undefined)
    problems.push({
      place: "start",
      wrong: "the agent has no segments",
      right: "Describe them, or leave it out",
    });
}

/** Facts of which the builder did not say whether they are secret. */
const secretsUnsaid = (facts: Readonly<Record<string, { readonly secret?: boolean }>>): readonly string[] =>
  Object.keys(facts).filter((name) => facts[name]?.secret === undefined);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const textOr = (given: unknown, otherwise: string): string => (typeof given === "string" ? given : otherwise);

const defaultRegion = (model: string): string => parseRuntimeArn(model)?.region ?? DEFAULTS.region;

/**
 * A stream to AgentCore lasts longer than one to Nova, and may be silent for longer while tools of its own run: what the
 * builder left open follows that.
 */
function limitsFor(models: readonly string[], filled: AgentLimits, given: unknown): AgentLimits {
  const chosen: Partial<AgentLimits> = typeof given === "object" && given !== null ? given : {};
  const isHosted = models.every(looksLikeRuntimeArn);
  return {
    ...filled,
    ...(models.some(looksLikeRuntimeArn) && {
      answerWatchMs: chosen.answerWatchMs ?? LIMITS.runtimeAnswerWatchMs,
    }),
    ...(isHosted && {
      rotateAtTurnEndMs: chosen.rotateAtTurnEndMs ?? LIMITS.runtimeRotateAtTurnEndMs,
      rotateAtSilenceMs: chosen.rotateAtSilenceMs ?? LIMITS.runtimeRotateAtSilenceMs,
      rotateAtOnceMs: chosen.rotateAtOnceMs ?? LIMITS.runtimeRotateAtOnceMs,
    }),
  };
}
