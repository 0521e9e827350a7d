/**
 * AgentCore Memory's data plane: who may call, which memories there are, how often they may be asked, and each
 * operation. Sources: AgentCore data plane API reference, AgentCore quotas, the AWS SDK.
 */
import { verifyRequest } from "../auth/request-signature.ts";
import type { Clock } from "../clock.ts";
import { LIMITS } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";
import type { Gatekeeper } from "../services/authenticate.ts";
import { type Answer, type Call, type Service, whole } from "../services/service.ts";
import { type DeclaredMemory, findMemory, readMemoryName } from "./declared.ts";
import { createLibrarian } from "./librarian.ts";
import { type Desk, operate } from "./operations.ts";
import { createRates } from "./rates.ts";
import { invalid, type MemoryRefusal, memoryRefusal, missing, refuse } from "./refusals.ts";
import { decoded, type MemoryOperation, type Routed, routed } from "./routes.ts";
import { createShelf, type Shelf } from "./shelf.ts";

export interface MemoryOptions {
  readonly gatekeeper: Gatekeeper;
  readonly clock: Clock;
  /** ms since 1970 */
  readonly wallNow: () => number;
  /** Memories with strategies of their own; every other id has the usual ones. */
  getDeclared(): readonly DeclaredMemory[];
}

export function createMemory({ gatekeeper, clock, wallNow, getDeclared }: MemoryOptions): Service {
  const shelves = new Map<string, Shelf>();
  const rates = createRates(clock);
  const librarian = createLibrarian(clock, wallNow);
  let events = 0;

  const shelfOf = (region: string, memory: DeclaredMemory): Shelf => {
    const place = `${region} ${memory.id}`;
    const known = shelves.get(place) ?? createShelf(memory);
    // Its strategies may have been declared anew; what it holds stays.
    const shelf = known.memory === memory ? known : { ...known, memory };
    shelves.set(place, shelf);
    return shelf;
  };

  const admit = async (call: Call, { operation, encoded }: Routed): Promise<Result<Desk, MemoryRefusal>> => {
    const verified = await verifyRequest(call.request, gatekeeper.verifier, "bedrock-agentcore");
    if (!verified.ok) return verified;
    const { region, accessKeyId } = verified.value;
    const account = `${accessKeyId} ${region}`;
    if (!rates.take(`${account} ${operation}`, RATES[operation] ?? LIMITS.memoryReadsPerSecond))
      return err(memoryRefusal(429));
    const ids = decoded(encoded);
    if (ids === undefined) return err(invalid("The path is not percent-encoded properly."));
    const name = readMemoryName(ids.memoryId);
    if (name === undefined)
      return err(invalid("Value at 'memoryId' failed to satisfy constraint: Member must be an id or an ARN"));
    const memory =
      name.region === undefined || name.region === region ? findMemory(name.id, getDeclared()) : undefined;
    if (memory === undefined) return err(missing(`Memory not found: ${ids.memoryId}`));
    const body = bodyOf(call);
    if (!body.ok) return body;
    return ok({
      shelf: shelfOf(region, memory),
      ids: { ...ids, memoryId: name.id },
      body: body.value,
      now: clock.now(),
      wallNow: wallNow(),
      nextNumber: () => {
        events += 1;
        return events;
      },
      librarian,
      maySay: (actorId, sessionId) =>
        rates.take(
          `${account} ${JSON.stringify([name.id, actorId, sessionId])}`,
          LIMITS.memoryEventsPerSession,
        ),
    });
  };

  const serve = async (call: Call, route: Routed): Promise<Answer> => {
    const desk = await admit(call, route);
    if (!desk.ok) return refuse(desk.error);
    const done = operate(route.operation, desk.value);
    return done.ok ? whole(STATUS[route.operation] ?? 200, done.value) : refuse(done.error);
  };

  return {
    name: "memory",
    route(method, path) {
      const route = routed(method, path);
      return route && { name: route.operation, serve: (call) => serve(call, route) };
    },
    refuse: ({ status, errorType, message }) => refuse(memoryRefusal(status, message, errorType)),
    reset() {
      shelves.clear();
      rates.clear();
      librarian.clear();
    },
  };
}

const STATUS: Partial<Record<MemoryOperation, number>> = { CreateEvent: 201, BatchCreateMemoryRecords: 201 };

const RATES: Partial<Record<MemoryOperation, number>> = {
  CreateEvent: LIMITS.memoryEventsPerSecond,
  BatchCreateMemoryRecords: LIMITS.memoryBatchesPerSecond,
  BatchUpdateMemoryRecords: LIMITS.memoryBatchesPerSecond,
  BatchDeleteMemoryRecords: LIMITS.memoryBatchesPerSecond,
};

function bodyOf({ request }: Call): Result<unknown, MemoryRefusal> {
  if (request.body.byteLength === 0) return ok({});
  try {
    return ok(JSON.parse(request.body.toString("utf8")));
  } catch {
    return err({ status: 400, errorType: "SerializationException", message: "The body is not JSON." });
  }
}
