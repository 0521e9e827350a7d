/**
 * The count that `npm test` ends with: nothing that went wrong may end as "0 failed".
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { summary } from "../../scripts/lib/summary.ts";
import { readReport } from "../../scripts/lib/test-report.ts";

const directory = mkdtempSync(join(tmpdir(), "antiphon-test-"));
afterAll(() => rmSync(directory, { recursive: true }));

const report = (content: unknown): string => {
  const path = join(directory, "report.json");
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
};
const file = (status: string, ...tests: string[]) => ({
  name: "a.test.ts",
  status,
  assertionResults: tests.map((status) => ({ fullName: `a test that ${status}`, status })),
});

describe("a test report", () => {
  it("is counted, with the names of what was skipped", () => {
    const path = report({
      testResults: [file("failed", "passed", "failed", "skipped"), file("passed", "passed", "todo")],
    });
    expect(readReport(path, 1)).toEqual({
      passed: 2,
      failed: 1,
      skipped: 2,
      skippedNames: ["a test that skipped", "a test that todo"],
    });
  });

  it.each([
    ["a file that did not load", { testResults: [file("failed")] }, 1],
    ["an exit code without a failed test", { testResults: [file("passed", "passed")] }, 1],
    ["a report cut short", '{"testResults": [', 1],
    ["a report of another form", { tests: [] }, 0],
  ])("counts %s as a failure", (_, content, code) => {
    expect(readReport(report(content), code).failed).toBe(1);
  });

  it("that was never written counts as a failure", () => {
    expect(readReport(join(directory, "none.json"), 0).failed).toBe(1);
  });
});

describe("the summary", () => {
  const step = { name: "tsc", ok: true, ms: 1, output: "", counts: null };
  const tests = (failed: number) => ({
    ...step,
    name: "tests: node",
    ok: failed === 0,
    counts: { passed: 5, failed, skipped: 1, skippedNames: ["in Chromium"] },
  });

  it("ends with the count of all projects", () => {
    expect(
      summary([step, tests(0), tests(2)])
        .split("\n")
        .at(-1),
    ).toBe("10 passed, 2 failed, 2 skipped");
  });

  it("counts a failed step as a failure and shows what it wrote", () => {
    const text = summary([{ ...step, ok: false, output: "src/a.ts(1,1): error TS2322" }, tests(0)]);
    expect(text).toContain("error TS2322");
    expect(text.split("\n").at(-1)).toBe("5 passed, 1 failed, 1 skipped");
  });

  it("names what was skipped", () => {
    expect(summary([tests(0)])).toContain("  in Chromium");
  });
});
