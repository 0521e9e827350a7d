/**
 * What a vitest JSON report says, reduced to what the summary needs.
 */
import { existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import * as z from "zod";

export interface TestFailure {
  /** The file, below the project's root, and the test's name; a file that did not load has none. */
  readonly name: string;
  /** What was wrong, and the line of ours that noticed: a few lines at most. */
  readonly error: readonly string[];
}

export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly skippedNames: readonly string[];
  readonly failures: readonly TestFailure[];
}

const reportSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().default(""),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          failureMessages: z
            .array(z.string())
            .nullish()
            .transform((messages) => messages ?? []),
        }),
      ),
    }),
  ),
});

type Report = z.infer<typeof reportSchema>;

/**
 * Counts a report's tests, and says of those that failed what was wrong. A run that failed without a failed test (a file that does not load, a stray rejection,
 * a crash before the report) counts as one failure: nothing that went wrong may end as "0 failed".
 */
export const readReport = (path: string, exitCode: number, root = ""): TestCounts => {
  const report = existsSync(path) ? parse(readFileSync(path, "utf8")) : null;
  if (report === null) return { passed: 0, failed: 1, skipped: 0, skippedNames: [], failures: [] };
  const tests = report.testResults.flatMap((file) => file.assertionResults);
  const failures = report.testResults.flatMap((file) => failuresOf(file, root));
  const failed = failures.length;
  const skipped = tests.filter((test) => test.status !== "passed" && test.status !== "failed");
  return {
    passed: tests.filter((test) => test.status === "passed").length,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: skipped.length,
    skippedNames: skipped.map((test) => test.fullName.trim()),
    failures,
  };
};

const failuresOf = (file: Report["testResults"][number], root: string): readonly TestFailure[] => {
  const name = relative(root, file.name);
  const tests = file.assertionResults.filter((test) => test.status === "failed");
  if (tests.length === 0 && file.status === "failed") return [{ name, error: brief(file.message, root) }];
  return tests.map((test) => ({
    name: `${name} > ${test.fullName.trim()}`,
    error: brief(test.failureMessages.join("\n"), root),
  }));
};

/** The beginning of an error tells what was wrong; where it holds a process's output, its end tells why. */
const brief = (text: string, root: string): readonly string[] => {
  const lines = stripVTControlCharacters(text)
    .replaceAll(root === "" ? "file://" : `${root.replace(/\/$/, "")}/`, "")
    .split("\n")
    .filter((line) => line.trim() !== "");
  const said = lines.filter((line) => !/^ {4}at /.test(line));
  const seenAt = lines.find((line) => /^ {4}at .*\btest\//.test(line) && !line.includes("node_modules"));
  const shown = said.length <= 6 ? said : [...said.slice(0, 2), "…", ...said.slice(-3)];
  return [...shown, ...(seenAt === undefined ? [] : [seenAt.trim()])].map((line) => line.slice(0, 300));
};

const parse = (text: string): Report | null => {
  try {
    return reportSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
};
