/**
 * A voice agent hosted on AgentCore Runtime, as a speech model like any other.
 */
import { parseRuntimeArn } from "../../agent/runtime-arn.ts";
import type { Credentials } from "../../aws/credentials.ts";
import { type Upgrade, upgrade } from "../../aws/upgrade.ts";
import type { Clock } from "../../base/clock.ts";
import type { JsonObject } from "../../base/json.ts";
import type { Log } from "../../base/log.ts";
import type { SpeechModel } from "../speech-model.ts";
import { AGENTCORE_CAPABILITIES } from "./capabilities.ts";
import { runtimeSessionId } from "./session-id.ts";
import { AgentCoreStream } from "./stream.ts";

export interface AgentCoreVoiceOptions {
  /** Asked anew for every stream, so that temporary credentials may be refreshed. A failure refuses the stream. */
  readonly credentials: () => Credentials | Promise<Credentials>;
  /** Told when AWS says that they have expired; true when others can be had. */
  readonly expired?: ((credentials: Credentials) => boolean) | undefined;
  /** http(s) URL in place of `https://bedrock-agentcore.{region}.amazonaws.com`, or null. */
  readonly endpoint: string | null;
  /** Of the runtime, or of one of its endpoints (`…/runtime-endpoint/NAME`). Its region is where the agent is. */
  readonly runtimeArn: string;
  /** The runtime's endpoint; by default the one that the ARN names, or DEFAULT. */
  readonly qualifier?: string;
  /** The voice session's own id. Every stream of it reaches the same microVM, so a model serves one session only. */
  readonly session: string;
  /** Further members of the config event, for the hosted agent to read: `model_id`, `gateway_arns` and the like. */
  readonly config?: JsonObject;
  /** How a WebSocket is opened; by `fetch` unless told otherwise. */
  readonly dial?: Upgrade;
  readonly clock: Clock;
  /** Hears of what was odd but did not matter. */
  readonly log?: Log;
}

/** Throws when `runtimeArn` is none: agents are checked for that before they are served. */
export const createAgentCoreVoice = (options: AgentCoreVoiceOptions): SpeechModel => {
  const runtime = parseRuntimeArn(options.runtimeArn);
  if (runtime === null)
    throw new Error("createAgentCoreVoice: runtimeArn is not the ARN of an AgentCore runtime");
  return {
    capabilities: AGENTCORE_CAPABILITIES,
    open: (_, sink) =>
      new AgentCoreStream({
        credentials: options.credentials,
        expired: options.expired,
        endpoint: options.endpoint,
        runtime: { ...runtime, qualifier: options.qualifier ?? runtime.qualifier },
        sessionId: runtimeSessionId(options.session),
        dial: options.dial ?? upgrade,
        clock: options.clock,
        log: options.log ?? (() => undefined),
        config: options.config ?? {},
        sink,
      }),
  };
};
