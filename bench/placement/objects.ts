/**
 * Where Cloudflare puts a Durable Object, and how long making it takes, from what was published of some hundred
 * thousand objects.
 */
import type { LocationHint } from "../../src/edge/placement.ts";
import { median } from "./geography.ts";
import type { Network } from "./network.ts";
import { cell, readTable } from "./table.ts";

/** Cities with the share of objects that are made there. The shares add up to one. */
export type Spread = readonly { readonly city: string; readonly share: number }[];

/**
 * The cities that objects of a hint are made in. Cloudflare publishes no such list: these are all cities in which
 * objects were seen, each under the hint by which a Worker in that city made them soonest. `apac-ne` and `apac-se` are
 * newer than the list, and divided by the map; `sam`, `afr` and `me` have no objects of their own (data location,
 * footnote 2): theirs live in enam, weur and eeur.
 */
export const CITIES_OF_HINT: Readonly<Partial<Record<LocationHint, readonly string[]>>> = {
  wnam: ["SEA", "SJC", "LAX", "DEN", "DFW"],
  enam: ["IAD", "EWR", "ORD", "ATL", "MIA"],
  weur: ["LHR", "AMS", "CDG", "MRS", "MAD", "LIS"],
  eeur: ["FRA", "ZRH", "MXP", "VIE", "PRG", "WAW", "ARN"],
  apac: ["SIN", "HKG", "NRT", "KIX", "ICN"],
  "apac-ne": ["NRT", "KIX", "ICN"],
  "apac-se": ["SIN", "HKG"],
  oc: ["SYD", "MEL", "BNE", "AKL"],
};

/** Which of a hint's cities it will be is not published: all alike. */
export const spreadOfHint = (hint: LocationHint): Spread => {
  const cities = CITIES_OF_HINT[hint] ?? [];
  return cities.map((city) => ({ city, share: 1 / cities.length }));
};

export interface ObjectFacts {
  /** Objects that a Worker in that city made without a hint. */
  readonly spreadFrom: (city: string) => Spread;
  /** Making an object without a hint, up to its first line of code, in ms. */
  readonly makingMs: (city: string) => number;
  /** The same with a hint for far away, where a round trip there takes `roundTripMs`. */
  readonly makingFarMs: (roundTripMs: number) => number;
  /** Round trips that this takes, and what comes on top: the fit to what is published. */
  readonly far: { readonly roundTrips: number; readonly localMs: number; readonly samples: number };
}

const HINTS = ["wnam", "enam", "weur", "eeur", "apac", "oc"] as const;
/** Nearer than this a hint is the city's own or its neighbour, and no journey. */
const FAR_MS = 60;

const readSpread = (text: string): Spread => {
  const words = text.split(" ");
  const spread = words.flatMap((city, index) =>
    index % 2 === 0 ? [{ city, share: Number(words[index + 1]) }] : [],
  );
  // The source rounds its shares down.
  const all = spread.reduce((sum, { share }) => sum + share, 0);
  return spread.map(({ city, share }) => ({ city, share: share / all }));
};

/** Over a spread. */
export const mean = (spread: Spread, of: (city: string) => number): number =>
  spread.reduce((sum, { city, share }) => sum + share * of(city), 0);

export const readObjects = ({ roundTrip }: Network): ObjectFacts => {
  const rows = readTable("objects.csv");
  const byCity = new Map(
    rows.map((row) => {
      const soonest = Math.min(...HINTS.map((hint) => Number(cell(row, hint))));
      return [cell(row, "city"), { spread: readSpread(cell(row, "made in")), soonest }];
    }),
  );
  const known = (city: string) => {
    const facts = byCity.get(city);
    if (facts === undefined) throw new Error(`nothing is known of objects made from ${city}`);
    return facts;
  };
  const localMs = median([...byCity.values()].map(({ soonest }) => soonest));
  const journeys = rows.flatMap((row) =>
    HINTS.map((hint) => ({
      ms: Number(cell(row, hint)),
      roundTripMs: mean(spreadOfHint(hint), (city) => roundTrip(cell(row, "city"), city).ms),
    })).filter(({ roundTripMs }) => roundTripMs > FAR_MS),
  );
  const roundTrips = median(journeys.map(({ ms, roundTripMs }) => (ms - localMs) / roundTripMs));
  return {
    spreadFrom: (city) => known(city).spread,
    makingMs: (city) => known(city).soonest,
    makingFarMs: (roundTripMs) => localMs + roundTrips * roundTripMs,
    far: { roundTrips, localMs, samples: journeys.length },
  };
};
