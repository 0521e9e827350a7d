/**
 * From what a builder wrote of segments and facts to their definitions: what a segment does not say it has from its
 * agent. What is not well formed is passed over here: the schema has complained of it.
 */
import type { AgentDefinition } from "./agent.ts";
import type { FactDefinition } from "./facts.ts";
import { DEFAULTS, isModelId, MODELS } from "./models.ts";
import { looksLikeRuntimeArn, parseRuntimeArn } from "./runtime-arn.ts";
import type { Budget, Carries, Edge, SegmentDefinition } from "./segment.ts";
import { FACT, type ReadFact, type ReadSegment, SEGMENT } from "./segment-options.ts";

/** What a segment has from its agent. */
export type Inherited = Pick<
  AgentDefinition,
  "model" | "region" | "regions" | "voice" | "endpointing" | "inference"
> & {
  readonly prompt: string | null;
};

export const readSegments = (given: unknown, agent: Inherited): readonly SegmentDefinition[] =>
  entriesOf(given).flatMap(([name, written]) => {
    const parsed = SEGMENT.safeParse(written);
    return parsed.success ? [segmentOf(name, parsed.data, agent)] : [];
  });

export const readFacts = (given: unknown): Readonly<Record<string, FactDefinition>> =>
  Object.fromEntries(
    entriesOf(given).flatMap(([name, written]) => {
      const parsed = FACT.safeParse(written);
      return parsed.success ? [[name, factOf(parsed.data)] as const] : [];
    }),
  );

const entriesOf = (given: unknown): readonly (readonly [string, unknown])[] =>
  namesIn(given).map((name) => [name, Object(given)[name]] as const);

/** Names that a builder gave. `__proto__` is none: no schema lets it through. */
export const namesIn = (given: unknown): readonly string[] =>
  typeof given === "object" && given !== null && !Array.isArray(given)
    ? Object.keys(given).filter((name) => name !== "__proto__")
    : [];

const factOf = ({ description, secret = false, setBy, remember }: ReadFact): FactDefinition => ({
  description,
  secret,
  setBy,
  ...(remember && { remember }),
});

function segmentOf(name: string, written: ReadSegment, agent: Inherited): SegmentDefinition {
  const { model = agent.model, voice = agent.voice } = written;
  const { endpointing = agent.endpointing, inference = agent.inference } = written;
  return {
    name,
    purpose: written.purpose,
    ...{ model, voice, endpointing, inference },
    ...placeOf(written, model, agent),
    prompt: [agent.prompt, written.prompt].filter((part) => part !== null && part !== undefined).join("\n\n"),
    tools: written.tools,
    goesTo: written.goesTo.map(edgeOf),
    requires: written.requires,
    sees: written.sees,
    writes: written.writes,
    carries: carriesOf(written.carries),
    budget: written.budget === undefined ? null : budgetOf(written.budget),
    opening: written.opening,
    prefetch: written.prefetch.map(({ when = null, ...rest }) => ({ ...rest, when })),
  };
}

/** Where it says, or where the agent is, as far as a model of its own is there. */
function placeOf(
  written: ReadSegment,
  model: string,
  agent: Inherited,
): Pick<SegmentDefinition, "region" | "regions"> {
  if (written.regions !== undefined || written.region !== undefined)
    return readPlace(written, regionFor(model, agent));
  if (written.model === undefined)
    return { region: agent.region, ...(agent.regions && { regions: agent.regions }) };
  const known: readonly string[] = isModelId(model) ? MODELS[model].regions : [];
  const regions = agent.regions?.filter((region) => known.includes(region));
  return readPlace(regions && regions.length > 1 ? { regions } : {}, regionFor(model, agent));
}

/** The place that `region` or `regions` name, else `otherwise`. What is not well formed counts as not said. */
export function readPlace(
  { region, regions }: { readonly region?: unknown; readonly regions?: unknown },
  otherwise: string,
): Pick<SegmentDefinition, "region" | "regions"> {
  const several = Array.isArray(regions) ? regions.filter((name) => typeof name === "string") : [];
  const [first, ...others] = several;
  if (first === undefined) return { region: typeof region === "string" ? region : otherwise };
  return others.length === 0 ? { region: first } : { region: first, regions: several };
}

/** A model of its own is called where the agent's is, but a runtime is where its ARN says. */
const regionFor = (model: string, agent: Inherited): string =>
  parseRuntimeArn(model)?.region ?? (looksLikeRuntimeArn(agent.model) ? DEFAULTS.region : agent.region);

/** A way that opens by itself is nobody's to ask for unless the builder says so. */
const edgeOf = (written: ReadSegment["goesTo"][number]): Edge => {
  if (typeof written === "string") return { to: written, when: null, by: ["model", "client"], say: null };
  const { to, say, when = null } = written;
  return { to, when, by: written.by ?? (when === null ? ["model", "client"] : []), say };
};

const carriesOf = (carries: ReadSegment["carries"]): Carries =>
  typeof carries === "string" ? { type: carries } : { type: "turns", turns: carries.turns };

const budgetOf = ({ to, ...limits }: NonNullable<ReadSegment["budget"]>): Budget => ({
  ms: limits.ms ?? null,
  turns: limits.turns ?? null,
  tokens: limits.tokens ?? null,
  to,
});
