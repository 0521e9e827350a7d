/**
 * Whether there is room for one more session: its first stream's place is taken before the session is made, so that
 * nobody is let in who would then hear that the model is busy. A full region sends it to the next. Where the ledger
 * cannot be asked, everybody is let in.
 */
import type { SegmentDefinition } from "../agent/segment.ts";
import { systemClock } from "../base/clock.ts";
import { gatewayError } from "../base/errors.ts";
import { LIMITS } from "../base/limits.ts";
import { err, ok, type Result } from "../base/result.ts";
import { placesOf } from "../base/stream-places.ts";
import { type FirstPlace, firstPlace } from "../model/first-place.ts";
import { firstLease } from "../model/leased.ts";
import { Place } from "../model/leased-place.ts";
import { regionsOf } from "../model/route.ts";
import { failure } from "./answers.ts";
import type { Call } from "./endpoint.ts";

export interface Admitted {
  /** Where the session's first stream is to go. */
  readonly region: string;
  /** Where its place was taken; null where the ledger did not answer. */
  readonly claimed: { readonly model: string; readonly region: string } | null;
  /** Undoes it, for a session that could not be made. */
  readonly giveBack: () => Promise<void>;
}

/** `first` is the segment in which the session begins. Null where nobody counts; else what a full house answers. */
export const admission = async (
  { capacity, config, sampler, clock, log }: Pick<Call, "capacity" | "config" | "sampler" | "clock" | "log">,
  first: SegmentDefinition,
  { session, tenant }: { readonly session: string; readonly tenant: string | null },
): Promise<Result<Admitted | null, Response>> => {
  const { model } = first;
  const targets = regionsOf(first)
    .map((region) => ({ model, region }))
    .filter((target) => placesOf(config.streamPlaces, target) !== null);
  if (capacity === null || targets.length === 0) return ok(null);

  const request = {
    ...{ lease: firstLease(session), session, tenant },
    wanted: "newcomer",
    forMs: LIMITS.placeClaimMs,
  } as const;
  const after = systemClock.after;
  const outcome = await firstPlace(
    targets.map((target) => new Place({ ledger: capacity, target, request, after })),
  );
  const tell = (event: string, fields: object) => {
    const leftOut = sampler.take(event, clock.now());
    if (leftOut !== null) log("warn", event, { model, ...fields, leftOut });
  };
  if (outcome.type === "full") {
    const why = outcome.regions.every((region) => region.why === "share") ? "share" : "full";
    tell("house_full", { regions: outcome.regions.map(({ region }) => region), why });
    return err(fullHouse(model, outcome));
  }
  const { place, verdict } = outcome;
  const { region } = place.target;
  if (verdict.type === "unknown") tell("capacity_absent", { region, cause: verdict.cause });
  const claimed = verdict.type === "granted" ? { model, region } : null;
  return ok({ region, claimed, giveBack: () => place.give() });
};

const fullHouse = (model: string, { regions }: Extract<FirstPlace, { type: "full" }>): Response => {
  const seconds = Math.ceil(Math.min(...regions.map(({ retryAfterMs }) => retryAfterMs)) / 1000);
  const where = (wanted: "full" | "share") =>
    regions
      .filter(({ why }) => why === wanted)
      .map(({ region }) => region)
      .join(" and ");
  const detail = [
    where("full") && `all streams to ${model} in ${where("full")} are in use`,
    where("share") && `this tenant holds its share of the streams to ${model} in ${where("share")}`,
    `ask again in ${seconds} s`,
  ];
  const words = detail.filter((part) => part !== "").join("; ");
  return failure(gatewayError("model_busy", words), { "retry-after": String(seconds) });
};
