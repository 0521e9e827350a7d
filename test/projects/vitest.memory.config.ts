import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import type { WorkerdSetUp } from "../set-up/workerd.ts";

/** Memory of callers: whole calls, one after the other and at once, against an emulator of its own. */
export default defineConfig({
  root: new URL("../..", import.meta.url).pathname,
  plugins: [
    cloudflareTest(({ inject }) => {
      const { emulatorUrl } = inject<WorkerdSetUp>("workerd");
      return {
        wrangler: { configPath: "./test/workerd/memory/wrangler.toml" },
        miniflare: {
          bindings: {
            AWS_ACCESS_KEY_ID: "AKIDEMULATOR",
            AWS_SECRET_ACCESS_KEY: "emulator-secret-key-not-for-aws",
            AWS_REGION: "us-east-1",
            BEDROCK_ENDPOINT: emulatorUrl,
            AGENTCORE_ENDPOINT: emulatorUrl,
            API_KEYS: "a-key-for-the-tests",
            TICKET_SECRET: "a-ticket-secret-for-the-tests-only",
            ENVIRONMENT: "production",
            EMULATOR_URL: emulatorUrl,
          },
        },
      };
    }),
  ],
  test: {
    name: "memory",
    include: ["test/remembering/**/*.workerd.test.ts"],
    // One emulator serves all: what one file orders of its next stream must not befall another's.
    fileParallelism: false,
    isolate: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    globalSetup: ["test/set-up/workerd.ts"],
  },
});
