/**
 * The control endpoint, `/_emulator/…`: health, traces, faults, the clock and the scenario, for tests and for people.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { SpeedClock } from "../clock.ts";
import { readTarget } from "../doors/reception.ts";
import type { Registry, StreamRecord } from "../engine/registry.ts";
import { LIMITS } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";
import { parseScenario, type Scenario } from "../scenarios/scenario.ts";
import type { CallRecord } from "../services/call-book.ts";
import { search } from "../services/search.ts";
import { serviceFaultRequest } from "../services/service-faults.ts";
import type { Services } from "../services/services.ts";
import { clockRequest, faultRequest, issues, searchQuery, traceQuery } from "./schemas.ts";

export interface ControlHost {
  readonly registry: Registry;
  readonly services: Services;
  /** Undefined when somebody else drives the clock, as tests do. */
  readonly speedClock: SpeedClock | undefined;
  /** Whether what is said aloud is understood without a scenario. */
  readonly recognises: boolean;
  /** The temporary credentials that were given out so far are refused as expired. */
  expireCredentials(): void;
  getScenario(): Scenario | undefined;
  setScenario(scenario: Scenario | undefined): void;
}

interface Reply {
  readonly status: number;
  readonly body: unknown;
}
const reply = (status: number, body: unknown): Reply => ({ status, body });
const wrong = (status: number, message: string): Reply => reply(status, { message });

export const CONTROL_PREFIX = "/_emulator/";

