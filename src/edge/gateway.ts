/**
 * Puts the gateway together: the Worker that lets callers in, and the object that holds their sessions.
 */
import type { AgentDefinition } from "../agent/agent.ts";
import { jsonLog } from "../base/log.ts";
import { type CapacityLedgerClass, capacityLedger } from "../durable/capacity-ledger.ts";
import type { CapacityNamespace } from "../durable/capacity-rpc.ts";
import { type VoiceSessionClass, voiceSession } from "../durable/voice-session.ts";
import { unsupported } from "../model/capabilities.ts";
import { capabilitiesOf } from "../model/capabilities-of.ts";
import { createEdge } from "./edge.ts";
import type { LocationHint } from "./placement.ts";
import { leaveModels, ledgersOf, sessionModels } from "./session-models.ts";
import type { SessionNamespace } from "./sessions.ts";

export interface GatewayOptions {
  /** The agents this gateway serves; at least one, each under a name of its own. */
  readonly agents: readonly AgentDefinition[];
}

/** What wrangler.toml must bind. */
export interface GatewayBindings {
  readonly SESSIONS: SessionNamespace;
  /** Without it nobody counts the streams to the models. */
  readonly CAPACITY?: CapacityNamespace<LocationHint>;
}

export interface GatewayParts {
  /** The Worker's default export. */
  readonly worker: { fetch(request: Request, env: GatewayBindings): Response | Promise<Response> };
  /** To be exported under this name. */
  readonly VoiceSession: VoiceSessionClass;
  /** The same, where it is bound. */
  readonly CapacityLedger: CapacityLedgerClass;
}

/**
 * What a Worker exports to be a gateway: `worker` as its default, `VoiceSession` under that name, bound as `SESSIONS`,
 * and `CapacityLedger`, bound as `CAPACITY`.
 * Throws on agents that cannot be served: a builder's mistake shows at start-up.
 */
export function gateway({ agents }: GatewayOptions): GatewayParts {
  if (agents.length === 0)
    throw new Error("gateway({ agents }): the list is empty; give it at least one agent.");
  const twice = agents.find((agent, index) => agents.findIndex(({ name }) => name === agent.name) !== index);
  if (twice)
    throw new Error(`gateway({ agents }): two agents are named "${twice.name}"; give each its own name.`);

  for (const agent of agents) {
    const problems = unsupported(agent, capabilitiesOf);
    if (problems.length > 0)
      throw new Error(
        `gateway({ agents }): "${agent.name}" asks its model for what it cannot do:\n  ${problems.join("\n  ")}`,
      );
  }

  const log = jsonLog([]);
  for (const { name, warnings } of agents)
    for (const { place, wrong, right } of warnings)
      log("warn", "agent_warning", { agent: name, place, why: `${wrong}. ${right}` });

  const VoiceSession = voiceSession({ agents, models: sessionModels, leave: leaveModels });
  const edge = createEdge<GatewayBindings>({ agents, sessions: (env) => env.SESSIONS, capacity: ledgersOf });
  const worker = { fetch: (request: Request, env: GatewayBindings) => edge.fetch(request, env) };
  return { worker, VoiceSession, CapacityLedger: capacityLedger() };
}
