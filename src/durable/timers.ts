/**
 * Named timers on the object's clock. Setting one again moves it; a fired or cleared one is gone.
 */
import type { Clock } from "../base/clock.ts";
import type { TimerName } from "../conversation/events.ts";

export class Timers {
  readonly #clock: Clock;
  readonly #fire: (timer: TimerName) => void;
  readonly #handles = new Map<TimerName, ReturnType<typeof setTimeout>>();

  constructor(clock: Clock, fire: (timer: TimerName) => void) {
    this.#clock = clock;
    this.#fire = fire;
  }

  /** `at` in ms since the Unix epoch. */
  set(timer: TimerName, at: number): void {
    this.clear(timer);
    const handle = setTimeout(
      () => {
        this.#handles.delete(timer);
        this.#fire(timer);
      },
      Math.max(0, at - this.#clock.now()),
    );
    this.#handles.set(timer, handle);
  }

  clear(timer: TimerName): void {
    const handle = this.#handles.get(timer);
    if (handle === undefined) return;
    clearTimeout(handle);
    this.#handles.delete(timer);
  }

  clearAll(): void {
    for (const handle of this.#handles.values()) clearTimeout(handle);
    this.#handles.clear();
  }
}
