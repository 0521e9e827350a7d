/**
 * The way to what is remembered of one caller: their object here, and AgentCore Memory beside it where the agent says so.
 */
import type { MemoryPolicy } from "../agent/memory-policy.ts";
import { liveCredentials } from "../aws/credential-source.ts";
import type { CredentialSource } from "../aws/credentials.ts";
import { AGENTCORE_SERVICE, agentcoreEndpoint } from "../aws/endpoint.ts";
import { causeText } from "../base/cause.ts";
import type { AlarmClock } from "../base/clock.ts";
import type { GatewayConfig } from "../base/config.ts";
import type { Log } from "../base/log.ts";
import { err, ok, type Result } from "../base/result.ts";
import { both } from "../memory/agent-core-beside.ts";
import { agentCoreStore } from "../memory/agent-core-store.ts";
import type { CallerKey, CallerStore, StoreFailure } from "../memory/caller-store.ts";
import { type CallerMemoryNamespace, callerObjectName, type RememberedSession } from "./caller-memory-rpc.ts";
import { objectStore } from "./caller-memory-store.ts";

export interface LinkParts {
  readonly namespace: CallerMemoryNamespace;
  readonly who: CallerKey;
  readonly policy: Pick<MemoryPolicy, "store" | "days">;
  /** The agent's own. */
  readonly region: string;
  readonly config: Pick<GatewayConfig, "agentcoreEndpoint">;
  readonly credentials: CredentialSource;
  readonly clock: AlarmClock;
  readonly log: Log;
}

export const callerStore = (parts: LinkParts): CallerStore => {
  const object = objectStore(parts.namespace, parts.who);
  const { clock, log } = parts;
  const agentCore = agentCoreBeside(parts);
  return agentCore === null ? object : both({ object, agentCore, clock, log });
};

/** AgentCore's part alone; null where the agent has none. */
export function agentCoreBeside(parts: Omit<LinkParts, "namespace">): CallerStore | null {
  const { policy, who, config, credentials, clock } = parts;
  if (policy.store.type !== "agent_core") return null;
  const { memoryId, namespaces } = policy.store;
  const region = policy.store.region ?? parts.region;
  const base = agentcoreEndpoint({ region, endpoint: config.agentcoreEndpoint });
  const opened = liveCredentials(credentials).then((live): CallerStore | string => {
    if (!base.ok) return base.error;
    const signing = { service: AGENTCORE_SERVICE, region, credentials: live, now: () => clock.now() };
    return agentCoreStore({
      ...{ who, memoryId, namespaces, base: base.value, signing, clock },
      days: policy.days,
    });
  }, causeText);
  const ask = async <T>(
    question: (store: CallerStore) => Promise<Result<T, StoreFailure>>,
  ): Promise<Result<T, StoreFailure>> => {
    const store = await opened;
    return typeof store === "string" ? err({ type: "unreachable", cause: store }) : question(store);
  };
  return {
    recall: (...asked) => ask((store) => store.recall(...asked)),
    keep: (...asked) => ask((store) => store.keep(...asked)),
    forget: (...asked) => ask((store) => store.forget(...asked)),
    erase: (...asked) => ask((store) => store.erase(...asked)),
  };
}

/** Enters a session with the caller's others. Never rejects. */
export async function enter(
  namespace: CallerMemoryNamespace,
  who: CallerKey,
  session: RememberedSession,
): Promise<Result<null, StoreFailure>> {
  try {
    await namespace.getByName(callerObjectName(who)).sessionBegins(who, session);
    return ok(null);
  } catch (thrown) {
    return err({ type: "unreachable", cause: causeText(thrown) });
  }
}
