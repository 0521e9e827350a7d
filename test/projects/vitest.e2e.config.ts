import { defineConfig } from "vitest/config";

/** Whole processes: `npm start`, `npm run talk` and the doctor, as a user runs them. */
export default defineConfig({
  root: new URL("../..", import.meta.url).pathname,
  test: {
    name: "e2e",
    environment: "node",
    include: ["test/**/*.e2e.test.ts"],
    // Two stacks at once are what two cores bear.
    maxWorkers: 2,
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 170_000 } },
  },
});
