/**
 * Opens Bedrock's WebSocket door: credentials, presigned URL, upgrade. Keeps nothing.
 */
import type { Credentials } from "../../aws/credentials.ts";
import { bedrockEndpoint, bidirectionalStreamUrl } from "../../aws/endpoint.ts";
import { createEventSigner, type EventSigner } from "../../aws/event-signer.ts";
import { presign } from "../../aws/presign.ts";
import type { Upgrade } from "../../aws/upgrade.ts";
import type { Clock } from "../../base/clock.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { StreamEnd, StreamTarget } from "../../conversation/events.ts";
import { lineFailure, noCredentials, refusedWith } from "../judge-failure.ts";
import { expiry, type Line } from "../stream-life.ts";

/** The name AWS signs Bedrock's runtime under; its host says `bedrock-runtime`. */
const SERVICE = "bedrock";

export interface Door {
  /** Asked anew for every stream, so that temporary credentials may be refreshed. */
  readonly credentials: () => Credentials | Promise<Credentials>;
  /** Told when AWS says that they have expired; true when others can be had. */
  readonly expired?: ((credentials: Credentials) => boolean) | undefined;
  /** http(s) URL in place of AWS's own, or null. */
  readonly endpoint: string | null;
  readonly dial: Upgrade;
  readonly clock: Clock;
}

export interface OpenDoor extends Line {
  /** Its chain begins with the URL's signature. */
  readonly signer: EventSigner;
}

/** The failure's cause is fit for the log. Never rejects. */
export const openDoor = async (
  door: Door,
  { region, model }: StreamTarget,
  signal: AbortSignal,
): Promise<Result<OpenDoor, StreamEnd>> => {
  const base = bedrockEndpoint({ region, endpoint: door.endpoint });
  if (!base.ok) return err(lineFailure("bad_endpoint", base.error));
  try {
    const credentials = await door.credentials();
    const signed = await presign({
      url: bidirectionalStreamUrl(base.value, model),
      region,
      service: SERVICE,
      credentials,
      now: door.clock.now(),
    });
    const dialled = await door.dial({ url: signed.url, signal });
    if (!dialled.ok) return err(refusedWith(dialled.error, door.expired, credentials));
    const signer = createEventSigner({
      credentials,
      region,
      service: SERVICE,
      priorSignature: signed.signature,
    });
    return ok({ socket: dialled.value, signer, ...expiry(credentials) });
  } catch (error) {
    return err(noCredentials(error));
  }
};
