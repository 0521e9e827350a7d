/**
 * What a session's object is given of the world: the doors to its models, with the credentials and places that this
 * deployment has for them.
 */
import { credentialSource } from "../aws/credential-source.ts";
import { systemClock } from "../base/clock.ts";
import { randomIds } from "../base/ids.ts";
import { placesOf } from "../base/stream-places.ts";
import { type CapacityLedgerRpc, type CapacityNamespace, capacityLedgers } from "../durable/capacity-rpc.ts";
import type { VoiceSessionOptions } from "../durable/voice-session-options.ts";
import { speechModels } from "../model/doors.ts";
import { SessionPlaces } from "../model/leased.ts";
import { leavePlaces } from "../model/leave-places.ts";
import { routed, targetsOf } from "../model/route.ts";
import { type LocationHint, placementFor } from "./placement.ts";

/** The ledgers of a deployment; null where nobody counts the streams to the models. */
export const ledgersOf = ({
  CAPACITY,
}: {
  readonly CAPACITY?: CapacityNamespace<LocationHint>;
}): CapacityLedgerRpc | null =>
  CAPACITY === undefined ? null : capacityLedgers(CAPACITY, (region) => placementFor(region)?.hint ?? null);

export const sessionModels: VoiceSessionOptions["models"] = (
  config,
  log,
  session,
  { env, tenant, talks, claimed, targets },
) => {
  const ledger = ledgersOf(env);
  const parts = { session, clock: systemClock, log };
  const lease = { settings: config.streamPlaces, tenant, broughtBack: talks, claimed, targets };
  const places = ledger === null ? null : new SessionPlaces({ ...parts, ...lease, ledger });
  const credentials = credentialSource(config, systemClock, log);
  return speechModels({ ...parts, config, credentials, ids: randomIds, places });
};

/** At every model, in every region, that the agent may have led to. */
export const leaveModels: VoiceSessionOptions["leave"] = async (config, env, agent, session) => {
  const ledger = ledgersOf(env);
  if (ledger === null) return;
  const counted = targetsOf(routed(agent, config.region)).filter(
    (target) => placesOf(config.streamPlaces, target) !== null,
  );
  await leavePlaces(ledger, counted, session, systemClock.after);
};
