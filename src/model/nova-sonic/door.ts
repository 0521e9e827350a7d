/**
 * Opens Bedrock's WebSocket door: credentials, presigned URL, upgrade. Keeps nothing.
 */
import type { Credentials } from "../../aws/credentials.ts";
import { bedrockEndpoint, bidirectionalStreamUrl } from "../../aws/endpoint.ts";
import { createEventSigner, type EventSigner } from "../../aws/event-signer.ts";
import { foreignWords } from "../../aws/foreign-words.ts";
import { presign } from "../../aws/presign.ts";
import type { Upgrade } from "../../aws/upgrade.ts";
import type { Clock } from "../../base/clock.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { StreamEnd, StreamTarget } from "../../conversation/events.ts";
import { judgeRefusal, lineFailure } from "../judge-failure.ts";
import type { Line } from "../stream-life.ts";

/** The name AWS signs Bedrock's runtime under; its host says `bedrock-runtime`. */
const SERVICE = "bedrock";

export interface Door {
  /** Asked anew for every stream, so that temporary credentials may be refreshed. */
  readonly credentials: () => Credentials | Promise<Credentials>;
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
    if (!dialled.ok) return err(judgeRefusal(dialled.error));
    const signer = createEventSigner({
      credentials,
      region,
      service: SERVICE,
      priorSignature: signed.signature,
    });
    return ok({ socket: dialled.value, signer });
  } catch (error) {
    // The way to the credentials is the deployment's own code, and may fail in its own way.
    const why = error instanceof Error ? error.message : String(error);
    return err(lineFailure("credentials_denied", `no credentials: ${foreignWords(why)}`));
  }
};
