/**
 * `npm start`, as a person runs it: it comes up, says where it is, and leaves nobody behind.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { freePorts } from "../../scripts/lib/free-ports.ts";
import { portIsFree } from "../../scripts/lib/ports.ts";
import { familyOf, npm, processes, type Running } from "./support/running.ts";

const directory = mkdtempSync(join(tmpdir(), "antiphon-test-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

let running: Running | null = null;
afterEach(async () => {
  await running?.stop();
  running = null;
});

interface Started {
  readonly running: Running;
  readonly port: number;
  readonly emulatorPort: number;
}

async function start(settings = "", ...more: string[]): Promise<Started> {
  const [port = 0, emulatorPort = 0, h2Port = 0] = await freePorts(3);
  const file = join(directory, `${port}.vars`);
  writeFileSync(file, settings);
  running = npm(
    ...["start", "--silent", "--", "--port", String(port), "--emulator-port", String(emulatorPort)],
    ...[
      "--emulator-h2-port",
      String(h2Port),
      "--settings",
      file,
      "--state",
      join(directory, String(port)),
      ...more,
    ],
  );
  return { running, port, emulatorPort };
}

const statusOf = async (url: string): Promise<number> => (await fetch(url)).status;

/** Ends it, and expects all of it to be gone with it. */
async function expectToEnd({ running, port, emulatorPort }: Started, end: () => void): Promise<void> {
  const family = familyOf(running.pid);
  expect(family.some(({ args }) => args.includes("workerd serve"))).toBe(true);
  end();
  await running.ended;
  const pids = new Set(family.map(({ pid }) => pid));
  // Whoever was killed at the last is gone when the kernel comes to it.
  await expect.poll(() => processes().filter(({ pid }) => pids.has(pid))).toEqual([]);
  expect(await portIsFree(port)).toBe(true);
  expect(await portIsFree(emulatorPort)).toBe(true);
}

describe("npm start", () => {
  it("brings up everything, says where it is, and ends all of it on Ctrl-C", async () => {
    const started = await start();
    await started.running.says("Ctrl-C");
    const { output } = started.running;
    expect(output).toContain(`http://localhost:${started.port}`);
    expect(output).toContain(`Nova Sonic, at http://localhost:${started.emulatorPort}`);
    expect(output).toContain("bank/tools");
    expect(output).toContain("AWS_ACCESS_KEY_ID");
    expect(await statusOf(`http://localhost:${started.port}/healthz`)).toBe(200);
    expect(await statusOf(`http://localhost:${started.port}/`)).toBe(200);
    expect(await statusOf(`http://localhost:${started.emulatorPort}/_emulator/health`)).toBe(200);
    await expectToEnd(started, () => started.running.ctrlC());
  });

  it("goes to AWS when credentials are given: no emulator, and all of it ends on SIGTERM", async () => {
    const started = await start(
      "AWS_ACCESS_KEY_ID=AKIAEXAMPLE\nAWS_SECRET_ACCESS_KEY=example\nAWS_REGION=eu-north-1\n",
    );
    await started.running.says("Ctrl-C");
    expect(started.running.output).toContain("Nova Sonic on AWS in eu-north-1");
    expect(await portIsFree(started.emulatorPort)).toBe(true);
    await expectToEnd(started, () => started.running.signal("SIGTERM"));
  });

  it("ends all of it, and says why, when a part of it dies", async () => {
    const started = await start();
    await started.running.says("Ctrl-C");
    const emulator = familyOf(started.running.pid).find(({ args }) => args.includes("emulator/main.ts"));
    await expectToEnd(started, () => process.kill(emulator?.pid ?? 0, "SIGKILL"));
    const { code, output } = await started.running.ended;
    expect(code).toBe(1);
    expect(output).toContain("The emulator failed: it ended (signal SIGKILL).");
  });

  it.each([
    ["a line that is no setting", "AWS_ACCESS_KEY_ID AKIA\n", "line 1 is not KEY=VALUE"],
    ["half of a pair of keys", "AWS_ACCESS_KEY_ID=AKIAEXAMPLE\n", "not AWS_SECRET_ACCESS_KEY"],
    ["a ticket secret that is too short", "TICKET_SECRET=short\n", "TICKET_SECRET is too short"],
  ])("names %s in one line and starts nothing", async (_, settings, words) => {
    const { running } = await start(settings);
    const { code, output } = await running.ended;
    expect(code).toBe(1);
    expect(output).toContain(words);
    expect(output.trim().split("\n")).toHaveLength(1);
  });

  it("names a settings file that is not there in one line, and starts nothing", async () => {
    const { running } = await start("", "--settings", join(directory, "staging.vars"));
    const { code, output } = await running.ended;
    expect(code).toBe(1);
    expect(output).toMatch(/^There is no settings file .*staging\.vars: .+\n$/);
  });

  it("tells of a name that is no setting, and starts all the same", async () => {
    const started = await start("AWS_REGON=us-east-1\n");
    await started.running.says("line 1: AWS_REGON is no setting; did you mean AWS_REGION?");
  });

  it("names a port that is taken, and how to choose another", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const taken = typeof address === "object" && address !== null ? address.port : 0;
    const { running } = await start("", "--port", String(taken));
    const { code, output } = await running.ended;
    await new Promise((resolve) => server.close(resolve));
    expect(code).toBe(1);
    expect(output).toContain(`Port ${taken} is taken`);
    expect(output).toContain("npm start -- --port");
    expect(output.trim().split("\n")).toHaveLength(1);
  });

  it("tells the owner of a Node that is too old which one to install", () => {
    const old =
      'data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"18.19.0"}})';
    const { status, stderr } = spawnSync(
      process.execPath,
      ["--import", old, "scripts/bootstrap.js", "start"],
      {
        encoding: "utf8",
      },
    );
    expect(status).toBe(1);
    expect(stderr).toBe("Node 18.19.0 is too old: install Node 20 or newer from https://nodejs.org.\n");
  });
});
