/**
 * The simulation's outcome as Markdown, in parts that docs/scale.md shows.
 */
import { number, table } from "../markdown.ts";
import type { Moments } from "./call-model.ts";
import { LIGHT_MS_PER_KM } from "./geography.ts";
import { CITY_OF_REGION, checkAgainstAws, MODEL_REGIONS, type ModelRegion } from "./network.ts";
import { ASSUMED, average, hintOf, type Outcome, type Simulation, type Where } from "./simulate.ts";

const SHOWN: readonly (readonly [keyof Moments, string])[] = [
  ["turn", "turn: the caller stops → hears the answer"],
  ["bargeIn", "barge-in: the model notices → the client is told"],
  ["toolByModel", "tool, data by the model"],
  ["toolByCaller", "tool, data by the caller"],
  ["newStream", "new stream that nobody had ready → heard"],
  ["lostPacket", "a lost packet on the model's leg, at least"],
  ["ready", '"call" pressed → ready'],
  ["comeBack", "client comes back"],
];

const WHERES = ["model", "caller", "server"] as const;
const ms = (value: number): string => number(value);

/** Several places of the object side by side, for the callers and regions that pass. */
const byPlace = ({ outcomes }: Simulation, keep: (outcome: Outcome) => boolean): string => {
  const of = (moment: keyof Moments, where: Where) =>
    average(outcomes, moment, (outcome) => outcome.where === where && keep(outcome));
  return table(
    ["ms", "beside the model", "beside the caller", "where Cloudflare puts it for a server in us-east-1"],
    SHOWN.map(([moment, words]) => [words, ...WHERES.map((where) => ms(of(moment, where)))]),
  );
};

const regionOf = ({ nearest }: Simulation, city: string): ModelRegion => nearest.get(city) ?? "us-east-1";

const byHint = ({ hints }: Simulation): string =>
  table(
    ["model in", "hint", "object ↔ model: mean (least to most)", "turn of its nearest callers", ""],
    MODEL_REGIONS.flatMap((region) =>
      hints
        .filter((choice) => choice.region === region)
        .toSorted((a, b) => a.turnMs - b.turnMs)
        .slice(0, 3)
        .map(({ hint, modelMs, leastMs, mostMs, turnMs }) => [
          `\`${region}\``,
          `\`${hint}\``,
          `${ms(modelMs)} (${ms(leastMs)} to ${ms(mostMs)})`,
          ms(turnMs),
          hintOf(region) === hint ? "the gateway's" : "",
        ]),
    ),
  );

const byPart = (simulation: Simulation): string => {
  const { outcomes, callers } = simulation;
  const turn = (part: string | null, region: ModelRegion | "nearest"): number =>
    average(
      outcomes,
      "turn",
      ({ caller, where, region: at }) =>
        where === "model" &&
        (part === null || caller.part === part) &&
        at === (region === "nearest" ? regionOf(simulation, caller.city) : region),
    );
  const row = (part: string | null): readonly string[] => {
    const regions = MODEL_REGIONS.map((region) => turn(part, region));
    const nearest = turn(part, "nearest");
    const [virginia = Number.NaN] = regions;
    return [part ?? "**all**", ...regions.map(ms), ms(nearest), ms(virginia - nearest)];
  };
  return table(
    [
      "turn, ms; callers in",
      ...MODEL_REGIONS.map((region) => `\`${region}\``),
      "nearest",
      "gained over `us-east-1`",
    ],
    [...new Set(callers.map(({ part }) => part)), null].map(row),
  );
};

const byCity = (simulation: Simulation): string =>
  table(
    [
      "caller in",
      "nearest model",
      "turn",
      "new stream",
      "tool, data by the model",
      "pressed → ready",
      "`us-east-1`: turn",
    ],
    simulation.callers.map(({ city, name }) => {
      const region = regionOf(simulation, city);
      const at = (where: Where, moment: keyof Moments, of: ModelRegion = region): string =>
        ms(
          average(
            simulation.outcomes,
            moment,
            (outcome) => outcome.caller.city === city && outcome.where === where && outcome.region === of,
          ),
        );
      const both = (moment: keyof Moments, of: ModelRegion = region): string =>
        `${at("model", moment, of)} / ${at("caller", moment, of)}`;
      return [
        name,
        `\`${region}\``,
        both("turn"),
        both("newStream"),
        both("toolByModel"),
        both("ready"),
        both("turn", "us-east-1"),
      ];
    }),
  );

