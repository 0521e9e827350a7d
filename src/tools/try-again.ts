/**
 * Asks again where the other side is only busy: throttled, in conflict with itself, or not ready.
 */
import type { CallFailure } from "../aws/call-failure.ts";
import { LIMITS } from "../base/limits.ts";
import type { Result } from "../base/result.ts";
import type { Timers } from "./time-limit.ts";

const BUSY: ReadonlySet<string> = new Set(["conflict", "throttled"]);

/** Only what says that nothing was done is asked again; and 503, with which a front end turns away. */
const isBusy = (failure: CallFailure): boolean =>
  failure.type === "refused" && (BUSY.has(failure.kind) || failure.status === 503);

/** `attempt` until it is more than busy, its attempts are used up, or `signal` aborts. */
export async function tryAgain<T>(
  attempt: () => Promise<Result<T, CallFailure>>,
  { signal, timers }: { readonly signal: AbortSignal; readonly timers: Timers },
): Promise<Result<T, CallFailure>> {
  for (let tries = 1; ; tries++) {
    const result = await attempt();
    if (result.ok || !isBusy(result.error) || tries >= LIMITS.subAgentAttempts || signal.aborted)
      return result;
    const said = result.error.type === "refused" ? result.error.retryAfterMs : null;
    await pause(Math.max(said ?? 0, LIMITS.subAgentBackoffMs * 2 ** (tries - 1)), signal, timers);
    if (signal.aborted) return result;
  }
}

function pause(ms: number, signal: AbortSignal, timers: Timers): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stop();
      signal.removeEventListener("abort", done);
      resolve();
    };
    const stop = timers.after(ms, done);
    signal.addEventListener("abort", done);
  });
}
