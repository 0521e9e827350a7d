/**
 * What a vitest JSON report says, reduced to what the summary needs.
 */
import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";

export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly skippedNames: readonly string[];
}

const reportSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});

/**
 * Counts a report's tests. A run that failed without a failed test (a file that does not load, a stray rejection,
 * a crash before the report) counts as one failure: nothing that went wrong may end as "0 failed".
 */
export const readReport = (path: string, exitCode: number): TestCounts => {
  const report = existsSync(path) ? parse(readFileSync(path, "utf8")) : null;
  if (report === null) return { passed: 0, failed: 1, skipped: 0, skippedNames: [] };
  const tests = report.testResults.flatMap((file) => file.assertionResults);
  const unloaded = report.testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
  ).length;
  const failed = tests.filter((test) => test.status === "failed").length + unloaded;
  const skipped = tests.filter((test) => test.status !== "passed" && test.status !== "failed");
  return {
    passed: tests.filter((test) => test.status === "passed").length,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: skipped.length,
    skippedNames: skipped.map((test) => test.fullName.trim()),
  };
};

const parse = (text: string): z.infer<typeof reportSchema> | null => {
  try {
    return reportSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
};
