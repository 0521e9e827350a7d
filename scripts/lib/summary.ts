/**
 * The words of `npm test`: a line for each step as it ends, and the count at the very end.
 */
import type { StepResult } from "./steps.ts";
import { duration } from "./terminal.ts";

/** One line for a finished step. */
export const stepLine = ({ name, ok, ms, counts }: StepResult): string => {
  const tests =
    counts === null ? "" : `  ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
  return `${ok ? "✓" : "✗"} ${name.padEnd(28)} ${duration(ms).padStart(7)}${tests}`;
};

/** Outputs of what failed, names of what was skipped, and last the count. A failed step without tests counts as one. */
export const summary = (results: readonly StepResult[]): string => {
  const failures = results.filter((result) => !result.ok);
  const skipped = results.flatMap((result) => result.counts?.skippedNames ?? []);
  const total = (of: "passed" | "failed" | "skipped"): number =>
    results.reduce((sum, result) => sum + (result.counts?.[of] ?? 0), 0);
  const failedSteps = failures.filter((result) => (result.counts?.failed ?? 0) === 0).length;
  return [
    ...failures.map((result) => `\n── ${result.name} ──\n${result.output.trimEnd()}`),
    ...(skipped.length === 0 ? [] : ["\nSkipped:", ...skipped.map((name) => `  ${name}`)]),
    `\n${total("passed")} passed, ${total("failed") + failedSteps} failed, ${total("skipped")} skipped`,
  ].join("\n");
};
