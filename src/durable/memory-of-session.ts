/**
 * A session's side of its caller's memory, put together from what its object has at hand.
 */
import type { AgentDefinition } from "../agent/agent.ts";
import { credentialSource } from "../aws/credential-source.ts";
import { createTextModel } from "../aws/text-model.ts";
import type { AlarmClock } from "../base/clock.ts";
import type { GatewayConfig } from "../base/config.ts";
import { LIMITS } from "../base/limits.ts";
import type { Log } from "../base/log.ts";
import { callerStore, enter } from "./caller-link.ts";
import type { CallerMemoryNamespace } from "./caller-memory-rpc.ts";
import { MemoryOutbox } from "./memory-outbox.ts";
import { SessionMemory } from "./session-memory.ts";
import type { SessionInit } from "./session-rpc.ts";

export interface AtHand {
  readonly config: GatewayConfig;
  readonly log: Log;
  readonly clock: AlarmClock;
  /** Null where no object of a caller can be reached. */
  readonly callers: CallerMemoryNamespace | null;
  /** When the session was made, in ms since the Unix epoch. */
  readonly startedAt: number;
  readonly sql: SqlStorage;
  readonly waitUntil: (work: Promise<unknown>) => void;
}

/** Null where nothing is remembered: of callers who are nobody, who may not be, or whose agent has no memory. */
export function memoryOfSession(
  { session, caller, tenant, memory }: SessionInit,
  agent: AgentDefinition,
  { config, log, clock, callers: namespace, startedAt, sql, waitUntil }: AtHand,
): SessionMemory | null {
  const { memory: policy, region } = agent;
  if (!policy || caller === null || !memory || namespace === null) return null;
  const who = { caller, tenant };
  const credentials = credentialSource(config, clock, log);
  const { reader } = policy.keep;
  const { endpoint } = config;
  return new SessionMemory({
    ...{ session, agent, policy, log, clock, waitUntil },
    store: callerStore({ namespace, who, policy, region, config, credentials, clock, log }),
    begins: () => enter(namespace, who, { session, agent: agent.name, startedAt }),
    reader:
      reader && createTextModel({ region, ...reader, endpoint, credentials, timeoutMs: LIMITS.textModelMs }),
    outbox: new MemoryOutbox(sql),
  });
}
