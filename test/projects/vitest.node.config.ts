import { defineConfig } from "vitest/config";

/** Everything pure, and the emulator: plain Node. */
export default defineConfig({
  root: new URL("../..", import.meta.url).pathname,
  test: {
    name: "node",
    environment: "node",
    include: ["test/**/*.test.ts"],
    exclude: ["test/**/*.{workerd,e2e,browser}.test.ts"],
  },
});
