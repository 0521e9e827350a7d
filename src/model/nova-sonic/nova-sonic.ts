/**
 * Amazon Nova Sonic behind Bedrock's WebSocket door, as a speech model like any other.
 */
import type { Credentials } from "../../aws/credentials.ts";
import { type Upgrade, upgrade } from "../../aws/upgrade.ts";
import type { Clock } from "../../base/clock.ts";
import type { Ids } from "../../base/ids.ts";
import type { Log } from "../../base/log.ts";
import { EVERYTHING } from "../capabilities.ts";
import type { SpeechModel } from "../speech-model.ts";
import { NovaStream } from "./stream.ts";

export interface NovaSonicOptions {
  /** Asked anew for every stream, so that temporary credentials may be refreshed. A failure refuses the stream. */
  readonly credentials: () => Credentials | Promise<Credentials>;
  /** Told when AWS says that they have expired; true when others can be had. */
  readonly expired?: ((credentials: Credentials) => boolean) | undefined;
  /** http(s) URL in place of `https://bedrock-runtime.{region}.amazonaws.com`, or null. */
  readonly endpoint: string | null;
  /** How a WebSocket is opened; by `fetch` unless told otherwise. */
  readonly dial?: Upgrade;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Hears of what was odd but did not matter. */
  readonly log?: Log;
}

export const createNovaSonic = (options: NovaSonicOptions): SpeechModel => ({
  capabilities: EVERYTHING,
  open: (target, sink) =>
    new NovaStream({
      credentials: options.credentials,
      expired: options.expired,
      endpoint: options.endpoint,
      dial: options.dial ?? upgrade,
      clock: options.clock,
      ids: options.ids,
      log: options.log ?? (() => undefined),
      target,
      sink,
    }),
});
