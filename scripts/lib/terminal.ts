/**
 * How the scripts end when something is not as it should be: one line that says what is wrong and how to mend it.
 */

/** Prints the line to stderr and ends with exit code 1. */
export function stopWith(line: string): never {
  process.stderr.write(`${line}\n`);
  process.exit(1);
}

/** One line to stdout. */
export const say = (line = ""): void => {
  process.stdout.write(`${line}\n`);
};

/** Milliseconds as a person reads them: `840 ms`, `6.2 s`. */
export const duration = (ms: number): string =>
  ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