/** How many of something rare a call must have before an object beside the model has paid for its slower start. */
const balance = ({ outcomes }: Simulation): string => {
  const of = (moment: keyof Moments, where: Where) =>
    average(outcomes, moment, (outcome) => outcome.where === where && outcome.region === "us-east-1");
  const gained = (moment: keyof Moments): number => of(moment, "caller") - of(moment, "model");
  const start = -gained("ready");
  return [
    `With the model in \`us-east-1\` for everybody, an object beside it costs a call ${ms(start)} ms once, at its start, and`,
    `${ms(-gained("comeBack"))} ms each time its client comes back. It saves ${ms(gained("toolByModel"))} ms of each tool call whose data is by the model and`,
    `${ms(gained("newStream"))} ms of each stream that nobody had ready. It has paid after ${number(start / gained("toolByModel"), 1)} such tool calls,`,
    `or ${number(start / gained("newStream"), 1)} such streams.`,
  ].join("\n");
};

const worth = ({ network, objects, replayBytes, outcomes, callers }: Simulation): string => {
  const check = checkAgainstAws(network);
  const { fit, estimates } = network;
  const legs = callers.flatMap(({ city }) =>
    MODEL_REGIONS.map((region) => network.roundTrip(city, CITY_OF_REGION[region]).published),
  );
  const percent = (share: number): string => `${number(share * 100)} %`;
  return [
    `- **Round trips.** ${percent(legs.filter(Boolean).length / legs.length)} of the ways between a caller's city and a model's region are published; the others are`,
    "  the nearest published neighbour's in proportion to the distance, or by distance alone:",
    `  ${number(fit.far.startMs)} ms and ${number(fit.far.msPerKm * 1000, 1)} ms for 1000 km (light in glass takes ${number(LIGHT_MS_PER_KM * 1000, 1)}), below 1500 km ${number(fit.near.startMs)} ms and ${number(fit.near.msPerKm * 1000, 1)} ms. Each published city taken in turn for`,
    `  an unknown one: half of ${number(estimates.pairs)} estimates are off by less than ${percent(estimates.medianError)}, nine tenths by less than ${percent(estimates.mostError)}.`,
    `- **Checked against AWS's own network**: over ${check.pairs} pairs ours are ${number(check.median, 2)} times as long in the middle, ${number(check.low, 2)} to ${number(check.high, 2)} for four fifths of them.`,
    `- **Objects.** Made by a hint for far away, an object runs after ${number(objects.far.localMs)} ms and ${number(objects.far.roundTrips, 1)} round trips (fitted to ${number(objects.far.samples)} published means); without`,
    "  a hint, as published for the caller's city. Which of a hint's cities is chosen is not published: all count alike.",
    `- **A fresh stream** is sent ${number(replayBytes / 1024)} KiB at once: ${number(ASSUMED.prologueBytes / 1024)} of prompt and history, the rest ${ASSUMED.replaySeconds} s of the caller's audio. TCP begins with ten packets and`,
    "  doubles each round trip.",
    `- ${number(outcomes.length)} outcomes: ${callers.length} cities, ${MODEL_REGIONS.length} regions, three placements. Nothing in them is left to chance: means over cities, weighted by`,
    "  people online.",
  ].join("\n");
};

/** By the name of the part of docs/scale.md. */
export const placementParts = (simulation: Simulation): Readonly<Record<string, string>> => ({
  "placement far": byPlace(simulation, ({ region }) => region === "us-east-1"),
  "placement near": byPlace(simulation, ({ caller, region }) => regionOf(simulation, caller.city) === region),
  "placement balance": balance(simulation),
  "placement hints": byHint(simulation),
  "placement regions": byPart(simulation),
  "placement worth": worth(simulation),
  "placement cities": byCity(simulation),
});
