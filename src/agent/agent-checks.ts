/**
 * What a schema cannot say of an agent: that its model, region and voice exist together, and that its limits are in
 * order.
 */
import { LIMITS } from "../base/limits.ts";
import type { AgentLimits } from "./agent.ts";
import type { AgentProblem } from "./agent-error.ts";
import { isModelId, MODEL_IDS, MODELS } from "./models.ts";
import { choose, nearMiss } from "./near-miss.ts";
import { looksLikeRuntimeArn, parseRuntimeArn } from "./runtime-arn.ts";

const RETIRED: Readonly<Record<string, string>> = {
  "amazon.nova-sonic-v1:0": "its end of life was 14 September 2026",
};

interface Chosen {
  readonly model: string;
  readonly region: string;
  readonly regions?: readonly string[];
  readonly voice: string;
}

/** Regions with their place in the description. */
const placesOf = ({ region, regions }: Chosen): readonly (readonly [place: string, region: string])[] =>
  regions?.map((name, index) => [`regions[${index}]`, name] as const) ?? [["region", region]];

/** Whether the model is one we know, is offered in those regions and has that voice. */
export function checkModel(chosen: Chosen, problems: AgentProblem[]): void {
  const { model, voice } = chosen;
  if (looksLikeRuntimeArn(model)) {
    checkRuntime(chosen, problems);
    return;
  }
  const meant = isModelId(model) ? model : nearMiss(model, MODEL_IDS);
  if (meant !== model) {
    const why = RETIRED[model] ?? "it is not a speech model this gateway knows";
    problems.push({
      place: "model",
      wrong: `"${model}" cannot be used: ${why}`,
      right: choose(model, MODEL_IDS),
    });
  }
  if (meant === null || !isModelId(meant)) return;
  const { regions, voices } = MODELS[meant];
  for (const [place, region] of placesOf(chosen)) {
    if (regions.some((known) => known === region)) continue;
    problems.push({ place, wrong: `${meant} is not in "${region}"`, right: choose(region, regions) });
  }
  if (!voices.some((known) => known === voice)) {
    problems.push({
      place: "voice",
      wrong: `"${voice}" is not a voice of ${meant}`,
      right: choose(voice, voices),
    });
  }
}

/** Whether it is the ARN of a runtime, the region is its own, and there is a voice; which voices there are it knows. */
function checkRuntime(chosen: Chosen, problems: AgentProblem[]): void {
  const { model, voice } = chosen;
  const runtime = parseRuntimeArn(model);
  if (runtime === null) {
    problems.push({
      place: "model",
      wrong: `"${model}" is not the ARN of an AgentCore runtime`,
      right:
        "It reads arn:aws:bedrock-agentcore:REGION:ACCOUNT:runtime/ID, with /runtime-endpoint/NAME for another endpoint than DEFAULT",
    });
    return;
  }
  for (const [place, region] of placesOf(chosen)) {
    if (region === runtime.region) continue;
    problems.push({
      place,
      wrong: `the runtime is not in "${region}"`,
      right: `Its ARN says "${runtime.region}": leave the region out`,
    });
  }
  if (voice.trim() === "")
    problems.push({
      place: "voice",
      wrong: "it is empty",
      right: "Name a voice that the hosted agent knows",
    });
}

/** Whether it says where it is served from once, and each region once. */
export function checkPlace(
  { region, regions }: { readonly region?: unknown; readonly regions?: unknown },
  at: string,
  problems: AgentProblem[],
): void {
  if (!Array.isArray(regions)) return;
  if (region !== undefined)
    problems.push({
      place: `${at}regions`,
      wrong: "there is a region as well",
      right: "Name all of them in regions, in order, and leave region out",
    });
  for (const [index, name] of regions.entries())
    if (regions.indexOf(name) !== index)
      problems.push({
        place: `${at}regions[${index}]`,
        wrong: `"${name}" is named already`,
        right: "Name each region once",
      });
}

/**
 * The ages at which a session moves to a fresh stream must follow one another, and all come before the stream's own end,
 * `streamMaxMs` after it was opened.
 */
export function checkLimits(
  limits: AgentLimits,
  problems: AgentProblem[],
  streamMaxMs: number = LIMITS.streamMaxMs,
): void {
  const ladder = [
    ["rotateAtTurnEndMs", limits.rotateAtTurnEndMs],
    ["rotateAtSilenceMs", limits.rotateAtSilenceMs],
    ["rotateAtOnceMs", limits.rotateAtOnceMs],
    ["the stream's own end", streamMaxMs],
  ] as const;
  for (const [index, [name, age]] of ladder.slice(0, -1).entries()) {
    const [nextName, nextAge] = ladder[index + 1] ?? ladder[3];
    if (age < nextAge) continue;
    problems.push({
      place: `limits.${name}`,
      wrong: `${age} ms is not before ${nextName} (${nextAge} ms)`,
      right: `Let the three rotate limits rise, and end before a stream's ${streamMaxMs / 60_000} minutes do`,
    });
  }
}
