import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

/** Tools that misbehave, over real service bindings in workerd. */
export default defineConfig({
  root: new URL("../..", import.meta.url).pathname,
  plugins: [cloudflareTest({ wrangler: { configPath: "./test/workerd/tools/wrangler.toml" } })],
  test: {
    name: "tools",
    include: ["test/tools/**/*.workerd.test.ts"],
    testTimeout: 120_000,
    expect: { poll: { timeout: 100_000 } },
    isolate: false,
  },
});
