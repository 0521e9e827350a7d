/**
 * The words of `npm test`: a line for each step as it ends, and the count at the very end.
 */
import { stripVTControlCharacters } from "node:util";
import type { StepResult } from "./steps.ts";
import { duration } from "./terminal.ts";

/** One line for a finished step. */
export const stepLine = ({ name, ok, ms, counts }: StepResult): string => {
  const tests =
    counts === null ? "" : `  ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
  return `${ok ? "✓" : "✗"} ${name.padEnd(28)} ${duration(ms).padStart(7)}${tests}`;
};

/** A failed step of which no test is known says this much of its last words. */
const LAST_LINES = 8;
/** So many failures are told with their errors; of more, the names. */
const TOLD_WHOLE = 8;

/**
 * Outputs of what failed, names of what was skipped, every failure once more in few lines for whoever sees only the
 * end of a log, and last the count. A failed step without tests counts as one.
 */
export const summary = (results: readonly StepResult[]): string => {
  const failures = results.filter((result) => !result.ok);
  const skipped = results.flatMap((result) => result.counts?.skippedNames ?? []);
  const total = (of: "passed" | "failed" | "skipped"): number =>
    results.reduce((sum, result) => sum + (result.counts?.[of] ?? 0), 0);
  const failedSteps = failures.filter((result) => (result.counts?.failed ?? 0) === 0).length;
  return [
    ...failures.map((result) => `\n── ${result.name} ──\n${result.output.trimEnd()}`),
    ...(skipped.length === 0 ? [] : ["\nSkipped:", ...skipped.map((name) => `  ${name}`)]),
    ...failed(failures),
    `\n${total("passed")} passed, ${total("failed") + failedSteps} failed, ${total("skipped")} skipped`,
  ].join("\n");
};

const failed = (steps: readonly StepResult[]): readonly string[] => {
  const failures = steps.flatMap((step) => {
    const known = step.counts?.failures ?? [];
    if (known.length > 0) return known.map(({ name, error }) => ({ name: `${step.name}: ${name}`, error }));
    const last = stripVTControlCharacters(step.output)
      .split("\n")
      .filter((line) => line.trim() !== "");
    return [{ name: step.name, error: last.slice(-LAST_LINES).map((line) => line.slice(0, 300)) }];
  });
  if (failures.length === 0) return [];
  return [
    "\nFailed:",
    ...failures.flatMap(({ name, error }, index) => [
      `  ✗ ${name}`,
      ...(index < TOLD_WHOLE ? error.map((line) => `      ${line}`) : []),
    ]),
  ];
};
