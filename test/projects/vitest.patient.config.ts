import { defineConfig } from "vitest/config";

/**
 * Whole processes again, but at the pace of speech and of restarts: these wait more than they work and measure
 * nothing, so that they may run beside anything. Chromium is skipped by name where there is none.
 */
export default defineConfig({
  root: new URL("../..", import.meta.url).pathname,
  test: {
    name: "patient",
    environment: "node",
    include: ["test/e2e/**/*.browser.test.ts", "test/{scripts/edits,scripts/talk,doctor/doctor}.e2e.test.ts"],
    fileParallelism: false,
    testTimeout: 90_000,
    hookTimeout: 90_000,
  },
});
