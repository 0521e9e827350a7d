import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

/** What runs in workerd is tested in workerd, against the real emulator started by the global set-up. */
export default defineConfig({
  root: new URL("../..", import.meta.url).pathname,
  plugins: [cloudflareTest({ wrangler: { configPath: "./wrangler.toml" } })],
  test: { name: "workerd", include: ["test/**/*.workerd.test.ts"] },
});
