/**
 * Callers as the edge knows them: named in the query and never guessed, remembered in an object each and perhaps in
 * stores beside it.
 */
import * as z from "zod";
import { gatewayError } from "../base/errors.ts";
import { explain } from "../base/explain.ts";
import { err, ok, type Result } from "../base/result.ts";
import {
  type CallerMemoryNamespace,
  type CallerMemoryRpc,
  callerObjectName,
} from "../durable/caller-memory-rpc.ts";
import type { CallerKey, CallerStore } from "../memory/caller-store.ts";
import { failure } from "./answers.ts";
import type { Call, Handler } from "./endpoint.ts";
import { readQuery } from "./read-query.ts";
import { identity } from "./session-request.ts";

/** A store that keeps something of callers beside their objects. */
export interface StoreBeside {
  /** As the API names it; several may share a name. */
  readonly name: string;
  /** Null where it keeps nothing of them. */
  readonly of: (who: CallerKey) => CallerStore | null;
}

export interface CallerMemories {
  readonly objects: CallerMemoryNamespace;
  readonly beside: readonly StoreBeside[];
}

/**
 * Whom a request is about. In the query and not in the path: there any text can stand, `..` too, and it is kept out of
 * the platform's logs, as the rest of the query is.
 */
export const callerQuery = z.strictObject({
  caller: identity,
  tenant: identity.optional(),
});

/** One caller's memory, for a handler. */
export interface Remembered {
  readonly who: CallerKey;
  /** A stub may be broken for good once it has thrown: each question gets its own. */
  readonly object: () => CallerMemoryRpc;
  readonly beside: readonly { readonly name: string; readonly store: CallerStore }[];
}

/** Finds out whom a request is about, and answers it with `handle`. */
export const withCaller =
  (handle: (remembered: Remembered, call: Call) => Promise<Response>): Handler =>
  async (call) => {
    const who = whoIsMeant(call);
    if (!who.ok) return who.error;
    const { memory } = call;
    if (memory === null)
      return failure(gatewayError("caller_unknown", "this gateway remembers nobody: MEMORY is not bound"));
    return handle(rememberedOf(memory, who.value), call);
  };

const rememberedOf = ({ objects, beside }: CallerMemories, who: CallerKey): Remembered => ({
  who,
  object: () => objects.getByName(callerObjectName(who)),
  beside: beside.flatMap(({ name, of }) => {
    const store = of(who);
    return store === null ? [] : [{ name, store }];
  }),
});

const whoIsMeant = ({ request }: Call): Result<CallerKey, Response> => {
  const query = readQuery(request);
  if (!query.ok) return err(failure(query.error));
  const parsed = callerQuery.safeParse(query.value);
  if (!parsed.success) return err(failure(gatewayError("bad_request", explain(parsed.error, "query"))));
  const { caller, tenant = null } = parsed.data;
  return ok({ caller, tenant });
};
