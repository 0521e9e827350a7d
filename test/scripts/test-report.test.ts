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
    expect(readReport(path, 1)).toMatchObject({
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

  it("says of a failure where it is, what was wrong, and which line of ours noticed", () => {
    const stack = "    at check (/the/project/node_modules/x.js:1:1)\n    at /the/project/test/a.test.ts:3:7";
    const output = Array.from({ length: 40 }, (_, line) => `line ${line}`).join("\n");
    const test = { fullName: " adds up ", status: "failed" };
    const testResults = [
      {
        name: "/the/project/test/a.test.ts",
        status: "failed",
        assertionResults: [
          { ...test, failureMessages: [`\u001b[31mAssertionError\u001b[39m: expected 9\n${stack}`] },
          { ...test, failureMessages: [`Error: ended:\n${output}\n${stack}`] },
        ],
      },
      {
        name: "/the/project/test/b.test.ts",
        status: "failed",
        message: "no such file",
        assertionResults: [],
      },
    ];
    expect(readReport(report({ testResults }), 1, "/the/project/").failures).toEqual([
      { name: "test/a.test.ts > adds up", error: ["AssertionError: expected 9", "at test/a.test.ts:3:7"] },
      {
        name: "test/a.test.ts > adds up",
        error: ["Error: ended:", "line 0", "…", "line 37", "line 38", "line 39", "at test/a.test.ts:3:7"],
      },
      { name: "test/b.test.ts", error: ["no such file"] },
    ]);
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
    counts: { passed: 5, failed, skipped: 1, skippedNames: ["in Chromium"], failures: [] },
  });
  const failing = (count: number) => ({
    ...tests(count),
    output: "dots\n".repeat(1_000),
    counts: {
      ...tests(count).counts,
      failures: Array.from({ length: count }, (_, index) => ({
        name: `test/a.test.ts > number ${index}`,
        error: ["Error: no", "because"],
      })),
    },
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

  it("names every failure, and what was wrong, in its last sixty lines", () => {
    const tsc = { ...step, ok: false, output: `${"x\n".repeat(100)}src/a.ts(1,1): error TS2322\n` };
    const last = summary([failing(20), tsc, tests(0)])
      .split("\n")
      .slice(-60)
      .join("\n");
    for (let index = 0; index < 20; index++)
      expect(last).toContain(`tests: node: test/a.test.ts > number ${index}\n`);
    expect(last).toContain("      because\n");
    expect(last).toContain("  ✗ tsc\n");
  });

  it("says nothing of failures where there are none", () => {
    expect(summary([step, tests(0)])).not.toContain("Failed");
  });

  it("names what was skipped", () => {
    expect(summary([tests(0)])).toContain("  in Chromium");
  });
});
