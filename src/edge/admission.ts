/**
 * Whether there is room for one more session: its first stream's place is taken before the session is made, so that
 * nobody is let in who would then hear that the model is busy. Where the ledger cannot be asked, everybody is let in.
 */
import type { AgentDefinition } from "../agent/agent.ts";
import { regionOf } from "../agent/runtime-arn.ts";
import { systemClock } from "../base/clock.ts";
import { gatewayError } from "../base/errors.ts";
import { LIMITS } from "../base/limits.ts";
import { err, ok, type Result } from "../base/result.ts";
import { placesOf } from "../base/stream-places.ts";
import { firstLease } from "../model/leased.ts";
import { Place } from "../model/leased-place.ts";
import { failure } from "./answers.ts";
import type { Call } from "./endpoint.ts";

/** The place that was taken, or null where none was; else what a full house answers. */
export const admission = async (
  { capacity, config, sampler, clock, log }: Pick<Call, "capacity" | "config" | "sampler" | "clock" | "log">,
  agent: Pick<AgentDefinition, "segments" | "start">,
  { session, tenant }: { readonly session: string; readonly tenant: string | null },
): Promise<Result<Place | null, Response>> => {
  const first = agent.segments.find(({ name }) => name === agent.start);
  if (capacity === null || first === undefined) return ok(null);
  const target = { model: first.model, region: regionOf(first, config.region) };
  if (placesOf(config.streamPlaces, target) === null) return ok(null);

  const request = {
    ...{ lease: firstLease(session), session, tenant },
    wanted: "newcomer",
    forMs: LIMITS.placeClaimMs,
  } as const;
  const place = new Place({ ledger: capacity, target, request, after: systemClock.after });
  const verdict = await place.take();
  if (verdict.type === "granted") return ok(place);
  const event = verdict.type === "refused" ? "house_full" : "capacity_absent";
  const leftOut = sampler.take(event, clock.now());
  if (verdict.type === "unknown") {
    if (leftOut !== null) log("warn", event, { ...target, leftOut, cause: verdict.cause });
    // It may have been asked all the same; what it granted is the session's, or runs out.
    return ok(null);
  }
  if (leftOut !== null) log("warn", event, { ...target, leftOut, why: verdict.why });
  const seconds = Math.ceil(verdict.retryAfterMs / 1000);
  const detail =
    verdict.why === "share"
      ? `this tenant holds its share of the streams to ${target.model} in ${target.region}; ask again in ${seconds} s`
      : `all streams to ${target.model} in ${target.region} are in use; ask again in ${seconds} s`;
  return err(failure(gatewayError("model_busy", detail), { "retry-after": String(seconds) }));
};
