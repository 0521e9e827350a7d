/**
 * The two clocks that end a stream: its age, and how long nothing was heard.
 */
import type { Clock } from "../clock.ts";
import { LIMITS } from "../limits.ts";

export interface Lifetime {
  /** Audio or typed text came. */
  heard(): void;
  /** Makes the stream older by that many ms. */
  age(ms: number): void;
  stop(): void;
}

export function createLifetime(clock: Clock, onOld: () => void, onSilent: () => void): Lifetime {
  let endsAt = clock.now() + LIMITS.connectionMs;
  let lastInput = clock.now();
  let stopAge = clock.after(LIMITS.connectionMs, onOld);

  // One timer that looks again, and not one for each of fifty frames a second.
  const look = (): void => {
    const left = lastInput + LIMITS.noInputMs - clock.now();
    if (left <= 0) onSilent();
    else stopLooking = clock.after(left, look);
  };
  let stopLooking = clock.after(LIMITS.noInputMs, look);

  return {
    heard() {
      lastInput = clock.now();
    },
    age(ms) {
      stopAge();
      endsAt -= ms;
      stopAge = clock.after(Math.max(0, endsAt - clock.now()), onOld);
    },
    stop() {
      stopAge();
      stopLooking();
    },
  };
}
