/**
 * What hand-overs are measured on: the emulator and a gateway in workerd, both on free ports of this machine, and gone
 * when the bench is.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { freePorts } from "../../scripts/lib/free-ports.ts";
import { waitUntilWell } from "../../scripts/lib/health.ts";
import { type ProcessGroup, startGroup } from "../../scripts/lib/process-group.ts";
import { BIN, ROOT } from "../../scripts/lib/root.ts";
import { wranglerEnvironment } from "../../scripts/lib/wrangler-environment.ts";

const READY_WITHIN_MS = 60_000;
const KEY = "a-key-for-the-bench";
const WORKER = join(ROOT, "test", "workerd", "hand-over");

export interface Stack {
  readonly emulator: string;
  readonly gateway: string;
  readonly key: string;
  /** What the parts said last, and whether one has ended: for whoever finds that something is wrong. */
  lastWords(): string;
  stop(): Promise<void>;
}

/** Throws when a part does not come up, with its last words. */
export async function startStack(firstAudioMs: number): Promise<Stack> {
  const [emulatorPort = 0, gatewayPort = 0] = await freePorts(2);
  const directory = mkdtempSync(join(tmpdir(), "antiphon-bench-"));
  const emulator = `http://127.0.0.1:${emulatorPort}`;
  const gateway = `http://127.0.0.1:${gatewayPort}`;
  const settings = join(directory, "settings.env");
  writeFileSync(settings, formatSettings(emulator), { mode: 0o600 });
  // In a folder of its own: wrangler watches all that lies beside it.
  const worker = join(directory, "worker");
  await bundle(worker);
  const over = new Map<string, string>();
  const groups: ProcessGroup[] = [
    startGroup({
      name: "emulator",
      command: process.execPath,
      args: [
        join(ROOT, "emulator", "main.ts"),
        ...["--port", String(emulatorPort), "--h2-port", "0", "--first-audio-ms", String(firstAudioMs)],
      ],
      cwd: ROOT,
      env: process.env,
    }),
    startGroup({
      name: "gateway",
      command: join(BIN, "wrangler"),
      args: [
        ...["dev", "-c", join(worker, "wrangler.toml"), "--no-bundle"],
        ...["--env-file", settings, "--ip", "127.0.0.1", "--port", String(gatewayPort)],
        ...["--inspector-port", "0", "--show-interactive-dev-session", "false"],
        ...["--persist-to", join(directory, "state")],
      ],
      cwd: ROOT,
      env: {
        ...wranglerEnvironment(process.env),
        WRANGLER_REGISTRY_PATH: join(directory, "registry"),
      },
    }),
  ];
  for (const { name, ended } of groups) void ended.then((how) => over.set(name, how));
  const lastWords = (): string =>
    groups
      .map((group) => [`${group.name}: ${over.get(group.name) ?? "runs"}`, ...group.tail()].join("\n  "))
      .join("\n");
  const stop = async (): Promise<void> => {
    await Promise.all(groups.map((group) => group.stop()));
    rmSync(directory, { recursive: true, force: true });
  };
  const patience = AbortSignal.timeout(READY_WITHIN_MS);
  const health = await Promise.all([
    waitUntilWell(`${emulator}/_emulator/health`, patience),
    waitUntilWell(`${gateway}/healthz`, patience),
  ]);
  for (const [place, group] of groups.entries()) {
    if (health[place]?.type === "well") continue;
    const words = group.tail().join("\n");
    await stop();
    throw new Error(`The ${group.name} did not come up.\n${words}`);
  }
  return { emulator, gateway, key: KEY, lastWords, stop };
}

/** A copy, because wrangler would start the gateway anew, calls and all, when somebody edits a file that it is made of. */
async function bundle(directory: string): Promise<void> {
  const config = readFileSync(join(WORKER, "wrangler.toml"), "utf8");
  mkdirSync(directory);
  writeFileSync(join(directory, "wrangler.toml"), config.replace("worker.ts", "worker.js"));
  await build({
    entryPoints: [join(WORKER, "worker.ts")],
    outfile: join(directory, "worker.js"),
    bundle: true,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*", "node:*"],
    logLevel: "error",
  });
}

const formatSettings = (emulator: string): string =>
  Object.entries({
    AWS_ACCESS_KEY_ID: "AKIDEMULATOR",
    AWS_SECRET_ACCESS_KEY: "emulator-secret-key-not-for-aws",
    AWS_REGION: "us-east-1",
    BEDROCK_ENDPOINT: emulator,
    AGENTCORE_ENDPOINT: emulator,
    API_KEYS: KEY,
    TICKET_SECRET: "a-ticket-secret-for-the-bench-only",
    ENVIRONMENT: "production",
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
