/**
 * What chaos is let loose on: the emulator, a proxy before it, and a gateway in workerd that can be killed and started
 * again on what it has stored. All on free ports of this machine, and gone when the run is.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts } from "../scripts/lib/free-ports.ts";
import { waitUntilWell } from "../scripts/lib/health.ts";
import { type ProcessGroup, startGroup } from "../scripts/lib/process-group.ts";
import { BIN, ROOT } from "../scripts/lib/root.ts";
import { wranglerEnvironment } from "../scripts/lib/wrangler-environment.ts";
import { TcpProxy } from "./proxy.ts";
import { SCENARIO } from "./scenario.ts";

/** On a machine busy with much else a first bundle takes a minute. */
const READY_WITHIN_MS = 120_000;
const FIRST_AUDIO_MS = 150;
export const KEY = "a-key-for-the-chaos";

export class Stack {
  readonly emulator: string;
  readonly gateway: string;
  readonly proxy: TcpProxy;
  readonly #emulated: ProcessGroup;
  readonly #directory: string;
  readonly #gatewayPort: number;
  readonly #overhear: ((line: string) => void) | undefined;
  #served: ProcessGroup;
  #stopped = false;

  private constructor(
    directory: string,
    ports: { readonly emulator: number; readonly gateway: number },
    proxy: TcpProxy,
    overhear: ((line: string) => void) | undefined,
  ) {
    this.#overhear = overhear;
    this.#directory = directory;
    this.#gatewayPort = ports.gateway;
    this.emulator = `http://127.0.0.1:${ports.emulator}`;
    this.gateway = `http://127.0.0.1:${ports.gateway}`;
    this.proxy = proxy;
    writeFileSync(join(directory, "settings.env"), settingsFor(proxy.port), { mode: 0o600 });
    this.#emulated = startGroup({
      name: "emulator",
      command: process.execPath,
      args: [
        join(ROOT, "emulator", "main.ts"),
        ...["--port", String(ports.emulator), "--h2-port", "0", "--first-audio-ms", String(FIRST_AUDIO_MS)],
      ],
      cwd: ROOT,
      env: process.env,
    });
    this.#served = this.#serve();
  }

  /** Starts everything. `overhear` is given each line that the gateway writes. */
  static async make(overhear?: (line: string) => void): Promise<Stack> {
    const [emulatorPort = 0, gatewayPort = 0] = await freePorts(2);
    const ports = { emulator: emulatorPort, gateway: gatewayPort };
    const proxy = await TcpProxy.start(ports.emulator);
    return new Stack(mkdtempSync(join(tmpdir(), "antiphon-chaos-")), ports, proxy, overhear);
  }

  /** Throws when a part does not come up, with its last words. */
  async untilReady(): Promise<void> {
    await this.#untilWell(this.#emulated, `${this.emulator}/_emulator/health`);
    await this.#untilWell(this.#served, `${this.gateway}/healthz`);
    await this.order("scenario", SCENARIO);
  }

  /** Something for the emulator's control endpoint. What it cannot do just now (no stream is running) is left undone. */
  async order(what: "scenario" | "faults" | "clock", body: object): Promise<boolean> {
    const init = { method: "POST", body: JSON.stringify(body) };
    return (await fetch(`${this.emulator}/_emulator/${what}`, init)).ok;
  }

  /** All temporary credentials expire at once, long before their time. */
  async expireCredentials(): Promise<void> {
    await fetch(`${this.emulator}/_emulator/credentials`, { method: "DELETE" });
  }

  /** The objects of these sessions are lost with what they have in memory; of `everything`, all others as well. */
  async lose(sessions: readonly string[], everything = false): Promise<void> {
    const body = JSON.stringify({ sessions, everything });
    await fetch(`${this.gateway}/_chaos/lose`, { method: "POST", body }).catch(() => undefined);
  }

  /** Faults that wait for a stream are forgotten, time runs as it does for everybody, and lines are lines. */
  async clear(): Promise<void> {
    this.proxy.clear();
    await fetch(`${this.emulator}/_emulator/faults`, { method: "DELETE" });
    await this.order("clock", { speed: 1 });
  }

  /** Of the gateway's API, as a server of the builder's would call it. */
  api(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.gateway}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${KEY}`, "content-type": "application/json" },
      signal: AbortSignal.timeout(10_000),
    });
  }

  /** Kills workerd and wrangler without a word, and starts them again on the same store. Gives the ms it took. */
  async killAndRestart(): Promise<number> {
    const since = performance.now();
    const { pid } = this.#served;
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
    await this.#served.ended;
    if (this.#stopped) return 0;
    this.#served = this.#serve();
    await this.#untilWell(this.#served, `${this.gateway}/healthz`);
    return performance.now() - since;
  }

  /** The gateway's last lines, for when it is to blame. */
  tail(): readonly string[] {
    return this.#served.tail();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([this.#served.stop(), this.#emulated.stop(), this.proxy.stop()]);
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #serve(): ProcessGroup {
    return startGroup({
      name: "gateway",
      command: join(BIN, "wrangler"),
      args: [
        ...["dev", "-c", join(ROOT, "chaos", "worker", "wrangler.toml")],
        ...["--env-file", join(this.#directory, "settings.env")],
        ...["--ip", "127.0.0.1", "--port", String(this.#gatewayPort), "--inspector-port", "0"],
        ...["--show-interactive-dev-session", "false", "--persist-to", join(this.#directory, "state")],
      ],
      cwd: ROOT,
      env: {
        ...wranglerEnvironment(process.env),
        WRANGLER_REGISTRY_PATH: join(this.#directory, "registry"),
      },
      ...(this.#overhear && { onLine: (_, line) => this.#overhear?.(line) }),
    });
  }

  async #untilWell(group: ProcessGroup, url: string): Promise<void> {
    const health = await waitUntilWell(url, AbortSignal.timeout(READY_WITHIN_MS));
    if (health.type === "well" || this.#stopped) return;
    throw new Error(`The ${group.name} did not come up.\n${group.tail().join("\n")}`);
  }
}

const settingsFor = (proxyPort: number): string =>
  Object.entries({
    AWS_ACCESS_KEY_ID: "AKIDEMULATOR",
    AWS_SECRET_ACCESS_KEY: "emulator-secret-key-not-for-aws",
    BEDROCK_ENDPOINT: `http://127.0.0.1:${proxyPort}`,
    AGENTCORE_ENDPOINT: `http://127.0.0.1:${proxyPort}`,
    STS_ENDPOINT: `http://127.0.0.1:${proxyPort}`,
    AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/chaos",
    API_KEYS: KEY,
    TICKET_SECRET: "a-ticket-secret-for-the-chaos-only",
    ENVIRONMENT: "production",
    MCP_URL: `http://127.0.0.1:${proxyPort}/mcp`,
    A2A_URL: `http://127.0.0.1:${proxyPort}/a2a`,
    A2A_TOKEN: "emulator-bearer-token-not-for-aws",
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
