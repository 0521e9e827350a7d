/**
 * The HTTP face of the gateway: a Hono app over a table of endpoints.
 */
import { type Context, Hono } from "hono";
import type { AgentDefinition } from "../agent/agent.ts";
import { type Clock, systemClock } from "../base/clock.ts";
import { secretsOf } from "../base/config.ts";
import { gatewayError } from "../base/errors.ts";
import { type Ids, randomIds } from "../base/ids.ts";
import { LIMITS } from "../base/limits.ts";
import { jsonLog, type Log } from "../base/log.ts";
import type { CapacityLedgerRpc } from "../durable/capacity-rpc.ts";
import { empty, failure } from "./answers.ts";
import { correctEntry, eraseEntry } from "./caller-entry.ts";
import type { CallerMemories } from "./caller-memories.ts";
import { connect } from "./connect.ts";
import { type Endpoint, refuseMethod, serve } from "./endpoint.ts";
import { eraseCaller } from "./erase-caller.ts";
import { exportCaller } from "./export-caller.ts";
import { health } from "./health.ts";
import { listAgents } from "./list-agents.ts";
import { LogSampler } from "./log-sampler.ts";
import { makeSession } from "./make-session.ts";
import { moveSession } from "./move-session.ts";
import { endSession, rotateSession, showSession, showTranscript } from "./one-session.ts";
import type { SessionNamespace } from "./sessions.ts";
import { settingsOf } from "./settings.ts";
import { showCaller } from "./show-caller.ts";
import { showCapacity } from "./show-capacity.ts";

export interface EdgeOptions<Env extends object> {
  readonly agents: readonly AgentDefinition[];
  /** The namespace of session objects in a Worker's `env`. */
  readonly sessions: (env: Env) => SessionNamespace;
  /** The ledgers of a Worker's `env`; null where nobody counts the streams. */
  readonly capacity?: (env: Env) => CapacityLedgerRpc | null;
  /** What is remembered of callers, by a Worker's `env`; null where nothing is. */
  readonly memory?: (env: Env) => CallerMemories | null;
  readonly clock?: Clock;
  readonly ids?: Ids;
  /** Makes the log; what it is given must never appear in it. */
  readonly log?: (secrets: readonly string[]) => Log;
}

export const ENDPOINTS: readonly Endpoint[] = [
  { path: "/v1/agents", needs: "key", methods: { GET: listAgents } },
  { path: "/v1/capacity", needs: "key", methods: { GET: showCapacity } },
  { path: "/v1/sessions", needs: "key", methods: { POST: makeSession } },
  { path: "/v1/sessions/:id", needs: "key", methods: { GET: showSession, DELETE: endSession } },
  { path: "/v1/sessions/:id/transcript", needs: "key", methods: { GET: showTranscript } },
  { path: "/v1/sessions/:id/segment", needs: "key", methods: { POST: moveSession } },
  { path: "/v1/sessions/:id/rotate", needs: "key", methods: { POST: rotateSession } },
  { path: "/v1/callers", needs: "key", methods: { GET: showCaller, DELETE: eraseCaller } },
  { path: "/v1/callers/export", needs: "key", methods: { GET: exportCaller } },
  { path: "/v1/callers/entries/:id", needs: "key", methods: { PATCH: correctEntry, DELETE: eraseEntry } },
  { path: "/v1/sessions/:id/connect", needs: "ticket", methods: { GET: connect } },
];

const HEALTH_ALLOW = "GET, HEAD, OPTIONS";

/** The app. Its `fetch(request, env)` is all that a Worker needs. */
export const createEdge = <Env extends object>(options: EdgeOptions<Env>): Hono<{ Bindings: Env }> => {
  const {
    agents,
    sessions,
    capacity = () => null,
    memory = () => null,
    clock = systemClock,
    ids = randomIds,
    log = jsonLog,
  } = options;
  const app = new Hono<{ Bindings: Env }>();
  const sampler = new LogSampler(LIMITS.refusalLogMs);
  const logFor = (env: Env): Log => {
    const settings = settingsOf(env);
    return log(settings.ok ? secretsOf(settings.value) : []);
  };

  app.all("/healthz", (context) => {
    const { method } = context.req;
    if (method === "OPTIONS") return empty(204, { allow: HEALTH_ALLOW });
    return method === "GET" || method === "HEAD"
      ? health(settingsOf(context.env), agents)
      : refuseMethod(HEALTH_ALLOW);
  });

  for (const endpoint of ENDPOINTS)
    app.all(endpoint.path, (context: Context<{ Bindings: Env }>) =>
      serve(endpoint, {
        request: context.req.raw,
        settings: settingsOf(context.env),
        house: {
          ...{ agents, clock, ids, sampler },
          sessions: sessions(context.env),
          capacity: capacity(context.env),
          memory: memory(context.env),
          log: logFor(context.env),
        },
        id: context.req.param("id") ?? "",
      }),
    );

  app.notFound(() => failure(gatewayError("not_found")));
  app.onError((error, context) => {
    logFor(context.env)("error", "request_failed", {
      method: context.req.method,
      path: context.req.path,
      cause: String(error),
      stack: error.stack,
    });
    return failure(gatewayError("internal"));
  });
  return app;
};
