/**
 * Before the tests in workerd: the real emulator on a free port, and the bank's Workers built as wrangler would.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { build } from "esbuild";
import type { TestProject } from "vitest/node";

export interface WorkerdSetUp {
  readonly emulatorUrl: string;
  readonly bankToolsScript: string;
  readonly mortgageScript: string;
}

const ROOT = new URL("../..", import.meta.url).pathname;

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const [emulator, bankToolsScript, mortgageScript] = await Promise.all([
    startEmulator(),
    buildWorker("examples/bank/tools"),
    buildWorker("examples/bank/mortgage"),
  ]);
  const provided: WorkerdSetUp = { emulatorUrl: emulator.url, bankToolsScript, mortgageScript };
  project.provide("workerd", provided);
  return async () => {
    emulator.process.kill();
    await once(emulator.process, "exit");
  };
}

/** In a process of its own: this file is loaded as workerd would load it, which Node's own packages do not survive. */
async function startEmulator(): Promise<{ readonly process: ChildProcess; readonly url: string }> {
  const process = spawn(
    "node",
    ["emulator/main.ts", "--port", "0", "--h2-port", "0", "--first-audio-ms", "50", "--speed", "5"],
    { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] },
  );
  for await (const line of createInterface(process.stdout)) {
    const url = /http:\/\/[\d.]+:\d+(?=\/_emulator)/.exec(line)?.[0];
    if (url !== undefined) return { process, url };
  }
  throw new Error("the emulator ended before it was ready");
}

async function buildWorker(folder: string): Promise<string> {
  const bundle = await build({
    entryPoints: [`${ROOT}${folder}/src/index.ts`],
    bundle: true,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:workers", "node:*"],
    write: false,
  });
  return bundle.outputFiles[0]?.text ?? "";
}

declare module "vitest" {
  interface ProvidedContext {
    workerd: WorkerdSetUp;
  }
}
