/**
 * A project whose tests run in workerd with a gateway of their own, against an emulator of its own.
 */
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import type { WorkerdSetUp } from "../set-up/workerd.ts";

interface GatewayProject {
  /** Of the project, and of its Worker's folder in `test/workerd`. */
  readonly name: string;
  readonly include: string[];
  readonly exclude?: string[];
  /** Settings of the gateway besides those that every test gateway has. */
  readonly settings: (emulatorUrl: string) => Readonly<Record<string, string>>;
}

/** What every test gateway is set to. */
export const gatewaySettings = (emulatorUrl: string) => ({
  AWS_ACCESS_KEY_ID: "AKIDEMULATOR",
  AWS_SECRET_ACCESS_KEY: "emulator-secret-key-not-for-aws",
  API_KEYS: "a-key-for-the-tests",
  TICKET_SECRET: "a-ticket-secret-for-the-tests-only",
  ENVIRONMENT: "production",
  EMULATOR_URL: emulatorUrl,
});

export const gatewayProject = ({ name, include, exclude, settings }: GatewayProject) =>
  defineConfig({
    root: new URL("../..", import.meta.url).pathname,
    plugins: [
      cloudflareTest(({ inject }) => {
        const { emulatorUrl } = inject<WorkerdSetUp>("workerd");
        return {
          wrangler: { configPath: `./test/workerd/${name}/wrangler.toml` },
          miniflare: { bindings: { ...gatewaySettings(emulatorUrl), ...settings(emulatorUrl) } },
        };
      }),
    ],
    test: {
      name,
      include,
      ...(exclude && { exclude }),
      // One emulator serves all: what one file orders of its next stream must not befall another's.
      fileParallelism: false,
      isolate: false,
      testTimeout: 120_000,
      expect: { poll: { timeout: 100_000 } },
      hookTimeout: 120_000,
      globalSetup: ["test/set-up/workerd.ts"],
    },
  });
