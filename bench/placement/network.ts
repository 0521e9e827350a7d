/**
 * How long a round trip takes between two cities: as published where it is, else by distance. One source for all legs
 * of a call, so that placements are compared on one and the same network.
 */
import { byDistance, type Fit, fitTo, kilometres, median } from "./geography.ts";
import { cell, readTable } from "./table.ts";

/** Between two data centres of one city: what cloud providers promise for their zones. */
const SAME_CITY_MS = 1;

/** A city of which nothing is published takes its neighbour's round trips, in proportion to the distance. */
const NEIGHBOUR_KM = 2_000;
/** But only where the neighbour is well on the way there, or equally far from it. */
const DETOUR = 2;

export interface RoundTrip {
  readonly ms: number;
  readonly published: boolean;
}

export interface Network {
  readonly fit: Fit;
  readonly roundTrip: (a: string, b: string) => RoundTrip;
  readonly estimates: Estimates;
}

/** What estimates are worth: every published city in turn is taken for one of which nothing is known. */
export interface Estimates {
  readonly pairs: number;
  /** Half of the estimates, and nine tenths of them, are off by less than this share of what is published. */
  readonly medianError: number;
  readonly mostError: number;
}

/** The cities that Nova Sonic's AWS regions are in. */
export const CITY_OF_REGION = {
  "us-east-1": "IAD",
  "us-west-2": "PDX",
  "eu-north-1": "ARN",
  "ap-northeast-1": "NRT",
} as const;

export type ModelRegion = keyof typeof CITY_OF_REGION;
export const MODEL_REGIONS = Object.keys(CITY_OF_REGION) as readonly ModelRegion[];

const key = (a: string, b: string): string => (a < b ? `${a} ${b}` : `${b} ${a}`);

const readPairs = (): ReadonlyMap<string, number> => {
  const pairs = new Map<string, number>();
  for (const row of readTable("cities.csv")) {
    const from = cell(row, "");
    for (const [to, ms] of Object.entries(row))
      if (to !== "" && ms !== "") pairs.set(key(from, to), Number(ms));
  }
  return pairs;
};

export const readNetwork = (): Network => {
  const pairs = readPairs();
  const cities = [...new Set([...pairs.keys()].flatMap((names) => names.split(" ")))];
  const fit = fitTo(
    [...pairs].map(([names, ms]) => {
      const [a = "", b = ""] = names.split(" ");
      return { km: kilometres(a, b), ms };
    }),
  );

  /** Published cities by their distance from one, the nearest first. */
  const around = new Map<string, readonly { readonly city: string; readonly km: number }[]>();
  const neighboursOf = (city: string) => {
    const known = around.get(city);
    if (known !== undefined) return known;
    const sorted = cities
      .filter((other) => other !== city)
      .map((other) => ({ city: other, km: kilometres(city, other) }))
      .toSorted((a, b) => a.km - b.km);
    around.set(city, sorted);
    return sorted;
  };

  /** `from` as if it were where its nearest neighbour is; null where that says nothing of the way to `to`. */
  const likeNeighbour = (from: string, to: string): number | null => {
    const neighbour = neighboursOf(from).find(({ city }) => city !== to);
    if (neighbour === undefined || neighbour.km > NEIGHBOUR_KM) return null;
    const ms = pairs.get(key(neighbour.city, to));
    const km = kilometres(neighbour.city, to);
    return ms === undefined || km < DETOUR * neighbour.km ? null : (ms * kilometres(from, to)) / km;
  };
  const estimate = (a: string, b: string): number =>
    likeNeighbour(a, b) ?? likeNeighbour(b, a) ?? byDistance(fit, kilometres(a, b));

  const errors = cities.flatMap((city) =>
    cities.flatMap((other) => {
      const ms = pairs.get(key(city, other));
      if (ms === undefined) return [];
      const guess = likeNeighbour(city, other) ?? byDistance(fit, kilometres(city, other));
      return [Math.abs(guess - ms) / ms];
    }),
  );
  return {
    fit,
    roundTrip: (a, b) => {
      if (a === b) return { ms: SAME_CITY_MS, published: true };
      const ms = pairs.get(key(a, b));
      return ms === undefined ? { ms: estimate(a, b), published: false } : { ms, published: true };
    },
    estimates: {
      pairs: errors.length,
      medianError: median(errors),
      mostError: errors.toSorted((x, y) => x - y)[Math.floor(errors.length * 0.9)] ?? Number.NaN,
    },
  };
};

/** How the numbers used compare with those measured between AWS's own regions. */
export interface Check {
  readonly pairs: number;
  /** Ours over theirs, in the middle and at the two ends of four fifths. */
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export const checkAgainstAws = ({ roundTrip }: Network): Check => {
  const seen = new Set<string>();
  const ratios: number[] = [];
  for (const row of readTable("aws.csv")) {
    const from = cell(row, "");
    for (const region of MODEL_REGIONS) {
      const theirs = row[region];
      const to = CITY_OF_REGION[region];
      const ours = roundTrip(from, to);
      if (theirs === undefined || theirs === "" || !ours.published || seen.has(key(from, to))) continue;
      seen.add(key(from, to));
      ratios.push(ours.ms / Number(theirs));
    }
  }
  const sorted = ratios.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
  return { pairs: ratios.length, median: median(ratios), low: at(0.1), high: at(0.9) };
};
