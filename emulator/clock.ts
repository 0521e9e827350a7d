/**
 * The engine's clock. It can run faster than the world's, so that 8 minutes pass in seconds; tests drive their own.
 */

export interface Clock {
  /** Milliseconds since some fixed moment; never goes back. */
  now(): number;
  /** Runs `task` once, `ms` from now. Returns what calls it off. */
  after(ms: number, task: () => void): () => void;
}

export interface SpeedClock extends Clock {
  readonly speed: number;
  /** From now on time runs `speed` times as fast as the world's; timers already set follow. */
  setSpeed(speed: number): void;
}

interface Timer {
  readonly due: number;
  readonly task: () => void;
  handle: NodeJS.Timeout;
}

export function createClock(initialSpeed = 1): SpeedClock {
  let speed = initialSpeed;
  let anchor = performance.now();
  let elapsed = 0;
  const timers = new Set<Timer>();

  const now = (): number => elapsed + (performance.now() - anchor) * speed;
  const arm = (due: number, run: () => void): NodeJS.Timeout =>
    setTimeout(run, Math.max(0, (due - now()) / speed));

  const runnerOf = (timer: () => Timer) => () => {
    const own = timer();
    timers.delete(own);
    own.task();
  };

  return {
    get speed() {
      return speed;
    },
    now,
    after(ms, task) {
      const due = now() + ms;
      const timer: Timer = {
        due,
        task,
        handle: arm(
          due,
          runnerOf(() => timer),
        ),
      };
      timers.add(timer);
      return () => {
        clearTimeout(timer.handle);
        timers.delete(timer);
      };
    },
    setSpeed(next) {
      elapsed = now();
      anchor = performance.now();
      speed = next;
      for (const timer of timers) {
        clearTimeout(timer.handle);
        timer.handle = arm(
          timer.due,
          runnerOf(() => timer),
        );
      }
    },
  };
}

/** Waits on `clock`, or until `signal` aborts: look at the signal afterwards. Never rejects. */
export function wait(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      callOff();
      signal.removeEventListener("abort", done);
      resolve();
    };
    const callOff = clock.after(ms, done);
    signal.addEventListener("abort", done);
  });
}
