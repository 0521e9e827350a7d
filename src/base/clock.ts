/** Milliseconds since the Unix epoch. Only the shell holds one; everything below is told the time. */
export interface Clock {
  now(): number;
}

/** A clock that can also ring. */
export interface AlarmClock extends Clock {
  /** Runs something once, `ms` from now; the answer calls it off. */
  after(ms: number, run: () => void): () => void;
}

/**
 * The wall clock. On Cloudflare it stands still while code runs and moves only at I/O, so a span between two
 * readings without I/O in between is zero there.
 */
export const systemClock: AlarmClock = {
  now: () => Date.now(),
  after: (ms, run) => {
    const handle = setTimeout(run, ms);
    return () => clearTimeout(handle);
  },
};
