import { defineConfig } from "vitest/config";

/** A whole spoken conversation in a real Chromium, where one is installed; skipped by name where none is. */
export default defineConfig({
  root: new URL("../..", import.meta.url).pathname,
  test: {
    name: "spoken",
    environment: "node",
    include: ["test/e2e/**/*.browser.test.ts"],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 170_000 } },
  },
});
