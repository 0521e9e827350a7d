/**
 * Where the cities are, how far it is between them, and what a kilometre costs: the stand-in for round-trip times that
 * nobody has published.
 */

/** Cities by their airports, in degrees. PDX is where us-west-2 is, east of Portland. */
const COORDINATES: Readonly<Record<string, readonly [latitude: number, longitude: number]>> = {
  IAD: [38.95, -77.45],
  PDX: [45.84, -119.7],
  SJC: [37.36, -121.93],
  PHX: [33.43, -112.01],
  DEN: [39.86, -104.67],
  ORD: [41.98, -87.9],
  SAT: [29.53, -98.47],
  YYZ: [43.68, -79.63],
  MEX: [19.44, -99.07],
  GRU: [-23.43, -46.47],
  LHR: [51.47, -0.46],
  DUB: [53.42, -6.27],
  AMS: [52.31, 4.76],
  CDG: [49.01, 2.55],
  MRS: [43.44, 5.22],
  FRA: [50.03, 8.57],
  ZRH: [47.46, 8.55],
  MXP: [45.63, 8.72],
  MAD: [40.47, -3.56],
  VIE: [48.11, 16.57],
  WAW: [52.17, 20.97],
  ARN: [59.65, 17.92],
  OSL: [60.19, 11.1],
  CPH: [55.62, 12.66],
  JNB: [-26.14, 28.25],
  CPT: [-33.96, 18.6],
  DXB: [25.25, 55.36],
  DOH: [25.27, 51.61],
  TLV: [32.01, 34.89],
  BOM: [19.09, 72.87],
  MAA: [12.99, 80.17],
  SIN: [1.35, 103.99],
  HKG: [22.31, 113.91],
  NRT: [35.76, 140.39],
  KIX: [34.43, 135.24],
  ICN: [37.46, 126.44],
  CGK: [-6.13, 106.66],
  KUL: [2.75, 101.71],
  SYD: [-33.95, 151.18],
  MEL: [-37.67, 144.84],
  AKL: [-37.01, 174.79],
  // Nothing is published for these.
  EWR: [40.69, -74.17],
  LAX: [33.94, -118.41],
  DFW: [32.9, -97.04],
  MIA: [25.79, -80.29],
  ATL: [33.64, -84.43],
  SEA: [47.45, -122.31],
  EZE: [-34.82, -58.54],
  BOG: [4.7, -74.15],
  LIM: [-12.02, -77.11],
  SCL: [-33.39, -70.79],
  LIS: [38.78, -9.14],
  PRG: [50.1, 14.26],
  IST: [41.26, 28.74],
  DME: [55.41, 37.91],
  LOS: [6.58, 3.32],
  CAI: [30.12, 31.41],
  NBO: [-1.32, 36.93],
  RUH: [24.96, 46.7],
  KHI: [24.91, 67.16],
  DEL: [28.57, 77.1],
  DAC: [23.84, 90.4],
  BKK: [13.69, 100.75],
  SGN: [10.82, 106.65],
  MNL: [14.51, 121.02],
  BNE: [-27.38, 153.12],
};

const EARTH_KM = 6_371;
/** Light in glass takes so long for a kilometre and back, in ms: refractive index 1.468. */
export const LIGHT_MS_PER_KM = (2 * 1.468) / 299.792458;

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

const placeOf = (city: string): readonly [number, number] => {
  const place = COORDINATES[city];
  if (place === undefined) throw new Error(`nobody knows where ${city} is`);
  return place;
};

/** Along the great circle. */
export const kilometres = (a: string, b: string): number => {
  const [latA, lonA] = placeOf(a);
  const [latB, lonB] = placeOf(b);
  const x = radians(latB - latA) / 2;
  const y = radians(lonB - lonA) / 2;
  const h = Math.sin(x) ** 2 + Math.cos(radians(latA)) * Math.cos(radians(latB)) * Math.sin(y) ** 2;
  return 2 * EARTH_KM * Math.asin(Math.sqrt(h));
};

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  const lower = sorted[sorted.length % 2 === 0 ? middle - 1 : middle];
  if (upper === undefined || lower === undefined) throw new Error("no values");
  return (lower + upper) / 2;
};

/** A round trip takes `startMs`, and `msPerKm` for each kilometre between the two ends. */
interface Line {
  readonly startMs: number;
  readonly msPerKm: number;
}

/** One line for neighbours, and one for all others: short ways are windier, long ones have the sea cables' detours. */
export interface Fit {
  readonly near: Line;
  readonly far: Line;
}

export const NEAR_KM = 1_500;

interface Pair {
  readonly km: number;
  readonly ms: number;
}

/** Theil and Sen's line: medians, so that a cable cut or two do not bend it. */
const lineThrough = (pairs: readonly Pair[], apartKm: number): Line => {
  const slopes = pairs.flatMap((a, index) =>
    pairs
      .slice(index + 1)
      .filter((b) => Math.abs(a.km - b.km) > apartKm)
      .map((b) => (a.ms - b.ms) / (a.km - b.km)),
  );
  const msPerKm = median(slopes);
  return { startMs: Math.max(0, median(pairs.map(({ km, ms }) => ms - msPerKm * km))), msPerKm };
};

export const fitTo = (pairs: readonly Pair[]): Fit => ({
  near: lineThrough(
    pairs.filter(({ km }) => km < NEAR_KM),
    200,
  ),
  far: lineThrough(
    pairs.filter(({ km }) => km >= NEAR_KM),
    1_000,
  ),
});

export const byDistance = ({ near, far }: Fit, km: number): number => {
  const { startMs, msPerKm } = km < NEAR_KM ? near : far;
  return startMs + msPerKm * km;
};
