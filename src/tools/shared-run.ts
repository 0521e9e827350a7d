/**
 * One run of a tool that several calls may wait for, each as long as it likes.
 */
import { failed } from "../conversation/tool-failure.ts";
import { answered, ToldOnce, type ToolAnswer } from "./tool-answer.ts";

/** Hears short words on how it goes, fit to be spoken. */
export type Progress = (words: string) => void;

export interface Waiting {
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** Whether it is only to be there when it is asked for: then its word waits for who asks. */
  readonly ahead?: boolean;
}

interface Waiter {
  readonly progress: Progress;
  readonly ahead: boolean;
  readonly resolve: (answer: ToolAnswer) => void;
}

export class SharedRun {
  /** Whether it is called off when nobody waits for it any more. */
  readonly abandon: boolean;
  readonly #controller = new AbortController();
  readonly #waiters = new Set<Waiter>();
  readonly #settled: ((told: ToldOnce) => void)[] = [];
  #told: ToldOnce | null = null;

  /** `work` starts at once, and must not reject. */
  constructor(
    work: (signal: AbortSignal, progress: Progress) => Promise<ToolAnswer>,
    { abandon }: { readonly abandon: boolean },
  ) {
    this.abandon = abandon;
    const progress: Progress = (words) => {
      for (const waiter of this.#waiters) waiter.progress(words);
    };
    work(this.#controller.signal, progress).then((answer) => this.#end(answer));
  }

  /** Calls `listener` once, before those who wait are told. */
  onSettled(listener: (told: ToldOnce) => void): void {
    this.#settled.push(listener);
  }

  /** The outcome, or `cancelled` as soon as this one's signal aborts; its word for one of them. Never rejects. */
  wait({ signal, progress, ahead = false }: Waiting): Promise<ToolAnswer> {
    if (this.#told) return Promise.resolve(tell(this.#told, ahead));
    return new Promise((resolve) => {
      const waiter: Waiter = {
        progress,
        ahead,
        resolve: (answer) => {
          signal.removeEventListener("abort", leave);
          resolve(answer);
        },
      };
      const leave = (): void => {
        this.#waiters.delete(waiter);
        waiter.resolve(answered(failed("cancelled")));
        if (this.#waiters.size === 0 && this.abandon) this.settle(answered(failed("cancelled")));
      };
      this.#waiters.add(waiter);
      signal.addEventListener("abort", leave);
    });
  }

  /** Ends it with that outcome, and calls off the work. What the work comes to is nobody's any more. */
  settle(answer: ToolAnswer): void {
    this.#end(answer);
    this.#controller.abort();
  }

  #end(answer: ToolAnswer): void {
    if (this.#told) return;
    const told = new ToldOnce(answer);
    this.#told = told;
    for (const listener of this.#settled) listener(told);
    for (const waiter of this.#waiters) waiter.resolve(tell(told, waiter.ahead));
    this.#waiters.clear();
  }
}

const tell = (told: ToldOnce, ahead: boolean): ToolAnswer => (ahead ? answered(told.outcome) : told.tell());
