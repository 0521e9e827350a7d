/**
 * The calculation's outcome as Markdown, in parts that docs/scale.md shows.
 */
import { LIMITS } from "../../src/base/limits.ts";
import { number, table } from "../markdown.ts";
import { MODEL_REGIONS } from "../placement/network.ts";
import type { Simulation } from "../placement/simulate.ts";
import { LOAD, PLATFORM, TOKENS } from "./assumptions.ts";
import { calculate, ledgerLoad, ledgerMost, type Scale } from "./calculate.ts";
import type { Figures } from "./figures.ts";

const percent = (share: number, decimals = 0): string => `${number(share * 100, decimals)} %`;

/** Cents only where there is little else. */
const dollarsOf = (dollars: number): string => `$${number(dollars, dollars < 10 ? 2 : 0)}`;

/** None for whole numbers; of small ones, as many as show the first digit. */
const decimalsOf = (value: number): number =>
  Number.isInteger(value) ? 0 : Math.max(1, Math.ceil(-Math.log10(value)));

const inputs = (figures: Figures): string =>
  table(
    ["figure", "value", "from"],
    Object.entries(figures).map(([name, { value, rough, from }]) => [
      `\`${name}\``,
      `${rough ? "≈ " : ""}${number(value, decimalsOf(value))}`,
      from,
    ]),
  );

const load = (): string =>
  table(
    ["assumed", ""],
    [
      ["calls a day, mean length", `${number(LOAD.callsPerDay)}, ${LOAD.minutes} min (exponential)`],
      ["in the busiest hour", percent(LOAD.busyHourShare)],
      ["turns, tool calls in a call", `${LOAD.turns}, ${LOAD.toolCalls}`],
      [
        "the caller talks, the agent talks",
        `${percent(LOAD.callerTalks)}, ${percent(LOAD.agentTalks)} of a call`,
      ],
      [
        "tokens",
        `${TOKENS.perSecondOfSpeech} for a second of speech; text: ${number(TOKENS.textInPerStream)} at each stream's beginning, ${TOKENS.textInPerTurn} in and ${TOKENS.textOutPerTurn} out a turn`,
      ],
    ],
  );

const holds = (figures: Figures, { object, isolate }: Scale): string =>
  table(
    ["one …", "holds", "because of"],
    [
      [
        "object",
        "one session",
        `a single thread, ${percent(object.threadShare, 1)} busy; ${number(object.messagesPerSecond)} messages a second of some ${number(PLATFORM.objectRequestsPerSecond)}; ${number(object.megabitsUp, 1)} Mbit/s to Bedrock while the client sends`,
      ],
      [
        "isolate",
        `some ${isolate.sessions} sessions`,
        `one thread for all of them, which hears so many in time: [performance.md](performance.md). It has time for ${isolate.byTime}; and memory for ${isolate.byMemory}, of ${PLATFORM.isolateMegabytes} MB, three quarters full, ${PLATFORM.isolateBaseMegabytes} MB of them (not measured) workerd's and the code's, ${number(figures.liveHeapKilobytes.value)} KB a session. Cloudflare decides how many objects share one`,
      ],
      [
        "model and region",
        `${LIMITS.streamPlaces - Math.floor(LIMITS.streamPlaces * LIMITS.placeReserve)} sessions`,
        `AWS's ${LIMITS.streamPlaces} streams, a tenth kept for hand-overs; a quota, raised on request`,
      ],
      [
        "ledger",
        `${number(ledgerMost(figures))} places in use`,
        `${number(PLATFORM.objectRequestsPerSecond)} questions a second, its thread ${percent(ledgerLoad(figures, ledgerMost(figures)).busy)} busy. \`STREAM_PLACES\` takes up to ${number(LIMITS.streamPlacesMost)}`,
      ],
      [
        "account",
        "no documented bound on objects",
        "500 classes, 10 GB of storage an object; what is bounded is AWS",
      ],
    ],
  );

const peak = ({ peak: at, call }: Scale): string =>
  table(
    ["in the busiest hour", ""],
    [
      ["calls begun", `${number(at.callsPerSecond, 1)} a second`],
      ["sessions at once", number(at.sessions)],
      [
        "stream places to ask AWS for: three standard deviations more, and the tenth kept back",
        number(at.places),
      ],
      ["streams a call takes beyond its first", number(call.rotations, 2)],
      ["isolates, were they filled, with a core each", number(at.isolates)],
      ["to Bedrock", `${number(at.gigabitsUp, 1)} Gbit/s`],
    ],
  );

const cost = ({ dollars, call, storedGigabytes }: Scale): string => {
  const { platform, otherRequests, rows, stored, model } = dollars;
  const cloudflare = platform + otherRequests + rows + stored;
  const row = (what: string, amount: string, day: number): readonly string[] => [
    what,
    amount,
    dollarsOf(day),
    `$${number(day / LOAD.callsPerDay, 6)}`,
  ];
  return table(
    ["", "of it in a call", "a day", "a call"],
    [
      row(
        "duration, messages, the session's own requests",
        `${number(call.gigabyteSeconds, 1)} GB-s; ${number(call.messages)} messages billed as ${number(call.messages / 20)} requests`,
        platform,
      ),
      row(
        "questions to the ledger, alarms",
        `${number(call.ledgerRequests, 1)} and ${number(call.objectRequests - call.messages / 20 - 2)}`,
        otherRequests,
      ),
      row("rows written", number(call.rows), rows),
      row("transcripts kept for 24 hours", `${number(storedGigabytes)} GB in all`, stored),
      row("**Cloudflare**", "", cloudflare),
      row("**model tokens** at Nova 2.5 Sonic's list price", "", model),
      [`Cloudflare's share`, "", percent(cloudflare / (cloudflare + model), 1), ""],
    ],
  );
};

const ledger = (figures: Figures, simulation: Simulation, { peak: at }: Scale): string => {
  const shares = MODEL_REGIONS.map((region) => ({
    region,
    share: simulation.callers
      .filter(({ city }) => simulation.nearest.get(city) === region)
      .reduce((sum, { weight }) => sum + weight, 0),
  }));
  const row = (name: string, share: number): readonly string[] => {
    const { places, requestsPerSecond, microseconds, busy } = ledgerLoad(figures, at.sessions * share);
    return [
      name,
      percent(share),
      number(places),
      number(at.places * share),
      number(requestsPerSecond),
      `${number(microseconds / 1000, 2)} ms`,
      percent(busy),
    ];
  };
  return table(
    [
      "ledger of",
      "of the callers",
      "places in use",
      "to ask for",
      "questions a second",
      "CPU each",
      "its thread is busy",
    ],
    [
      ...shares.map(({ region, share }) => row(`\`${region}\`, callers nearest to it`, share)),
      row("one region for all", 1),
      row("one region for twice the calls", 2),
    ],
  );
};

/** By the name of the part of docs/scale.md. */
export const scaleParts = (figures: Figures, simulation: Simulation): Readonly<Record<string, string>> => {
  const scale = calculate(figures);
  return {
    "scale inputs": inputs(figures),
    "scale load": load(),
    "scale holds": holds(figures, scale),
    "scale peak": peak(scale),
    "scale cost": cost(scale),
    "scale ledger": ledger(figures, simulation, scale),
  };
};
