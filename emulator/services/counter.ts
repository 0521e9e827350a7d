/**
 * The counter at which all calls arrive: finds the service, reads the body, keeps the trace, and applies ordered faults.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../clock.ts";
import { readTarget } from "../doors/reception.ts";
import { headersOf } from "../doors/websocket-door.ts";
import type { Trace } from "../engine/trace.ts";
import { LIMITS } from "../limits.ts";
import type { ExceptionType } from "../seams.ts";
import type { CallBook } from "./call-book.ts";
import { type Outlet, readable, sendAnswer } from "./send-answer.ts";
import type { Answer, Call, Operation, Service } from "./service.ts";
import type { ServiceDesk, ServiceOrder } from "./service-faults.ts";
import { wait } from "./wait.ts";

export interface Counter {
  /** Takes the call if a service has that path; false when nobody has. */
  take(request: IncomingMessage, response: ServerResponse, headers?: Headers): boolean;
  /** Whether a service has that path. */
  owns(method: string, target: string): boolean;
}

/** Names in lower case. */
type Headers = Readonly<Record<string, string>>;

export interface CounterOptions {
  readonly services: readonly Service[];
  readonly book: CallBook;
  readonly desk: ServiceDesk;
  readonly clock: Clock;
}

export function createCounter({ services, book, desk, clock }: CounterOptions): Counter {
  const handle = async (
    service: Service,
    operation: Operation,
    request: IncomingMessage,
    response: ServerResponse,
    headers: Headers,
  ): Promise<void> => {
    const record = book.open(service.name, operation.name);
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    const outlet: Outlet = { response, trace: record.trace, clock, signal: gone.signal };
    try {
      await answer(service, operation, request, headers, outlet, desk.take(service.name));
    } catch (error) {
      // A fault of the emulator's own: told in the trace, and to the client as AWS would.
      record.trace.add({ direction: "note", name: "emulator fault", body: String(error) });
      if (response.headersSent) response.destroy();
      else await sendAnswer(service.refuse({ status: 500 }), outlet, undefined);
    } finally {
      book.close(record);
    }
  };

  const find = (method: string, target: string) => {
    const path = target.split("?", 1)[0] ?? "/";
    for (const service of services) {
      const operation = service.route(method, path);
      if (operation !== undefined) return { service, operation };
    }
    return undefined;
  };

  return {
    take(request, response, headers = headersOf(request)) {
      const found = find(request.method ?? "GET", request.url ?? "/");
      if (found === undefined) return false;
      const { service, operation } = found;
      handle(service, operation, request, response, headers).catch(() => response.destroy());
      return true;
    },
    owns: (method, target) => find(method, target) !== undefined,
  };
}

async function answer(
  service: Service,
  operation: Operation,
  request: IncomingMessage,
  headers: Headers,
  outlet: Outlet,
  order: ServiceOrder | undefined,
): Promise<void> {
  const body = await readBody(request);
  const target = readTarget(request.url ?? "/");
  outlet.trace.add({
    direction: "received",
    name: operation.name,
    body: {
      method: request.method,
      target: request.url,
      headers: withoutSecrets(headers),
      body: body === undefined ? "(too large)" : readable(body, headers["content-type"]),
    },
  });
  if (body === undefined) return sendAnswer(service.refuse({ status: 413 }), outlet, undefined);
  if (target === undefined) return sendAnswer(service.refuse({ status: 400 }), outlet, undefined);
  const instead = order?.when === "now" ? await before(service, order, outlet) : undefined;
  if (instead !== undefined) return sendAnswer(instead, outlet, undefined);
  const call: Call = {
    request: { method: request.method ?? "GET", ...target, headers, body },
    signal: outlet.signal,
    note: (remark) => outlet.trace.add({ direction: "note", name: remark }),
  };
  await sendAnswer(await operation.serve(call), outlet, order?.when === "mid_answer" ? order : undefined);
}

/** A fault at the beginning: what is answered in place of the service, or undefined after a wait. */
async function before(
  service: Service,
  { fault }: ServiceOrder,
  outlet: Outlet,
): Promise<Answer | undefined> {
  noteFault(outlet.trace, fault.type);
  switch (fault.type) {
    case "refuse":
      return service.refuse(fault);
    case "exception":
      return service.refuse({
        status: STATUS_OF[fault.exception],
        errorType: `${fault.exception[0]?.toUpperCase()}${fault.exception.slice(1)}`,
        ...(fault.message === undefined ? {} : { message: fault.message }),
      });
    case "cut":
      return { type: "cut" };
    case "garbage":
      return {
        type: "whole",
        status: 200,
        headers: { "content-type": "application/json" },
        body: '{"half of',
      };
    case "stall":
    case "slow_first_byte":
      await wait(outlet.clock, fault.ms, outlet.signal);
      return undefined;
  }
}

/** Bedrock Runtime API reference: the status of each exception outside of a stream. */
const STATUS_OF: Readonly<Record<ExceptionType, number>> = {
  validationException: 400,
  modelStreamErrorException: 424,
  modelTimeoutException: 408,
  throttlingException: 429,
  internalServerException: 500,
  serviceUnavailableException: 503,
};

const noteFault = (trace: Trace, type: string): void =>
  trace.add({ direction: "note", name: `fault: ${type}` });

/** Undefined when it is larger than any service takes. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    // The rest is read all the same, and forgotten: only then does the client hear why.
    if (size <= LIMITS.serviceBodyBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  return size > LIMITS.serviceBodyBytes ? undefined : Buffer.concat(chunks);
}

/** Credentials are the caller's own way in, not something that leaked: they are told apart by their kind only. */
function withoutSecrets(headers: Readonly<Record<string, string>>): Record<string, string> {
  const kept = { ...headers };
  if (kept.authorization !== undefined) kept.authorization = `${kept.authorization.split(" ", 1)[0]} …`;
  if (kept["x-amz-security-token"] !== undefined) kept["x-amz-security-token"] = "…";
  return kept;
}
