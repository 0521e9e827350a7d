/**
 * Waiting by the emulator's clock, which may run faster than the world's.
 */
import type { Clock } from "../clock.ts";

/** Resolves after `ms` (at once for 0), or as soon as the signal is given. Without `ms` only the signal ends it. */
export function wait(clock: Clock, ms: number | undefined, signal: AbortSignal): Promise<void> {
  if (signal.aborted || ms === 0) return Promise.resolve();
  return new Promise((resolve) => {
    const callOff = ms === undefined ? () => {} : clock.after(ms, () => done());
    const done = (): void => {
      callOff();
      signal.removeEventListener("abort", done);
      resolve();
    };
    signal.addEventListener("abort", done);
  });
}
