/**
 * One at a time, in the order in which they came.
 */
export class Turnstile {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `work` once those before it are through. Null when `signal` aborts before its turn. */
  async pass<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T | null> {
    const before = this.#last;
    let leave = (): void => {};
    this.#last = new Promise<void>((resolve) => {
      leave = resolve;
    });
    try {
      await before;
      return signal.aborted ? null : await work();
    } finally {
      leave();
    }
  }
}
