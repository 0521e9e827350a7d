/**
 * Waiting for somebody else's promise, for so long and no longer. Whoever answers after that is not listened to.
 */

/** The way to be called later; injected, so that tests need not wait. */
export interface Timers {
  /** Calls `run` once after `ms`, never before it returns, and not at all once the returned function was called. */
  after(ms: number, run: () => void): () => void;
}

export const systemTimers: Timers = {
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

export type Waited<T> =
  | { readonly type: "answered"; readonly value: T }
  | { readonly type: "threw"; readonly error: unknown }
  | { readonly type: "timeout" }
  | { readonly type: "aborted" };

/**
 * How `work` went, within `ms` and as long as `signal` is not aborted. Resolves exactly once and never rejects. A
 * value that comes too late is handed to `discard`; a late throw is swallowed.
 */
export function within<T>(
  work: () => T | Promise<T>,
  limit: { readonly ms: number; readonly signal?: AbortSignal; readonly timers: Timers },
  discard: (value: T) => void = () => {},
): Promise<Waited<T>> {
  const { ms, signal, timers } = limit;
  if (signal?.aborted) return Promise.resolve({ type: "aborted" });
  return new Promise((resolve) => {
    let waiting = true;
    const settle = (waited: Waited<T>): void => {
      if (!waiting) return;
      waiting = false;
      stopTimer();
      signal?.removeEventListener("abort", abort);
      resolve(waited);
    };
    const abort = (): void => settle({ type: "aborted" });
    const stopTimer = timers.after(ms, () => settle({ type: "timeout" }));
    signal?.addEventListener("abort", abort);
    // In a function of its own, so that a throw before the first promise counts as a rejection.
    const start = async (): Promise<T> => work();
    start().then(
      (value) => (waiting ? settle({ type: "answered", value }) : discard(value)),
      (error: unknown) => settle({ type: "threw", error }),
    );
  });
}
