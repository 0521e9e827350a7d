/**
 * One run of a tool that several calls may wait for, each as long as it likes.
 */
import type { ToolOutcome } from "../conversation/events.ts";
import { failed } from "../conversation/tool-failure.ts";

/** Hears short words on how it goes, fit to be spoken. */
export type Progress = (words: string) => void;

export interface Waiting {
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

interface Waiter {
  readonly progress: Progress;
  readonly resolve: (outcome: ToolOutcome) => void;
}

export class SharedRun {
  /** Whether it is called off when nobody waits for it any more. */
  readonly abandon: boolean;
  readonly #controller = new AbortController();
  readonly #waiters = new Set<Waiter>();
  readonly #settled: ((outcome: ToolOutcome) => void)[] = [];
  #outcome: ToolOutcome | null = null;

  /** `work` starts at once, and must not reject. */
  constructor(
    work: (signal: AbortSignal, progress: Progress) => Promise<ToolOutcome>,
    { abandon }: { readonly abandon: boolean },
  ) {
    this.abandon = abandon;
    const progress: Progress = (words) => {
      for (const waiter of this.#waiters) waiter.progress(words);
    };
    work(this.#controller.signal, progress).then((outcome) => this.#end(outcome));
  }

  /** Calls `listener` once, before those who wait are told. */
  onSettled(listener: (outcome: ToolOutcome) => void): void {
    this.#settled.push(listener);
  }

  /** The outcome, or `cancelled` as soon as this one's signal aborts. Never rejects. */
  wait({ signal, progress }: Waiting): Promise<ToolOutcome> {
    if (this.#outcome) return Promise.resolve(this.#outcome);
    return new Promise((resolve) => {
      const waiter: Waiter = {
        progress,
        resolve: (outcome) => {
          signal.removeEventListener("abort", leave);
          resolve(outcome);
        },
      };
      const leave = (): void => {
        this.#waiters.delete(waiter);
        waiter.resolve(failed("cancelled"));
        if (this.#waiters.size === 0 && this.abandon) this.settle(failed("cancelled"));
      };
      this.#waiters.add(waiter);
      signal.addEventListener("abort", leave);
    });
  }

  /** Ends it with that outcome, and calls off the work. What the work comes to is nobody's any more. */
  settle(outcome: ToolOutcome): void {
    this.#end(outcome);
    this.#controller.abort();
  }

  #end(outcome: ToolOutcome): void {
    if (this.#outcome) return;
    this.#outcome = outcome;
    for (const listener of this.#settled) listener(outcome);
    for (const waiter of this.#waiters) waiter.resolve(outcome);
    this.#waiters.clear();
  }
}
