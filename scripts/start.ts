/**
 * `npm start`: the whole of Antiphon on this machine. Starts the emulator (unless AWS credentials are given), the
 * gateway and the tool Workers, says where they are, and ends all of them when it ends.
 */
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { formatEnvFile, parseDevVars } from "./lib/dev-vars.ts";
import { type Health, waitUntilWell } from "./lib/health.ts";
import { portIsFree } from "./lib/ports.ts";
import { type GroupOptions, type ProcessGroup, startGroup } from "./lib/process-group.ts";
import { ROOT, toolWorkers } from "./lib/root.ts";
import { planSettings, type Settings } from "./lib/settings.ts";
import { emulatorPart, gatewayPart } from "./lib/stack.ts";
import { parseStartOptions, START_HELP, type StartOptions } from "./lib/start-options.ts";
import { say, stopWith } from "./lib/terminal.ts";
import { welcome } from "./lib/welcome.ts";

/** All parts must be well within this long, in ms: a first bundle on a slow machine takes half of it. */
const READY_WITHIN_MS = 60_000;

const startedAt = Date.now();
const parsed = parseStartOptions(process.argv.slice(2), process.env);
const options: StartOptions = parsed.ok ? parsed.value : stopWith(parsed.error);
if (options.help) {
  say(START_HELP);
  process.exit(0);
}

const settings = readSettings(options);
await checkPorts(options, settings);

const runDirectory = mkdtempSync(join(tmpdir(), "antiphon-"));
const settingsFile = join(runDirectory, "settings.env");
writeFileSync(settingsFile, formatEnvFile(settings.values), { mode: 0o600 });

const groups: ProcessGroup[] = [];
let ending: Promise<never> | null = null;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void end(0));
// The leash that bootstrap.js holds: when it is gone, so are we.
process.on("disconnect", () => void end(0));

if (settings.upstream.type === "emulator") {
  begin(emulatorPart({ port: options.emulatorPort, h2Port: options.emulatorH2Port }));
}
begin(gatewayPart({ port: options.port, settingsFile, runDirectory, state: options.state }));

const patience = AbortSignal.timeout(READY_WITHIN_MS);
const addresses = {
  ...(settings.upstream.type === "emulator"
    ? { emulator: `http://127.0.0.1:${options.emulatorPort}/_emulator/health` }
    : {}),
  gateway: `http://127.0.0.1:${options.port}/healthz`,
};
const states = await Promise.all(
  Object.entries(addresses).map(async ([name, url]) => ({
    name,
    health: await waitUntilWell(url, patience),
  })),
);
for (const { name, health } of states) {
  if (ending === null && health.type !== "well") await fail(name, notWell(health));
}
if (ending === null) {
  say(
    welcome({
      readyMs: Date.now() - startedAt,
      port: options.port,
      emulatorPort: options.emulatorPort,
      upstream: settings.upstream,
      recognises: await emulatorRecognises(options.emulatorPort),
      tools: toolWorkers(ROOT).map(({ name }) => name),
      settingsFile: options.settingsFile,
    }),
  );
}

async function emulatorRecognises(port: number): Promise<boolean | null> {
  if (settings.upstream.type !== "emulator") return null;
  const response = await fetch(`http://127.0.0.1:${port}/_emulator/health`);
  const { recognises }: { readonly recognises?: unknown } = JSON.parse(await response.text());
  return typeof recognises === "boolean" ? recognises : null;
}

function readSettings({ settingsFile, emulatorPort }: StartOptions): Settings {
  const path = resolve(ROOT, settingsFile);
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  const given = parseDevVars(text);
  if (!given.ok) return stopWith(`${settingsFile} line ${given.error.line} ${given.error.mend}.`);
  const plan = planSettings(given.value, {
    file: settingsFile,
    emulatorUrl: `http://127.0.0.1:${emulatorPort}`,
    random: () => randomBytes(32).toString("base64url"),
  });
  return plan.ok ? plan.value : stopWith(plan.error);
}

async function checkPorts({ port, emulatorPort, emulatorH2Port }: StartOptions, { upstream }: Settings) {
  const wanted: (readonly [string, string, number])[] = [["gateway", "--port", port]];
  if (upstream.type === "emulator") {
    wanted.push(["emulator", "--emulator-port", emulatorPort]);
    wanted.push(["emulator's HTTP/2 door", "--emulator-h2-port", emulatorH2Port]);
  }
  for (const [who, flag, number] of wanted) {
    if (!(await portIsFree(number))) {
      stopWith(
        `Port ${number} is taken, and the ${who} wants it: end what uses it, or choose another with npm start -- ${flag} ${number + 100}.`,
      );
    }
  }
}

function begin(part: GroupOptions): void {
  const group = startGroup({
    ...part,
    ...(options.verbose ? { onLine: (name: string, line: string) => say(`${name.padEnd(8)} ${line}`) } : {}),
  });
  groups.push(group);
  void group.ended.then((how) => fail(group.name, `it ended (${how})`));
}

function notWell(health: Health): string {
  if (health.type === "unwell") return `it answers ${health.status}: ${health.body.slice(0, 500)}`;
  return `it did not answer within ${READY_WITHIN_MS / 1000} s`;
}

/** A part failed: shows its last words, ends everything. */
async function fail(name: string, why: string): Promise<void> {
  if (ending !== null) return;
  const tail = groups.find((group) => group.name === name)?.tail() ?? [];
  process.stderr.write(`${tail.map((line) => `  ${name}: ${line}\n`).join("")}The ${name} failed: ${why}.\n`);
  await end(1);
}

function end(code: number): Promise<never> {
  ending ??= Promise.all(groups.map((group) => group.stop())).then(() => {
    rmSync(runDirectory, { recursive: true, force: true });
    process.exit(code);
  });
  return ending;
}
