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
  /**
   * Turns the clock on by `ms`, from one ring to the next: what follows from one at once, and rings by then, does so in
   * its turn. Settles when all that is done.
   */
  advance(ms: number): Promise<void>;
  /** Something that takes the world's time, as making speech does: whoever turns the clock waits for it. */
  during<T>(work: Promise<T>): Promise<T>;
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
  const working = new Set<Promise<unknown>>();

  const now = (): number => elapsed + (performance.now() - anchor) * speed;
  const arm = (due: number, run: () => void): NodeJS.Timeout =>
    setTimeout(run, Math.max(0, (due - now()) / speed));

  /** What follows from what has happened has set its own timers then. */
  const settled = async (): Promise<void> => {
    do {
      await Promise.allSettled(working);
      await new Promise((resolve) => setImmediate(resolve));
    } while (working.size > 0);
  };

  const inOrder = (): readonly Timer[] => [...timers].sort((a, b) => a.due - b.due);

  /** After a change of pace or place. Those of one moment ring as they are armed: the one that is due first, first. */
  const rearm = (): void => {
    for (const timer of inOrder()) {
      clearTimeout(timer.handle);
      timer.handle = arm(
        timer.due,
        runnerOf(() => timer),
      );
    }
  };

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
      rearm();
    },
    async advance(ms) {
      const end = now() + ms;
      for (;;) {
        await settled();
        const [next] = inOrder();
        if (next === undefined || next.due > end) break;
        elapsed += Math.max(0, next.due - now());
        clearTimeout(next.handle);
        timers.delete(next);
        next.task();
      }
      elapsed += Math.max(0, end - now());
      rearm();
    },
    during(work) {
      const done = work.finally(() => working.delete(done));
      working.add(done);
      return done;
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
