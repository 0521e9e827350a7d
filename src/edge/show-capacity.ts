/**
 * `GET /v1/capacity`: how many streams are in use, for each model and region that an agent may lead to, and how much of
 * them a tenant may hold.
 */
import { systemClock } from "../base/clock.ts";
import { LIMITS } from "../base/limits.ts";
import { placesOf } from "../base/stream-places.ts";
import { sharesTold } from "../base/tenant-shares.ts";
import type { CapacityLedgerRpc } from "../durable/capacity-rpc.ts";
import { regionsOf, routed } from "../model/route.ts";
import { json } from "./answers.ts";
import type { Handler } from "./endpoint.ts";

/** A ledger that did not answer knows; we do not. */
const UNKNOWN = { believed: null, reserved: null, used: null, standby: null, waiting: null, free: null };

export const showCapacity: Handler = async ({ agents, config, capacity }) => {
  const targets = new Map(
    agents
      .flatMap((agent) => routed(agent, config.region))
      .flatMap((segment) => regionsOf(segment).map((region) => ({ model: segment.model, region })))
      .map((target) => [JSON.stringify(target), target] as const),
  );
  const models = await Promise.all(
    [...targets.values()].map(async (target) => {
      const places = placesOf(config.streamPlaces, target);
      const report = places === null || capacity === null ? null : await reportOf(capacity, target);
      return { ...target, ...(report ?? { places, ...UNKNOWN }) };
    }),
  );
  return json({ counted: capacity !== null, shares: sharesTold(config.tenantShares), models });
};

const reportOf = (capacity: CapacityLedgerRpc, target: Parameters<CapacityLedgerRpc["report"]>[0]) =>
  new Promise<Awaited<ReturnType<CapacityLedgerRpc["report"]>> | null>((resolve) => {
    const giveUp = systemClock.after(LIMITS.placeAskMs, () => resolve(null));
    capacity
      .report(target)
      .then(resolve, () => resolve(null))
      .finally(giveUp);
  });
