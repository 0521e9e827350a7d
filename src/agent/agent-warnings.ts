/**
 * What will work and hurt: said at start-up, so that nobody finds it out from callers.
 */
import { LIMITS } from "../base/limits.ts";
import type { AgentDefinition, AgentWarning } from "./agent.ts";
import { offeredNames } from "./offered-names.ts";
import { looksLikeRuntimeArn } from "./runtime-arn.ts";
import type { SegmentDefinition } from "./segment.ts";

type Described = Omit<AgentDefinition, "warnings">;

/** `unsaid`: the facts of which the builder did not say whether they are secret. */
export const warningsOf = (agent: Described, unsaid: readonly string[]): readonly AgentWarning[] => [
  ...nothingToOrder(agent),
  ...longPrompts(agent),
  ...crowds(agent, offeredNames(agent.tools).known.size),
  ...agent.segments.flatMap((segment) => tooMuchToCarry(segment, agent)),
  ...(agent.segments.length > 1 ? [...unreachable(agent), ...deadEnds(agent)] : []),
  ...unsaid.flatMap(looksSecret),
];

/** All of them as lines for a terminal or a log; empty when there are none. */
export function describeWarnings({ name, warnings }: Pick<AgentDefinition, "name" | "warnings">): string {
  if (warnings.length === 0) return "";
  const count = warnings.length === 1 ? "1 warning" : `${warnings.length} warnings`;
  const lines = warnings.map(({ place, wrong, right }) => `  ${place}: ${wrong}. ${right}`);
  return [`Agent "${name}" can be served (${count}):`, ...lines].join("\n");
}

const placeOf = ({ segments }: Described, segment: SegmentDefinition, setting: string): string =>
  segments.length === 1 && segment.tools === null ? setting : `segments.${segment.name}.${setting}`;

const nothingToOrder = ({ regionOrder, segments }: Described): readonly AgentWarning[] =>
  regionOrder !== "nearest" || segments.some(({ regions = [] }) => regions.length > 1)
    ? []
    : [
        {
          place: "regionOrder",
          wrong: "no segment has more than one region, so that the nearest is also the farthest",
          right: "List several in regions, or leave regionOrder out",
        },
      ];

function longPrompts(agent: Described): readonly AgentWarning[] {
  const own = bytesOf(agent.prompt);
  const long = own > LIMITS.promptBytes ? [{ place: "prompt", bytes: own }] : [];
  // What is too long already is said once, and not again by every segment.
  const each = long.length > 0 ? [] : agent.segments;
  return [
    ...long,
    ...each
      .map((segment) => ({ place: placeOf(agent, segment, "prompt"), bytes: bytesOf(segment.prompt) }))
      .filter(({ bytes }) => bytes > LIMITS.promptBytes),
  ].map(({ place, bytes }) => ({
    place,
    wrong: `the model reads ${kib(bytes)} of prompt before each stream's first word; more than ${kib(LIMITS.promptBytes)} is slow, dear and followed less well`,
    right: "Keep to what the model must know at all times; give the rest to segments, tools or a sub-agent",
  }));
}

/** `whole`: how many tools a segment has that may use all of them. */
export const crowds = (agent: Described, whole: number): readonly AgentWarning[] =>
  agent.segments.flatMap((segment) => {
    const tools = segment.tools?.length ?? whole;
    const ways = segment.goesTo.filter(({ by }) => by.includes("model")).length;
    if (tools + ways <= LIMITS.toolsPickedWell) return [];
    return [
      {
        place: placeOf(agent, segment, "tools"),
        wrong:
          `in "${segment.name}" the model picks from ${tools} tools${waysTold(ways)}; ` +
          `above ${LIMITS.toolsPickedWell} a voice model picks slower and worse`,
        right: "Give it the 3 or 4 that this phase of the talk needs, and split it where it needs more",
      },
    ];
  });

const waysTold = (ways: number): string =>
  ways === 0 ? "" : ways === 1 ? " and 1 way to another segment" : ` and ${ways} ways to other segments`;

/** History has room for so many bytes; a turn is one message of each side at least. */
function tooMuchToCarry(segment: SegmentDefinition, agent: Described): readonly AgentWarning[] {
  if (segment.carries.type !== "turns") return [];
  const into = new Set([...segment.goesTo.map(({ to }) => to), segment.budget?.to]);
  const hosted = agent.segments.some(({ name, model }) => into.has(name) && looksLikeRuntimeArn(model));
  const room = hosted ? LIMITS.runtimeHistoryBytes : LIMITS.historyBytes;
  const fit = Math.floor(room / (2 * LIMITS.historyMessageBytes));
  if (segment.carries.turns <= fit) return [];
  return [
    {
      place: `segments.${segment.name}.carries.turns`,
      wrong: `${segment.carries.turns} turns may not fit: ${hosted ? "a hosted agent" : "a model"} is told ${kib(room)} of what was said, which is ${fit} turns of long messages; the oldest are left out`,
      right: `Carry ${fit} at most, or a summary`,
    },
  ];
}

function unreachable({ segments, start }: Described): readonly AgentWarning[] {
  const reached = new Set([start]);
  for (const name of reached) {
    const segment = segments.find((one) => one.name === name);
    for (const next of segment ? waysOut(segment) : []) reached.add(next);
  }
  return segments
    .filter(({ name }) => !reached.has(name))
    .map(({ name }) => ({
      place: `segments.${name}`,
      wrong: `no way leads from "${start}" to "${name}": only an operator can move a talk there`,
      right: `Put "${name}" into the goesTo of a segment that can be reached`,
    }));
}

const deadEnds = ({ segments }: Described): readonly AgentWarning[] =>
  segments
    .filter((segment) => waysOut(segment).length === 0)
    .map(({ name }) => ({
      place: `segments.${name}.goesTo`,
      wrong: `"${name}" cannot be left: whoever gets there stays until the end`,
      right: "Right for a last segment; else say in goesTo or budget where the talk may go",
    }));

const waysOut = ({ goesTo, budget }: SegmentDefinition): readonly string[] => [
  ...goesTo.map(({ to }) => to),
  ...(budget === null ? [] : [budget.to]),
];

const SECRETS =
  /^(tokens?|pins?|keys?|passwords?|passwd|passcodes?|passphrases?|secrets?|credentials?|cvv|cvc|otp|ssn|iban|jwt|cookie)$/;

function looksSecret(name: string): readonly AgentWarning[] {
  const last =
    name
      .replace(/([a-z\d])([A-Z])/g, "$1_$2")
      .toLowerCase()
      .split("_")
      .at(-1) ?? "";
  if (!SECRETS.test(last)) return [];
  return [
    {
      place: `facts.${name}.secret`,
      wrong: `"${name}" sounds like a secret, and is told to the model and in the session's status`,
      right: "Say secret: true, or secret: false if everybody may know it",
    },
  ];
}

const bytesOf = (text: string): number => new TextEncoder().encode(text).byteLength;
const kib = (bytes: number): string => `${(bytes / 1024).toFixed(bytes % 1024 === 0 ? 0 : 1)} KiB`;
