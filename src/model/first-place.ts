/**
 * One place in any of several regions: in the first that has room, and where none has, in the one where a place falls
 * free first.
 */
import type { NoPlace } from "./leased-ledger.ts";
import type { Place, PlaceVerdict } from "./leased-place.ts";

export type FirstPlace =
  /** `unknown`: that region's ledger did not answer, so nobody may be turned away. */
  | {
      readonly type: "taken";
      readonly place: Place;
      readonly verdict: Exclude<PlaceVerdict, { type: "refused" }>;
    }
  /** No region has one; why, by region. */
  | { readonly type: "full"; readonly regions: readonly (NoPlace & { readonly region: string })[] };

/** Asks in order, and waits for `LIMITS.placeWaitMs` where all are full. What is not taken is given back. Never rejects. */
export const firstPlace = async (places: readonly Place[]): Promise<FirstPlace> => {
  for (const place of places) {
    const verdict = await place.takeAtOnce();
    if (verdict.type !== "refused") return { type: "taken", place, verdict };
  }
  const { promise, resolve } = Promise.withResolvers<FirstPlace>();
  const full: (NoPlace & { readonly region: string })[] = [];
  for (const place of places)
    void place.take().then((verdict) => {
      if (verdict.type !== "refused") return resolve({ type: "taken", place, verdict });
      const { why, retryAfterMs } = verdict;
      full.push({ region: place.target.region, why, retryAfterMs });
      if (full.length === places.length) resolve({ type: "full", regions: full });
    });
  const first = await promise;
  if (first.type === "taken") for (const place of places) if (place !== first.place) void place.give();
  return first;
};
