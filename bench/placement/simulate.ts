/**
 * Calls from the world's cities to each of the model's regions, with the object beside the model, beside the caller, or
 * where Cloudflare puts it for whoever asks.
 */
import { joinPcm, silence } from "../../src/audio/frames.ts";
import { LIMITS } from "../../src/base/limits.ts";
import { type LocationHint, placementFor } from "../../src/edge/placement.ts";
import { upEventBytes } from "../upstream-frame.ts";
import { blend, type Moments, moments } from "./call-model.ts";
import { CITY_OF_REGION, MODEL_REGIONS, type ModelRegion, type Network, readNetwork } from "./network.ts";
import { CITIES_OF_HINT, mean, type ObjectFacts, readObjects, type Spread, spreadOfHint } from "./objects.ts";
import { cell, readTable } from "./table.ts";

/** What is assumed, not measured. */
export const ASSUMED = {
  /** Client to the nearest Cloudflare city and back, ms. Nothing hangs on it: it is the same wherever the object lives. */
  accessMs: 20,
  /** Prompt and history of a fresh stream, as bytes on the wire. */
  prologueBytes: 16 * 1024,
  /** Replayed caller audio, seconds: LIMITS.replayRingMs. */
  replaySeconds: 3,
  /** Where the server stands that asks for sessions without a hint; with one, it is taken to stand in the caller's city. */
  serverCity: "IAD",
} as const;

export type Where = "model" | "caller" | "server";

export interface Caller {
  readonly city: string;
  readonly name: string;
  readonly part: string;
  /** Share of all callers. */
  readonly weight: number;
}

/** One caller, one region of the model, one way to place the object. */
export interface Outcome {
  readonly caller: Caller;
  readonly region: ModelRegion;
  readonly where: Where;
  readonly moments: Moments;
}

export interface HintChoice {
  readonly region: ModelRegion;
  readonly hint: LocationHint;
  /** Object to model and back: mean over the hint's cities, and the two ends. */
  readonly modelMs: number;
  readonly leastMs: number;
  readonly mostMs: number;
  /** A turn of callers who are nearest to this region; the mean. */
  readonly turnMs: number;
}

export interface Simulation {
  readonly network: Network;
  readonly objects: ObjectFacts;
  readonly callers: readonly Caller[];
  readonly replayBytes: number;
  readonly outcomes: readonly Outcome[];
  readonly hints: readonly HintChoice[];
  /** The model region with the shortest turn, by the caller's city. */
  readonly nearest: ReadonlyMap<string, ModelRegion>;
}

const readCallers = (): readonly Caller[] => {
  const rows = readTable("callers.csv").map((row) => ({
    ...{ city: cell(row, "city"), name: cell(row, "name"), part: cell(row, "part") },
    people: Number(cell(row, "people")) * Number(cell(row, "online")),
  }));
  const all = rows.reduce((sum, { people }) => sum + people, 0);
  return rows.map(({ people, ...row }) => ({ ...row, weight: people / all }));
};

/** Bytes of the caller's last seconds as they go to Bedrock at once: frames of 20 ms, in as few events as it takes. */
function replayedBytes(seconds: number): number {
  const frames = Array.from({ length: seconds * 50 }, () => silence(20, 16_000));
  return joinPcm(frames, LIMITS.upstreamAudioBytes).reduce(
    (sum, { byteLength }) => sum + upEventBytes(byteLength),
    0,
  );
}

export const hintOf = (region: ModelRegion): LocationHint => {
  const hint = placementFor(region)?.hint;
  if (hint === undefined) throw new Error(`no place for ${region}`);
  return hint;
};

export const simulate = (): Simulation => {
  const network = readNetwork();
  const objects = readObjects(network);
  const callers = readCallers();
  const replayBytes = ASSUMED.prologueBytes + replayedBytes(ASSUMED.replaySeconds);
  const ms = (a: string, b: string): number => network.roundTrip(a, b).ms;

  const momentsOf = (
    city: string,
    region: ModelRegion,
    { spread, making, server = city }: { spread: Spread; making: number; server?: string },
  ): Moments => {
    const model = CITY_OF_REGION[region];
    const ledger = spreadOfHint(hintOf(region));
    return blend(
      spread.map(({ city: object, share }) => ({
        share,
        moments: moments(
          {
            access: ASSUMED.accessMs,
            edge: ms(city, object),
            model: ms(object, model),
            objectLedger: mean(ledger, (at) => ms(object, at)),
            server: server === city ? 0 : ms(city, server),
            serverLedger: mean(ledger, (at) => ms(server, at)),
            serverObject: ms(server, object),
            making,
          },
          replayBytes,
        ),
      })),
    );
  };

  const hinted = (city: string, region: ModelRegion, hint: LocationHint): Moments => {
    const spread = spreadOfHint(hint);
    const home = objects.spreadFrom(city).some((at) => CITIES_OF_HINT[hint]?.includes(at.city));
    const far = objects.makingFarMs(mean(spread, (at) => ms(city, at)));
    return momentsOf(city, region, { spread, making: home ? objects.makingMs(city) : far });
  };

  const place = (city: string, region: ModelRegion, where: Where): Moments => {
    switch (where) {
      case "model":
        return hinted(city, region, hintOf(region));
      case "caller":
        return momentsOf(city, region, {
          spread: objects.spreadFrom(city),
          making: objects.makingMs(city),
        });
      case "server": {
        const server = ASSUMED.serverCity;
        return momentsOf(city, region, {
          ...{ spread: objects.spreadFrom(server), making: objects.makingMs(server) },
          server,
        });
      }
    }
  };

  const outcomes = callers.flatMap((caller) =>
    MODEL_REGIONS.flatMap((region) =>
      (["model", "caller", "server"] as const).map((where) => ({
        ...{ caller, region, where },
        moments: place(caller.city, region, where),
      })),
    ),
  );

  const nearest = new Map(
    callers.map(({ city }) => {
      const [first] = MODEL_REGIONS.map((region) => ({ region, turn: place(city, region, "model").turn }))
        .toSorted((a, b) => a.turn - b.turn)
        .map(({ region }) => region);
      return [city, first ?? "us-east-1"] as const;
    }),
  );

  const hints = MODEL_REGIONS.flatMap((region) => {
    const served = callers.filter(({ city }) => nearest.get(city) === region);
    const people = served.reduce((sum, { weight }) => sum + weight, 0);
    return (Object.keys(CITIES_OF_HINT) as LocationHint[]).map((hint) => {
      const legs = spreadOfHint(hint).map(({ city }) => ms(city, CITY_OF_REGION[region]));
      return {
        ...{ region, hint },
        modelMs: mean(spreadOfHint(hint), (city) => ms(city, CITY_OF_REGION[region])),
        leastMs: Math.min(...legs),
        mostMs: Math.max(...legs),
        turnMs: served.reduce(
          (sum, { city, weight }) => sum + (weight / people) * hinted(city, region, hint).turn,
          0,
        ),
      };
    });
  });

  return { network, objects, callers, replayBytes, outcomes, hints, nearest };
};

/** The mean of one moment over the callers that pass, weighted by how many they are. */
export const average = (
  outcomes: readonly Outcome[],
  moment: keyof Moments,
  keep: (outcome: Outcome) => boolean = () => true,
): number => {
  const kept = outcomes.filter(keep);
  const all = kept.reduce((sum, { caller }) => sum + caller.weight, 0);
  return kept.reduce((sum, { caller, moments: each }) => sum + (caller.weight / all) * each[moment], 0);
};
