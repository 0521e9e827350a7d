/**
 * Where on Cloudflare a session's object should live: beside its speech model. The client's leg runs over Cloudflare's
 * own network whatever we do, and the model's leg, with a signed event for every frame and its reconnects, gains most
 * from being short. A hint counts only when an object is first made, and the object never moves.
 * https://developers.cloudflare.com/durable-objects/reference/data-location/
 */

import type { AgentDefinition } from "../agent/agent.ts";
import { regionOf } from "../agent/runtime-arn.ts";

export type LocationHint =
  | "wnam"
  | "enam"
  | "sam"
  | "weur"
  | "eeur"
  | "apac"
  | "apac-ne"
  | "apac-se"
  | "oc"
  | "afr"
  | "me";

export interface Placement {
  readonly hint: LocationHint;
  /** Why, for a person who asks where sessions run. */
  readonly reason: string;
}

/** AWS regions with Bedrock, and the nearest of Cloudflare's hints. The model's own four regions come first. */
const PLACEMENTS: Readonly<Record<string, Placement>> = {
  "us-east-1": { hint: "enam", reason: "N. Virginia is in eastern North America" },
  "us-west-2": { hint: "wnam", reason: "Oregon is in western North America" },
  "eu-north-1": {
    hint: "eeur",
    reason: "Stockholm itself, Frankfurt and Warsaw make their objects under this hint",
  },
  "ap-northeast-1": { hint: "apac-ne", reason: "Tokyo is in north-eastern Asia" },

  "us-east-2": { hint: "enam", reason: "Ohio is in eastern North America" },
  "us-west-1": { hint: "wnam", reason: "N. California is in western North America" },
  "us-gov-east-1": { hint: "enam", reason: "GovCloud East is in eastern North America" },
  "us-gov-west-1": { hint: "wnam", reason: "GovCloud West is in western North America" },
  "ca-central-1": { hint: "enam", reason: "Montreal is in eastern North America" },
  "ca-west-1": { hint: "wnam", reason: "Calgary is in western North America" },
  "sa-east-1": { hint: "sam", reason: "São Paulo is in South America" },
  "eu-west-1": { hint: "weur", reason: "Ireland is in western Europe" },
  "eu-west-2": { hint: "weur", reason: "London is in western Europe" },
  "eu-west-3": { hint: "weur", reason: "Paris is in western Europe" },
  "eu-central-1": { hint: "weur", reason: "Frankfurt is in western Europe" },
  "eu-central-2": { hint: "weur", reason: "Zurich is in western Europe" },
  "eu-south-1": { hint: "weur", reason: "Milan is in western Europe" },
  "eu-south-2": { hint: "weur", reason: "Spain is in western Europe" },
  "ap-northeast-2": { hint: "apac-ne", reason: "Seoul is in north-eastern Asia" },
  "ap-northeast-3": { hint: "apac-ne", reason: "Osaka is in north-eastern Asia" },
  "ap-southeast-1": { hint: "apac-se", reason: "Singapore is in south-eastern Asia" },
  "ap-southeast-3": { hint: "apac-se", reason: "Jakarta is in south-eastern Asia" },
  "ap-southeast-2": { hint: "oc", reason: "Sydney is in Oceania" },
  "ap-southeast-4": { hint: "oc", reason: "Melbourne is in Oceania" },
  "ap-south-1": { hint: "apac", reason: "Mumbai is in Asia" },
  "ap-south-2": { hint: "apac", reason: "Hyderabad is in Asia" },
  "me-central-1": { hint: "me", reason: "the UAE is in the Middle East" },
  "me-south-1": { hint: "me", reason: "Bahrain is in the Middle East" },
  "il-central-1": { hint: "me", reason: "Tel Aviv is in the Middle East" },
  "af-south-1": { hint: "afr", reason: "Cape Town is in Africa" },
};

/**
 * The region in which an agent's sessions are at home: that of most of its segments, and of those that tie, the one a
 * session begins in. `override` is the deployment's own region, where it has one.
 */
export const homeRegion = (
  { segments, start }: Pick<AgentDefinition, "segments" | "start">,
  override: string | null,
): string | null => {
  const first = segments.find(({ name }) => name === start);
  const counts = new Map<string, number>();
  for (const segment of first === undefined ? segments : [first, ...segments.filter((it) => it !== first)]) {
    const region = regionOf(segment, override);
    counts.set(region, (counts.get(region) ?? 0) + 1);
  }
  // A map keeps the order in which its keys came, and sorting keeps the order of what is equal.
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? null;
};

/** The place for a session whose model is in AWS region `region`; null where we know none, and Cloudflare chooses. */
export const placementFor = (region: string): Placement | null =>
  Object.hasOwn(PLACEMENTS, region) ? (PLACEMENTS[region] ?? null) : null;
