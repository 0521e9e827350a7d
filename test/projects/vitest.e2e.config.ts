import { defineConfig } from "vitest/config";

/** Whole processes: `npm start` as a user runs it, measured in ms. */
export default defineConfig({
  root: new URL("../..", import.meta.url).pathname,
  test: {
    name: "e2e",
    environment: "node",
    include: ["test/**/*.e2e.test.ts"],
    // The others are in the project of the patient ones.
    exclude: ["test/{scripts/edits,scripts/talk,doctor/doctor}.e2e.test.ts"],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
