/**
 * Puts the gateway together: the Worker that lets callers in, and the object that holds their sessions.
 */
import type { AgentDefinition } from "../agent/agent.ts";
import { jsonLog, type Log } from "../base/log.ts";
import { type CallerMemoryClass, callerMemory } from "../durable/caller-memory.ts";
import type { CallerMemoryNamespace } from "../durable/caller-memory-rpc.ts";
import { type CapacityLedgerClass, capacityLedger } from "../durable/capacity-ledger.ts";
import type { CapacityNamespace } from "../durable/capacity-rpc.ts";
import { voiceSession } from "../durable/voice-session.ts";
import type { VoiceSessionClass } from "../durable/voice-session-options.ts";
import { unsupported } from "../model/capabilities.ts";
import { capabilitiesOf } from "../model/capabilities-of.ts";
import { missingBindings } from "../tools/missing-bindings.ts";
import type { CallerMemories } from "./caller-memories.ts";
import { createEdge } from "./edge.ts";
import type { LocationHint } from "./placement.ts";
import { leaveModels, ledgersOf, sessionModels } from "./session-models.ts";
import type { SessionNamespace } from "./sessions.ts";
import { settingsOf } from "./settings.ts";
import { storesBeside } from "./stores-beside.ts";

export interface GatewayOptions {
  /** The agents this gateway serves; at least one, each under a name of its own. */
  readonly agents: readonly AgentDefinition[];
}

/** What wrangler.toml must bind. */
export interface GatewayBindings {
  readonly SESSIONS: SessionNamespace;
  /** Without it nobody counts the streams to the models. */
  readonly CAPACITY?: CapacityNamespace<LocationHint>;
  /** Without it nothing is remembered of callers. */
  readonly MEMORY?: CallerMemoryNamespace;
}

export interface GatewayParts {
  /** The Worker's default export. */
  readonly worker: { fetch(request: Request, env: GatewayBindings): Response | Promise<Response> };
  /** To be exported under this name. */
  readonly VoiceSession: VoiceSessionClass;
  /** The same, where it is bound. */
  readonly CapacityLedger: CapacityLedgerClass;
  /** The same. */
  readonly CallerMemory: CallerMemoryClass;
}

/**
 * What a Worker exports to be a gateway: `worker` as its default, `VoiceSession` under that name, bound as `SESSIONS`,
 * `CapacityLedger`, bound as `CAPACITY`, and `CallerMemory`, bound as `MEMORY`.
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

  const VoiceSession = voiceSession({
    agents,
    models: sessionModels,
    leave: leaveModels,
    callers: callersOf,
  });
  const edge = createEdge<GatewayBindings>({
    agents,
    sessions: (env) => env.SESSIONS,
    capacity: ledgersOf,
    memory: (env) => memoriesOf(env, agents),
  });
  let isLookedAt = false;
  const worker = {
    fetch: (request: Request, env: GatewayBindings) => {
      // Bindings are there with the first request; what lacks is told before a session suffers from it.
      if (!isLookedAt) for (const agent of agents) tellMissing(agent, env, log);
      isLookedAt = true;
      return edge.fetch(request, env);
    },
  };
  return { worker, VoiceSession, CapacityLedger: capacityLedger(), CallerMemory: callerMemory() };
}

const tellMissing = (agent: AgentDefinition, env: object, log: Log): void => {
  for (const { source, cause } of missingBindings(agent, env))
    log("error", "tools_missing", { agent: agent.name, source, cause });
  if (agent.memory && callersOf(env) === null)
    log("error", "memory_missing", {
      agent: agent.name,
      why: "nothing binds MEMORY, so nobody is remembered. Export CallerMemory and bind it under that name",
    });
};

const callersOf = (env: object): CallerMemoryNamespace | null =>
  (env as Pick<GatewayBindings, "MEMORY">).MEMORY ?? null;

const memoriesOf = (env: GatewayBindings, agents: readonly AgentDefinition[]): CallerMemories | null => {
  const objects = callersOf(env);
  const settings = settingsOf(env);
  return objects && settings.ok ? { objects, beside: storesBeside(agents, settings.value) } : null;
};
