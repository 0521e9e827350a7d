/**
 * A clock that stands still until a test turns it. Eight minutes pass in a moment.
 */
import { setImmediate } from "node:timers/promises";
import type { Clock } from "../../../emulator/clock.ts";

export interface DrivenClock extends Clock {
  /** Lets `ms` pass, one timer after the other, each with all that follows from it. */
  advance(ms: number): Promise<void>;
}

export function createDrivenClock(): DrivenClock {
  let now = 0;
  const timers = new Set<{ readonly due: number; readonly task: () => void }>();

  const settle = async (): Promise<void> => {
    for (let round = 0; round < 3; round += 1) await setImmediate();
  };

  return {
    now: () => now,
    after(ms, task) {
      const timer = { due: now + ms, task };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    async advance(ms) {
      const end = now + ms;
      await settle();
      for (;;) {
        const [next] = [...timers].sort((a, b) => a.due - b.due);
        if (next === undefined || next.due > end) break;
        timers.delete(next);
        now = Math.max(now, next.due);
        next.task();
        await settle();
      }
      now = end;
      await settle();
    },
  };
}
