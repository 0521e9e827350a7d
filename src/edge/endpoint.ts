/**
 * One address of the API: which methods it takes, what a request must bring before its handler runs, and in which
 * order that is looked at: settings, method, key. Only then is a body read.
 */
import type { AgentDefinition } from "../agent/agent.ts";
import type { Clock } from "../base/clock.ts";
import type { ConfigIssue, GatewayConfig } from "../base/config.ts";
import { gatewayError } from "../base/errors.ts";
import type { Ids } from "../base/ids.ts";
import type { Log } from "../base/log.ts";
import type { Result } from "../base/result.ts";
import type { CapacityLedgerRpc } from "../durable/capacity-rpc.ts";
import { admitToApi } from "./access.ts";
import { empty, failure } from "./answers.ts";
import type { CallerMemories } from "./caller-memories.ts";
import { preflightHeaders, withCors } from "./cors.ts";
import type { LogSampler } from "./log-sampler.ts";
import { overloadOf } from "./overload.ts";
import { type SessionNamespace, sessionIdOf } from "./sessions.ts";

/** What handlers have at hand. */
export interface House {
  readonly agents: readonly AgentDefinition[];
  readonly sessions: SessionNamespace;
  /** Null where nobody counts the streams to the models. */
  readonly capacity: CapacityLedgerRpc | null;
  /** Null where nothing is remembered of callers. */
  readonly memory: CallerMemories | null;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** For what strangers can write into the log by asking. */
  readonly sampler: LogSampler;
}

export interface Call extends House {
  readonly request: Request;
  readonly config: GatewayConfig;
  /** The `:id` of the address, as the client wrote it; empty where there is none. */
  readonly id: string;
}

export type Handler = (call: Call) => Response | Promise<Response>;

export const METHODS = ["GET", "POST", "PATCH", "DELETE"] as const;

export interface Endpoint {
  readonly path: string;
  /** `ticket`: the handler looks for itself, since a browser cannot send a key with an upgrade. */
  readonly needs: "key" | "ticket";
  readonly methods: { readonly [method in (typeof METHODS)[number]]?: Handler };
}

export interface Incoming {
  readonly request: Request;
  readonly settings: Result<GatewayConfig, readonly ConfigIssue[]>;
  readonly house: House;
  readonly id: string;
}

export const serve = async (endpoint: Endpoint, incoming: Incoming): Promise<Response> => {
  const { request, settings, house, id } = incoming;
  if (!settings.ok) return failure(gatewayError("not_configured", "GET /healthz says what is missing"));
  const config = settings.value;
  return withCors(request, config, await answer());

  async function answer(): Promise<Response> {
    const allow = allowed(endpoint.methods);
    if (request.method === "OPTIONS")
      return empty(204, { allow, ...preflightHeaders(request, config, allow) });
    const handler = handlerFor(endpoint.methods, request.method);
    if (handler === undefined) return refuseMethod(allow);
    if (endpoint.needs === "key") {
      const admitted = admitToApi(request, config);
      if (!admitted.ok) return failure(admitted.error);
    }
    try {
      return await handler({ ...house, request, config, id });
    } catch (thrown) {
      const overload = overloadOf(thrown);
      if (overload === null) throw thrown;
      const session = endpoint.path.startsWith("/v1/sessions/") ? sessionIdOf(id) : null;
      house.log("warn", "object_overloaded", { address: endpoint.path, session, cause: overload.cause });
      return failure(overload);
    }
  }
};

export const refuseMethod = (allow: string): Response =>
  failure(gatewayError("method_not_allowed", `it takes ${allow}`), { allow });

const handlerFor = (methods: Endpoint["methods"], method: string): Handler | undefined => {
  const name = METHODS.find((known) => known === (method === "HEAD" ? "GET" : method));
  return name === undefined ? undefined : methods[name];
};

/** The `Allow` header's value (RFC 9110 section 10.2.1). Whoever takes GET takes HEAD. */
const allowed = (methods: Endpoint["methods"]): string =>
  [
    ...METHODS.filter((method) => methods[method] !== undefined).flatMap((method) =>
      method === "GET" ? ["GET", "HEAD"] : [method],
    ),
    "OPTIONS",
  ].join(", ");
