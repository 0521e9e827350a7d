/**
 * `npm start`: the whole of Antiphon on this machine. Starts the emulator (unless AWS credentials are given), the
 * gateway and the tool Workers, says where they are, and ends all of them when it ends.
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseConfig, secretsOf } from "../src/base/config.ts";
import { redact } from "../src/base/redact.ts";
import { formatEnvFile } from "./lib/dev-vars.ts";
import { GatewayNews, type News } from "./lib/gateway-news.ts";
import { type Health, waitUntilWell } from "./lib/health.ts";
import { codeNow, nextChange } from "./lib/next-change.ts";
import { portIsFree } from "./lib/ports.ts";
import { type GroupOptions, type ProcessGroup, startGroup } from "./lib/process-group.ts";
import { ROOT, toolWorkers } from "./lib/root.ts";
import { planSettings, type Settings } from "./lib/settings.ts";
import { readSettingsFile } from "./lib/settings-file.ts";
import { emulatorPart, gatewayPart } from "./lib/stack.ts";
import { parseStartOptions, START_HELP, type StartOptions } from "./lib/start-options.ts";
import { say, stopWith } from "./lib/terminal.ts";
import { welcome } from "./lib/welcome.ts";
import { checkWorkerNames } from "./lib/worker-names.ts";

/** All parts must be well within this long, in ms: on a machine busy with much else a first bundle takes a minute. */
const READY_WITHIN_MS = 150_000;

/** Below the one line that says why nothing was started. */
const MORE = "Nothing was started. npm start -- --verbose shows all that wrangler says of it.";

const startedAt = Date.now();
const parsed = parseStartOptions(process.argv.slice(2), process.env);
const options: StartOptions = parsed.ok ? parsed.value : stopWith(parsed.error);
if (options.help) {
  say(START_HELP);
  process.exit(0);
}

const names = checkWorkerNames(ROOT);
if (names.refused !== null) stopWith(names.refused);
for (const warning of names.warnings) say(warning);
const settings = readSettings(options);
await checkPorts(options, settings);

const runDirectory = mkdtempSync(join(tmpdir(), "antiphon-"));
const settingsFile = join(runDirectory, "settings.env");
writeFileSync(settingsFile, formatEnvFile(settings.values), { mode: 0o600 });

const groups: ProcessGroup[] = [];
/** Whether everything was well once: from then on an edit may break the gateway, and another mend it. */
let isUp = false;
let ending: Promise<never> | null = null;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void end(0));
// The leash that bootstrap.js holds: when it is gone, so are we.
process.on("disconnect", () => void end(0));

if (settings.upstream.type === "emulator") {
  const emulator = begin(emulatorPart({ port: options.emulatorPort, h2Port: options.emulatorH2Port }));
  void emulator.ended.then((how) => fail(emulator.name, `it ended (${how})`));
}
beginGateway();

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
  isUp = true;
  say(
    welcome({
      readyMs: Date.now() - startedAt,
      port: options.port,
      emulatorPort: options.emulatorPort,
      upstream: settings.upstream,
      recognises: await emulatorRecognises(options.emulatorPort),
      tools: toolWorkers(ROOT).map(({ name }) => name),
      settingsFile: options.settingsFile.name,
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
  const given = readSettingsFile(settingsFile, ROOT);
  if (!given.ok) return stopWith(given.error);
  for (const warning of given.value.warnings) say(warning);
  const plan = planSettings(given.value.values, {
    file: settingsFile.name,
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

function begin(part: GroupOptions, read?: (line: string) => void): ProcessGroup {
  const group = startGroup({
    ...part,
    onLine: (name, line) => {
      if (options.verbose) say(`${name.padEnd(8)} ${line}`);
      read?.(line);
    },
  });
  groups.push(group);
  return group;
}

/** Runs the gateway; should an edit end it, again after the next one. The emulator stays meanwhile. */
function beginGateway(): void {
  const config = parseConfig(Object.fromEntries(settings.values));
  const secrets = config.ok ? secretsOf(config.value) : [];
  const begunWith = codeNow(ROOT);
  let hasServed = false;
  /** What may have been read before the last fault was told: whoever mends it changes that. */
  let faulty: string | null = null;
  const news = new GatewayNews({
    clean: (text) => redact(text, secrets),
    tell: (told) => {
      if (told.type === "serving") hasServed = true;
      if (told.type === "fault") faulty = hasServed ? codeNow(ROOT) : begunWith;
      tellNews(told);
    },
  });
  const part = gatewayPart({ port: options.port, settingsFile, runDirectory, state: options.state });
  const group = begin(part, (line) => news.line(line));
  void group.ended.then(async (how) => {
    news.end();
    if (ending !== null) return;
    if (!isUp || faulty === null) return fail(group.name, `it ended (${how})`);
    say("The gateway has stopped. It starts again when a file is changed.");
    await nextChange(ROOT, faulty);
    // What it has left behind would hold its port.
    await group.stop();
    groups.splice(groups.indexOf(group), 1);
    if (ending === null) beginGateway();
  });
}

/** With --verbose all of wrangler's own words are there. */
function tellNews(news: News): void {
  if (ending !== null) return;
  // Wrangler would wait for a mend without end; its builder, who is just starting it, starts it again.
  if (news.type === "fault" && !isUp) void endWith(options.verbose ? news.text : `${news.text}\n${MORE}`);
  else if (news.type === "serving" && !isUp) return;
  else if (!options.verbose) say(`${timeOfDay()}  ${news.type === "serving" ? "Reloaded" : news.text}`);
}

function timeOfDay(): string {
  return new Date().toTimeString().slice(0, "HH:MM:SS".length);
}

function notWell(health: Health): string {
  if (health.type === "unwell") return `it answers ${health.status}: ${health.body.slice(0, 500)}`;
  return `it did not answer within ${READY_WITHIN_MS / 1000} s`;
}

/** A part failed: shows its last words, ends everything. */
async function fail(name: string, why: string): Promise<void> {
  if (ending !== null) return;
  const tail = groups.find((group) => group.name === name)?.tail() ?? [];
  await endWith(`${tail.map((line) => `  ${name}: ${line}\n`).join("")}The ${name} failed: ${why}.`);
}

/** Says what was wrong, and ends everything. */
async function endWith(words: string): Promise<void> {
  process.stderr.write(`${words}\n`);
  await end(1);
}

function end(code: number): Promise<never> {
  ending ??= Promise.all(groups.map((group) => group.stop())).then(() => {
    rmSync(runDirectory, { recursive: true, force: true });
    process.exit(code);
  });
  return ending;
}
