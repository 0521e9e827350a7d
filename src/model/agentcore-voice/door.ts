/**
 * Opens AgentCore's WebSocket door: credentials, signed headers, upgrade. Keeps nothing.
 */
import type { RuntimeName } from "../../agent/runtime-arn.ts";
import type { Credentials } from "../../aws/credentials.ts";
import { AGENTCORE_SERVICE, agentcoreEndpoint, runtimeSocketUrl } from "../../aws/endpoint.ts";
import { signUpgrade } from "../../aws/sign-upgrade.ts";
import type { Upgrade } from "../../aws/upgrade.ts";
import type { Clock } from "../../base/clock.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { StreamEnd } from "../../conversation/events.ts";
import { lineFailure, noCredentials, refusedWith } from "../judge-failure.ts";
import { expiry, type Line } from "../stream-life.ts";
import { SESSION_ID_HEADER } from "./session-id.ts";

export interface Door {
  /** Asked anew for every stream, so that temporary credentials may be refreshed. */
  readonly credentials: () => Credentials | Promise<Credentials>;
  /** Told when AWS says that they have expired; true when others can be had. */
  readonly expired?: ((credentials: Credentials) => boolean) | undefined;
  /** http(s) URL in place of AWS's own, or null. */
  readonly endpoint: string | null;
  readonly runtime: RuntimeName;
  /** Of the runtime's session, not of ours. */
  readonly sessionId: string;
  readonly dial: Upgrade;
  readonly clock: Clock;
}

/** The failure's cause is not yet redacted. Never rejects. */
export const openDoor = async (door: Door, signal: AbortSignal): Promise<Result<Line, StreamEnd>> => {
  const { region, arn, qualifier } = door.runtime;
  const base = agentcoreEndpoint({ region, endpoint: door.endpoint });
  if (!base.ok) return err(lineFailure("bad_endpoint", base.error));
  const url = runtimeSocketUrl(base.value, arn, qualifier);
  try {
    const credentials = await door.credentials();
    const headers = await signUpgrade({
      url,
      headers: { [SESSION_ID_HEADER]: door.sessionId },
      region,
      service: AGENTCORE_SERVICE,
      credentials,
      now: door.clock.now(),
    });
    const dialled = await door.dial({ url, headers, signal });
    return dialled.ok
      ? ok({ socket: dialled.value, ...expiry(credentials) })
      : err(refusedWith(dialled.error, door.expired, credentials));
  } catch (error) {
    return err(noCredentials(error));
  }
};
