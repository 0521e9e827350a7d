/**
 * How far callers are from AWS's regions: along the great circle, which is what distance can tell of delay. Positions
 * are those of the places that AWS names its regions after, good to some 100 km.
 * https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
 */

/** In degrees (WGS 84): latitude from -90 to 90, longitude from -180 to 180. */
export interface Position {
  readonly latitude: number;
  readonly longitude: number;
}

const at = (latitude: number, longitude: number): Position => ({ latitude, longitude });

export const REGION_POSITIONS: Readonly<Record<string, Position>> = {
  "us-east-1": at(39.0, -77.5),
  "us-west-2": at(45.8, -119.7),
  "eu-north-1": at(59.3, 18.1),
  "ap-northeast-1": at(35.7, 139.7),

  "us-east-2": at(40.0, -83.0),
  "us-west-1": at(37.4, -122.0),
  "us-gov-east-1": at(40.0, -83.0),
  "us-gov-west-1": at(45.8, -119.7),
  "ca-central-1": at(45.5, -73.6),
  "ca-west-1": at(51.0, -114.1),
  "sa-east-1": at(-23.6, -46.6),
  "eu-west-1": at(53.3, -6.3),
  "eu-west-2": at(51.5, -0.1),
  "eu-west-3": at(48.9, 2.4),
  "eu-central-1": at(50.1, 8.7),
  "eu-central-2": at(47.4, 8.5),
  "eu-south-1": at(45.5, 9.2),
  "eu-south-2": at(41.6, -0.9),
  "ap-northeast-2": at(37.6, 127.0),
  "ap-northeast-3": at(34.7, 135.5),
  "ap-southeast-1": at(1.3, 103.8),
  "ap-southeast-3": at(-6.2, 106.8),
  "ap-southeast-2": at(-33.9, 151.2),
  "ap-southeast-4": at(-37.8, 145.0),
  "ap-south-1": at(19.1, 72.9),
  "ap-south-2": at(17.4, 78.5),
  "me-central-1": at(25.2, 55.3),
  "me-south-1": at(26.1, 50.6),
  "il-central-1": at(32.1, 34.8),
  "af-south-1": at(-33.9, 18.4),
};

const EARTH_KM = 6_371;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Km along the great circle (haversine formula). */
export const distanceKm = (a: Position, b: Position): number => {
  const half = (from: number, to: number) => Math.sin(radians(to - from) / 2) ** 2;
  const chord =
    half(a.latitude, b.latitude) +
    Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * half(a.longitude, b.longitude);
  return 2 * EARTH_KM * Math.asin(Math.min(1, Math.sqrt(chord)));
};

/** The nearest first; what is equally far keeps its order, and what we know no place of comes last. */
export const byNearness = (regions: readonly string[], caller: Position): readonly string[] => {
  const far = (region: string): number => {
    const position = Object.hasOwn(REGION_POSITIONS, region) ? REGION_POSITIONS[region] : undefined;
    return position === undefined ? Number.MAX_VALUE : distanceKm(caller, position);
  };
  return regions.toSorted((a, b) => far(a) - far(b));
};
