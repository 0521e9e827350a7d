/**
 * Which door a model is behind follows from its name: an ARN is an agent hosted on AgentCore Runtime, anything else a
 * speech model on Bedrock.
 */
import { parseRuntimeArn } from "../agent/runtime-arn.ts";
import type { CredentialSource, Credentials } from "../aws/credentials.ts";
import type { Upgrade } from "../aws/upgrade.ts";
import type { Clock } from "../base/clock.ts";
import type { GatewayConfig } from "../base/config.ts";
import type { Ids } from "../base/ids.ts";
import type { Log } from "../base/log.ts";
import { createAgentCoreVoice } from "./agentcore-voice/agentcore-voice.ts";
import { leased, type SessionPlaces } from "./leased.ts";
import { createNovaSonic } from "./nova-sonic/nova-sonic.ts";
import { createRegionHealth, type RegionHealth } from "./region-health.ts";
import { createRegional } from "./regional.ts";
import type { SpeechModel } from "./speech-model.ts";

export interface DoorParts {
  readonly config: Pick<GatewayConfig, "endpoint" | "agentcoreEndpoint">;
  /** Asked anew for every stream. */
  readonly credentials: CredentialSource;
  /** The voice session's own id: hosted agents keep it apart from others by that. */
  readonly session: string;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** Where streams take a place before they are dialled; null where nobody counts them. */
  readonly places?: SessionPlaces | null;
  /** How a WebSocket is opened; by `fetch` unless told otherwise. */
  readonly dial?: Upgrade;
  /** What is known of regions; by default shared by all sessions of the isolate. */
  readonly health?: RegionHealth;
}

const SHARED_HEALTH = createRegionHealth();

/**
 * The speech models of one session, by the name that a segment's `model` has: made when they are first asked for, and
 * the same from then on. Never throws.
 */
export const speechModels = (parts: DoorParts): ((model: string) => SpeechModel) => {
  const { config, session, clock, ids, log, places = null } = parts;
  const common = {
    credentials: () => parts.credentials.get(),
    expired: (credentials: Credentials) => parts.credentials.expired?.(credentials) ?? false,
    clock,
    log,
    ...(parts.dial && { dial: parts.dial }),
  };
  const made = new Map<string, SpeechModel>();
  return (model) => {
    const known = made.get(model);
    if (known !== undefined) return known;
    const door =
      parseRuntimeArn(model) === null
        ? createNovaSonic({ ...common, endpoint: config.endpoint, ids })
        : createAgentCoreVoice({ ...common, endpoint: config.agentcoreEndpoint, runtimeArn: model, session });
    const fresh = createRegional(leased(door, places), {
      health: parts.health ?? SHARED_HEALTH,
      clock,
      log: (level, event, fields) => log(level, event, { session, ...fields }),
    });
    made.set(model, fresh);
    return fresh;
  };
};
