/**
 * Asks a sub-agent again that is only busy, as often and as patiently as a caller on the line bears.
 */
import type { CallFailure } from "../aws/call-failure.ts";
import { tryAgain as tryAgainFor } from "../aws/try-again.ts";
import { LIMITS } from "../base/limits.ts";
import type { Result } from "../base/result.ts";
import type { Timers } from "./time-limit.ts";

/** `attempt` until it is more than busy, its attempts are used up, or `signal` aborts. */
export const tryAgain = <T>(
  attempt: () => Promise<Result<T, CallFailure>>,
  { signal, timers }: { readonly signal: AbortSignal; readonly timers: Timers },
): Promise<Result<T, CallFailure>> =>
  tryAgainFor(attempt, {
    signal,
    clock: timers,
    attempts: LIMITS.subAgentAttempts,
    backoffMs: LIMITS.subAgentBackoffMs,
  });
