/**
 * Asks again where the other side is only busy: throttled, in conflict with itself, or not ready.
 */
import type { AlarmClock } from "../base/clock.ts";
import type { Result } from "../base/result.ts";
import type { CallFailure } from "./call-failure.ts";

export interface Patience {
  readonly signal: AbortSignal;
  readonly clock: Pick<AlarmClock, "after">;
  /** Times it is asked at most. */
  readonly attempts: number;
  /** Ms of the first pause; it doubles each time, and is longer where the other side says so. */
  readonly backoffMs: number;
}

const BUSY: ReadonlySet<string> = new Set(["conflict", "throttled"]);

/** Only what says that nothing was done is asked again; and 503, with which a front end turns away. */
export const isBusy = (failure: CallFailure): boolean =>
  failure.type === "refused" && (BUSY.has(failure.kind) || failure.status === 503);

/** `attempt` until it is more than busy, its attempts are used up, or the signal aborts. */
export async function tryAgain<T>(
  attempt: () => Promise<Result<T, CallFailure>>,
  { signal, clock, attempts, backoffMs }: Patience,
): Promise<Result<T, CallFailure>> {
  for (let tries = 1; ; tries++) {
    const result = await attempt();
    if (result.ok || !isBusy(result.error) || tries >= attempts || signal.aborted) return result;
    const said = result.error.type === "refused" ? result.error.retryAfterMs : null;
    await pause(Math.max(said ?? 0, backoffMs * 2 ** (tries - 1)), signal, clock);
    if (signal.aborted) return result;
  }
}

/** Waits, or until the signal aborts: look at the signal afterwards. Never rejects. */
export function pause(ms: number, signal: AbortSignal, clock: Pick<AlarmClock, "after">): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      stop();
      signal.removeEventListener("abort", done);
      resolve();
    };
    const stop = clock.after(ms, done);
    signal.addEventListener("abort", done);
  });
}
