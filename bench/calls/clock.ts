/**
 * The clock of a measurement: the system's monotonic one, which is the same in every process of a machine.
 */

/** Ns since some fixed moment, as a number: exact for the first hundred days after the machine's start. */
export const nanoseconds = (): number => Number(process.hrtime.bigint());

export const NS_PER_MS = 1_000_000;
