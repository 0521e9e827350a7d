import { defineConfig } from "vitest/config";

/** Whole processes: `npm start` as a user runs it, and a real Chromium where one is installed. */
export default defineConfig({
  root: new URL("../..", import.meta.url).pathname,
  test: {
    name: "e2e",
    environment: "node",
    include: ["test/**/*.{e2e,browser}.test.ts"],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