export type Control = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export function createControl(host: ControlHost): Control {
  const { registry, services } = host;

  const streamsBody = () => ({ streams: registry.list().map(describe) });

  const trace = async (
    record: StreamRecord | CallRecord,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<Reply> => {
    const parsed = traceQuery.safeParse(queryOf(request));
    if (!parsed.success) return wrong(400, issues(parsed.error));
    const { from, wait } = parsed.data;
    if (wait > 0) {
      const gone = new AbortController();
      response.once("close", () => gone.abort());
      await record.trace.news(from, AbortSignal.any([gone.signal, AbortSignal.timeout(wait)]));
    }
    const { next, ended } = record.trace;
    const about = "stream" in record ? describe(record) : describeCall(record);
    return reply(200, { ...about, ended, next, entries: record.trace.since(from) });
  };

  const find = (request: IncomingMessage): Reply => {
    const parsed = searchQuery.safeParse(queryOf(request));
    if (!parsed.success) return wrong(400, issues(parsed.error));
    const { text, direction } = parsed.data;
    return reply(200, search(text, direction, registry, services.book));
  };

  const orderForService = (body: unknown): Reply => {
    const parsed = serviceFaultRequest.safeParse(body);
    if (!parsed.success) return wrong(400, issues(parsed.error));
    const { service, times, ...order } = parsed.data;
    return services.desk.order(service, order, times)
      ? reply(200, { waiting: services.desk.waiting, streams: [] })
      : wrong(429, `${LIMITS.faultOrders} orders are waiting already; DELETE clears them`);
  };

  const order = (body: unknown): Reply => {
    if (typeof body === "object" && body !== null && "service" in body) return orderForService(body);
    const parsed = faultRequest.safeParse(body);
    if (!parsed.success) return wrong(400, issues(parsed.error));
    const { stream, ...wanted } = parsed.data;
    if (stream === "next") {
      return registry.order(wanted)
        ? reply(200, { waiting: registry.desk.orders.length, streams: [] })
        : wrong(429, `${LIMITS.faultOrders} orders are waiting already; DELETE clears them`);
    }
    const { region } = wanted;
    const targets = registry
      .running()
      .filter((record) => stream === "running" || record.id === stream)
      .filter((record) => region === undefined || record.region === region);
    if (targets.length === 0)
      return wrong(404, stream === "running" ? "no stream is running" : "no such running stream");
    for (const target of targets) target.stream.suffer(wanted);
    return reply(200, { waiting: registry.desk.orders.length, streams: targets.map((target) => target.id) });
  };

  const turnClock = async (body: unknown): Promise<Reply> => {
    const parsed = clockRequest.safeParse(body);
    if (!parsed.success) return wrong(400, issues(parsed.error));
    const { speed, advanceMs, ageMs } = parsed.data;
    if (speed !== undefined || advanceMs !== undefined) {
      if (host.speedClock === undefined)
        return wrong(409, "the clock of this emulator is driven by its owner");
      if (speed !== undefined) host.speedClock.setSpeed(speed);
      if (advanceMs !== undefined) await host.speedClock.advance(advanceMs);
    }
    for (const record of ageMs === undefined ? [] : registry.running()) record.stream.age(ageMs ?? 0);
    return reply(200, { speed: host.speedClock?.speed ?? 1 });
  };

  const setScenario = (body: unknown): Reply => {
    const parsed = parseScenario(body);
    if (!parsed.ok) return wrong(400, parsed.error);
    host.setScenario(parsed.value);
    return reply(200, { scenario: parsed.value.name });
  };

  const health = (): Reply =>
    reply(200, {
      status: "ok",
      streams: registry.running().length,
      calls: services.book.list().length,
      faultsWaiting: registry.desk.orders.length + services.desk.waiting,
      speed: host.speedClock?.speed ?? 1,
      scenario: host.getScenario()?.name ?? null,
      recognises: host.recognises,
    });

  /** What each method does at a path; undefined where there is no such path. */
  const route = (
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Readonly<Record<string, (body: unknown) => Reply | Promise<Reply>>> | undefined => {
    switch (path) {
      case "health":
        return { GET: health };
      case "streams":
        return {
          GET: () => reply(200, streamsBody()),
          DELETE: () => {
            registry.reset();
            return reply(200, streamsBody());
          },
        };
      case "calls":
        return {
          GET: () => reply(200, { calls: services.book.list().map(describeCall) }),
          DELETE: () => {
            services.reset();
            return reply(200, { calls: [] });
          },
        };
      case "search":
        return { GET: () => find(request) };
      case "faults":
        return {
          POST: order,
          DELETE: () => {
            registry.desk.clear();
            services.desk.clear();
            return reply(200, { waiting: 0, streams: [] });
          },
        };
      case "clock":
        return { POST: turnClock };
      case "credentials":
        return {
          DELETE: () => {
            host.expireCredentials();
            return reply(200, { expired: true });
          },
        };
      case "scenario":
        return {
          POST: setScenario,
          DELETE: () => {
            host.setScenario(undefined);
            return reply(200, { scenario: null });
          },
        };
      default: {
        const [, kind, id = ""] = /^(streams|calls)\/([^/]+)\/trace$/.exec(path) ?? [];
        if (kind === undefined) return undefined;
        const record = kind === "streams" ? registry.find(id) : services.book.find(id);
        const missing = `no such ${kind.slice(0, -1)}`;
        return {
          GET: () => (record === undefined ? wrong(404, missing) : trace(record, request, response)),
        };
      }
    }
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<Reply> => {
    const path = (readTarget(request.url ?? "")?.path ?? "").slice(CONTROL_PREFIX.length);
    const methods = route(path, request, response);
    if (methods === undefined) return wrong(404, "no such path; see docs/emulator.md");
    const method = request.method ?? "GET";
    const run = Object.hasOwn(methods, method) ? methods[method] : undefined;
    if (run === undefined) {
      response.setHeader("allow", Object.keys(methods).join(", "));
      return wrong(405, `${method} is not possible here; ${Object.keys(methods).join(" or ")} is`);
    }
    if (method !== "POST") return run(undefined);
    const body = await readJson(request);
    return body.ok ? run(body.value) : body.error;
  };

  return async (request, response) => {
    const { status, body } = await answer(request, response);
    response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
    response.end(`${JSON.stringify(body)}\n`);
  };
}

function describe(record: StreamRecord) {
  const { id, door, model, region, openedAt, trace } = record;
  return { id, door, model, region, openedAt, running: !trace.ended, entries: trace.next };
}

function describeCall({ id, service, operation, openedAt, trace }: CallRecord) {
  return { id, service, operation, openedAt, running: !trace.ended, entries: trace.next };
}

/** One value for each parameter. A blank may be written as a plus, as forms do. */
function queryOf(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(request.url?.split("?", 2)[1] ?? ""));
}

async function readJson(request: IncomingMessage): Promise<Result<unknown, Reply>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > LIMITS.controlBodyBytes) return err(wrong(413, "the body is larger than 1 MiB"));
    chunks.push(chunk);
  }
  try {
    return ok(JSON.parse(Buffer.concat(chunks).toString("utf8")));
  } catch {
    return err(wrong(400, "the body is not JSON"));
  }
}
