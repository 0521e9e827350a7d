/** Milliseconds since the Unix epoch. Only the shell holds one; everything below is told the time. */
export interface Clock {
  now(): number;
}

/**
 * The wall clock. On Cloudflare it stands still while code runs and moves only at I/O, so a span between two
 * readings without I/O in between is zero there.
 */
export const systemClock: Clock = { now: () => Date.now() };
