import { defineConfig } from "vitest/config";

/** A real Chromium where one is installed; skipped by name where none is. */
export default defineConfig({
  root: new URL("../..", import.meta.url).pathname,
  test: {
    name: "browser",
    environment: "node",
    include: ["test/**/*.browser.test.ts"],
    exclude: ["test/e2e/**"],
    // One browser at a time: sound is measured in milliseconds.
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 170_000 } },
  },
});
