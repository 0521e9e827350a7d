/**
 * The stores that agents have beside their callers' objects, for reading and erasing what lies there: each once, however
 * many agents share it.
 */
import type { AgentDefinition } from "../agent/agent.ts";
import { placedIn } from "../agent/runtime-arn.ts";
import { credentialSource } from "../aws/credential-source.ts";
import { systemClock } from "../base/clock.ts";
import { type GatewayConfig, secretsOf } from "../base/config.ts";
import { jsonLog } from "../base/log.ts";
import { agentCoreBeside } from "../durable/caller-link.ts";
import type { StoreBeside } from "./caller-memories.ts";

interface Shared {
  readonly memoryId: string;
  readonly region: string;
  readonly namespaces: readonly string[];
  readonly days: number;
}

export const storesBeside = (
  agents: readonly AgentDefinition[],
  config: GatewayConfig,
): readonly StoreBeside[] => {
  const shared = new Map<string, Shared>();
  for (const agent of agents) {
    const { memory } = agent;
    if (memory?.store.type !== "agent_core") continue;
    const { memoryId, namespaces } = memory.store;
    // Where the agent's sessions have it, too.
    const region = memory.store.region ?? placedIn(agent, config.region).region;
    const key = JSON.stringify([memoryId, region]);
    const known = shared.get(key);
    shared.set(key, {
      memoryId,
      region,
      namespaces: [...new Set([...(known?.namespaces ?? []), ...namespaces])],
      days: Math.max(known?.days ?? 0, memory.days),
    });
  }
  return [...shared.values()].map((store) => storeOf(store, config));
};

const storeOf = ({ days, region, ...store }: Shared, config: GatewayConfig): StoreBeside => {
  const log = jsonLog(secretsOf(config));
  const policy = { store: { type: "agent_core", region, ...store }, days } as const;
  const parts = { policy, region, config, clock: systemClock, log };
  return {
    name: policy.store.type,
    of: (who) => agentCoreBeside({ ...parts, who, credentials: credentialSource(config, systemClock, log) }),
  };
};
