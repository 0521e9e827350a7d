/**
 * What a session's object is given when the Worker starts: its agents, and the ways to what lies around it.
 */
import type { DurableObject } from "cloudflare:workers";
import type { AgentDefinition } from "../agent/agent.ts";
import type { AlarmClock } from "../base/clock.ts";
import type { GatewayConfig } from "../base/config.ts";
import type { Log } from "../base/log.ts";
import type { StreamTarget } from "../conversation/events.ts";
import type { SpeechModel } from "../model/speech-model.ts";
import type { CallerMemoryNamespace } from "./caller-memory-rpc.ts";
import type { VoiceSessionRpc } from "./session-rpc.ts";

export interface VoiceSessionOptions {
  readonly agents: readonly AgentDefinition[];
  /** The doors of one session, by the id of the model behind them; made from the settings of this deployment. */
  readonly models: (
    config: GatewayConfig,
    log: Log,
    session: string,
    around: {
      readonly env: object;
      readonly tenant: string | null;
      /** Somebody talks in it already: it was brought back. */
      readonly talks: boolean;
      /** Where its first stream's place was taken before it was made; null where none was. */
      readonly claimed: Pick<StreamTarget, "model" | "region"> | null;
      /** Wherever its streams may be opened. */
      readonly targets: readonly StreamTarget[];
    },
  ) => (model: string) => SpeechModel;
  /** The objects of callers in a Worker's `env`; null where there are none. */
  readonly callers?: (env: object) => CallerMemoryNamespace | null;
  /** Gives back the places at models of a session whose object was lost while it held them. Never rejects. */
  readonly leave: (
    config: GatewayConfig,
    env: object,
    agent: AgentDefinition,
    session: string,
  ) => Promise<void>;
  /** Whose time its calls pass in; the world's, unless told otherwise. Signatures are of the world's time always. */
  readonly clock?: AlarmClock;
}

/**
 * Spelled out, since the generated type of the Worker's bindings names the exported class, and the class the bindings.
 */
export type VoiceSessionClass = new (
  ctx: DurableObjectState,
  env: object,
) => DurableObject<object> & VoiceSessionRpc;
