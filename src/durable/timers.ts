/**
 * Named timers on the object's clock. Setting one again moves it; a fired or cleared one is gone.
 */
import type { AlarmClock } from "../base/clock.ts";
import type { TimerName } from "../conversation/events.ts";

export class Timers {
  readonly #clock: AlarmClock;
  readonly #fire: (timer: TimerName) => void;
  readonly #cancels = new Map<TimerName, () => void>();

  constructor(clock: AlarmClock, fire: (timer: TimerName) => void) {
    this.#clock = clock;
    this.#fire = fire;
  }

  /** `at` in ms since the Unix epoch. */
  set(timer: TimerName, at: number): void {
    this.clear(timer);
    const cancel = this.#clock.after(Math.max(0, at - this.#clock.now()), () => {
      this.#cancels.delete(timer);
      this.#fire(timer);
    });
    this.#cancels.set(timer, cancel);
  }

  clear(timer: TimerName): void {
    this.#cancels.get(timer)?.();
    this.#cancels.delete(timer);
  }

  clearAll(): void {
    for (const cancel of this.#cancels.values()) cancel();
    this.#cancels.clear();
  }
}
