/**
 * A caller's object as a store of memory: its failures are values, and nobody waits for it longer than they want.
 */
import { causeText } from "../base/cause.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { CallerKey, CallerStore, StoreFailure } from "../memory/caller-store.ts";
import { type CallerMemoryNamespace, type CallerMemoryRpc, callerObjectName } from "./caller-memory-rpc.ts";

/** What the platform marks errors with that are over soon: the object is overloaded, was moved or restarted. */
const PASSING = ["overloaded", "retryable", "durableObjectReset"] as const;

/** The memory of one caller. Turns are not kept here; what a session leaves when its caller was erased is refused. */
export const objectStore = (namespace: CallerMemoryNamespace, key: CallerKey): CallerStore => {
  const ask = async <T>(
    signal: AbortSignal,
    question: (object: CallerMemoryRpc) => Promise<T>,
  ): Promise<Result<T, StoreFailure>> => {
    const { promise, resolve } = Promise.withResolvers<Result<T, StoreFailure>>();
    const tooLate = (): void => resolve(err({ type: "timeout", cause: causeText(signal.reason) }));
    if (signal.aborted) tooLate();
    else {
      signal.addEventListener("abort", tooLate, { once: true });
      // A stub that has thrown may be broken for good, so each question gets its own. It may throw at once, too.
      new Promise<T>((answer) => answer(question(namespace.getByName(callerObjectName(key))))).then(
        (value) => resolve(ok(value)),
        (thrown: unknown) => resolve(err(failureOf(thrown))),
      );
    }
    const result = await promise;
    signal.removeEventListener("abort", tooLate);
    return result;
  };

  return {
    recall: (query, signal) => ask(signal, (object) => object.recall(query)),
    keep: async (batch, signal) => {
      // Turns are for stores that read talks by themselves: they need not travel.
      const kept = await ask(signal, (object) => object.keep({ ...batch, turns: [] }));
      if (!kept.ok) return kept;
      return kept.value
        ? ok(null)
        : err({ type: "refused", cause: "The session is not known: its caller was erased." });
    },
    forget: (ids, signal) => ask(signal, (object) => object.forget(ids)),
    erase: async (signal) => {
      const erased = await ask(signal, (object) => object.erase());
      return erased.ok ? ok(null) : erased;
    },
  };
};

const failureOf = (thrown: unknown): StoreFailure => ({
  type: PASSING.some((mark) => isMarked(thrown, mark)) ? "busy" : "unreachable",
  cause: causeText(thrown),
});

const isMarked = (thrown: unknown, mark: (typeof PASSING)[number]): boolean =>
  typeof thrown === "object" && thrown !== null && Reflect.get(thrown, mark) === true;
