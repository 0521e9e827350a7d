/**
 * What the gateway of the long call and its test have in common: a clock that stands still until it is turned, how many
 * streams are being dialled, and what the tool has counted.
 */
import type { AlarmClock } from "../../../src/base/clock.ts";

interface Timer {
  readonly due: number;
  readonly run: () => void;
}

class TurnedClock implements AlarmClock {
  #now = Date.now();
  #timers: Timer[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { due: this.#now + ms, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** In the object whose timers they are: workerd lets nobody else do its I/O. */
  turn(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#timers.reduce<Timer | null>(
        (first, timer) => (first === null || timer.due < first.due ? timer : first),
        null,
      );
      if (next === null || next.due > end) break;
      this.#timers = this.#timers.filter((other) => other !== next);
      this.#now = Math.max(this.#now, next.due);
      next.run();
    }
    this.#now = end;
  }

  /** The object that was to be rung up is gone. */
  forget(): void {
    this.#timers = [];
  }
}

/** Of the caller's audio: Hz, and ms of one message. Longer ones, and the gateway would fill the pause between them. */
export const CALLER = { rate: 8_000, frameMs: 240 } as const;

export const house = {
  clock: new TurnedClock(),
  /** Streams that are being dialled: how long that takes is the machine's affair, and no time of the call. */
  dialling: 0,
  /** What the tool was asked to count, in order. */
  counted: [] as string[],
};
