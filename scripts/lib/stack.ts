/**
 * The parts that make up a running Antiphon on this machine, as commands: the emulator, and one wrangler with the
 * gateway and the tool Workers. Starting and ending them is `start.ts`'s.
 */
import { join } from "node:path";
import type { GroupOptions } from "./process-group.ts";
import { BIN, ROOT, toolWorkers } from "./root.ts";
import { wranglerEnvironment } from "./wrangler-environment.ts";

export interface EmulatorPart {
  readonly port: number;
  readonly h2Port: number;
}

export const emulatorPart = (options: EmulatorPart): GroupOptions => ({
  name: "emulator",
  command: process.execPath,
  args: [
    join(ROOT, "emulator", "main.ts"),
    ...["--port", String(options.port)],
    ...["--h2-port", String(options.h2Port)],
  ],
  cwd: ROOT,
  env: process.env,
});

export interface GatewayPart {
  readonly port: number;
  /** The gateway's settings, as an env file that only this user can read. */
  readonly settingsFile: string;
  /** A directory that lives as long as this run. */
  readonly runDirectory: string;
  readonly state: string | null;
}

export const gatewayPart = (options: GatewayPart): GroupOptions => ({
  name: "gateway",
  command: join(BIN, "wrangler"),
  args: [
    "dev",
    ...["-c", "wrangler.toml"],
    ...toolWorkers(ROOT).flatMap(({ config }) => ["-c", config]),
    ...["--env-file", options.settingsFile],
    ...["--ip", "127.0.0.1", "--port", String(options.port)],
    // Any free port for the debugger, so that two runs do not meet.
    ...["--inspector-port", "0"],
    ...["--show-interactive-dev-session", "false"],
    ...(options.state === null ? [] : ["--persist-to", options.state]),
  ],
  cwd: ROOT,
  env: {
    ...wranglerEnvironment(process.env),
    // Our Workers find each other inside this one wrangler; others on this machine are none of their business.
    WRANGLER_REGISTRY_PATH: join(options.runDirectory, "registry"),
  },
});
