import { defineConfig } from "vitest/config";

/** Everything pure, and the emulator: plain Node. */
export default defineConfig({
  root: new URL("../..", import.meta.url).pathname,
  test: {
    name: "node",
    environment: "node",
    include: ["test/**/*.test.ts"],
    // Half the time of so many small files goes into fresh workers; none of them leaves anything behind.
    isolate: false,
    // Some start a process; a busy machine takes its time for that.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 50_000 } },
    exclude: ["test/**/*.{workerd,e2e,browser}.test.ts"],
  },
});
