import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import type { WorkerdSetUp } from "../set-up/workerd.ts";
import { gatewaySettings } from "./gateway-project.ts";

/** What runs in workerd is tested in workerd, against the real emulator started by the global set-up. */
export default defineConfig({
  root: new URL("../..", import.meta.url).pathname,
  plugins: [
    cloudflareTest(({ inject }) => {
      const { emulatorUrl, bankToolsScript, mortgageScript } = inject<WorkerdSetUp>("workerd");
      return {
        wrangler: { configPath: "./wrangler.toml" },
        miniflare: {
          bindings: {
            ...gatewaySettings(emulatorUrl),
            BEDROCK_ENDPOINT: emulatorUrl,
            // Objects are lost in these tests, and nobody gives back what they held: files must not fill one another's house.
            STREAM_PLACES: "*=500",
          },
          workers: [
            {
              name: "antiphon-bank-tools",
              modules: true,
              script: bankToolsScript,
              compatibilityDate: "2026-11-01",
              durableObjects: {
                BOOKS: { className: "Books", useSQLite: true },
                DOORS: { className: "Door", useSQLite: true },
              },
            },
            {
              name: "antiphon-mortgage",
              modules: true,
              script: mortgageScript,
              compatibilityDate: "2026-11-01",
              durableObjects: { FOLDERS: { className: "Folder", useSQLite: true } },
              serviceBindings: { BANK_TOOLS: "antiphon-bank-tools" },
            },
          ],
        },
      };
    }),
  ],
  test: {
    name: "workerd",
    include: ["test/**/*.workerd.test.ts"],
    // These have projects and Workers of their own.
    exclude: [
      "test/{tools,examples,patterns,remembering}/**",
      "test/model/agentcore-voice/**",
      "test/durable/{capacity,long-call}/**",
    ],
    // One emulator serves all: what one file orders of its next stream must not befall another's.
    fileParallelism: false,
    isolate: false,
    // Conversations take their time, and more on a busy machine.
    testTimeout: 120_000,
    expect: { poll: { timeout: 100_000 } },
    hookTimeout: 120_000,
    globalSetup: ["test/set-up/workerd.ts"],
  },
});
