/**
 * `npm run bench -- recall`: how long a caller's object takes to tell what it remembers when it is full, in workerd, as
 * seen from outside: on the edge the clock stands still while code runs.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { freePorts } from "../scripts/lib/free-ports.ts";
import { waitUntilWell } from "../scripts/lib/health.ts";
import { type ProcessGroup, startGroup } from "../scripts/lib/process-group.ts";
import { BIN, ROOT } from "../scripts/lib/root.ts";
import { wranglerEnvironment } from "../scripts/lib/wrangler-environment.ts";
import { type Row, summaryOf, tableOf } from "./hand-over/statistics.ts";

const WORKER = join(ROOT, "test", "workerd", "recall");
const READY_WITHIN_MS = 60_000;
const SESSIONS = 100;
const TIMES = 100;
const RESTARTS = 30;
const WORDS = "What about the mortgage rates you told me of, and the lost card?";

/** Runs the bench. Gives the process's exit code. */
export async function run(): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), "antiphon-bench-"));
  const [port = 0] = await freePorts(1);
  const worker = await startWorker(directory, port);
  const stop = async (): Promise<void> => {
    await worker.stop();
    rmSync(directory, { recursive: true, force: true });
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.once(signal, () => void stop().then(() => process.exit(1)));
  try {
    const url = `http://127.0.0.1:${port}`;
    const { type } = await waitUntilWell(`${url}/`, AbortSignal.timeout(READY_WITHIN_MS));
    if (type !== "well") throw new Error(`The Worker did not come up.\n${worker.tail().join("\n")}`);
    console.log(await measure(url));
    return 0;
  } finally {
    await stop();
  }
}

/** A copy in a folder of its own: wrangler would start anew when somebody edits a file that the Worker is made of. */
async function startWorker(directory: string, port: number): Promise<ProcessGroup> {
  const place = join(directory, "worker");
  mkdirSync(place);
  const config = readFileSync(join(WORKER, "wrangler.toml"), "utf8");
  writeFileSync(join(place, "wrangler.toml"), config.replace("worker.ts", "worker.js"));
  await build({
    entryPoints: [join(WORKER, "worker.ts")],
    outfile: join(place, "worker.js"),
    bundle: true,
    format: "esm",
    target: "es2024",
    external: ["cloudflare:*", "node:*"],
    logLevel: "error",
  });
  return startGroup({
    name: "worker",
    command: join(BIN, "wrangler"),
    args: [
      ...[
        "dev",
        "-c",
        join(place, "wrangler.toml"),
        "--no-bundle",
        "--ip",
        "127.0.0.1",
        "--port",
        String(port),
      ],
      ...["--inspector-port", "0", "--show-interactive-dev-session", "false"],
      ...["--persist-to", join(directory, "state")],
    ],
    cwd: ROOT,
    env: { ...wranglerEnvironment(process.env), WRANGLER_REGISTRY_PATH: join(directory, "registry") },
  });
}

async function measure(url: string): Promise<string> {
  const get = async (path: string): Promise<string> => {
    const response = await fetch(`${url}${path}`);
    const body = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${body}`);
    return body;
  };
  /** Ms of each of so many requests, one after the other. */
  const timed = async (times: number, path: (index: number) => string, before?: () => Promise<unknown>) => {
    const spans: number[] = [];
    for (let index = 0; index < times; index++) {
      await before?.();
      const since = performance.now();
      await get(path(index));
      spans.push(performance.now() - since);
    }
    return spans;
  };
  const byWords = `/recall?about=${encodeURIComponent(WORDS)}`;
  const lose = (): Promise<string> => get("/lose");

  await timed(TIMES / 2, () => "/");
  const bare = await timed(TIMES, () => "/");
  const keep = await timed(SESSIONS, (index) => `/keep?session=${SESSIONS - index}`);
  const { entries } = JSON.parse(await get("/all")) as { readonly entries: number };
  const rows: readonly (readonly [string, readonly number[]])[] = [
    ["the request alone", bare],
    [`keep, ${SESSIONS} sessions`, keep],
    ["recall, the newest", await timed(TIMES, () => "/recall")],
    ["recall, by words", await timed(TIMES, () => byWords)],
    ["recall, by words, object restarted", await timed(RESTARTS, () => byWords, lose)],
  ];
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? "unknown processor"}`;
  const table = tableOf(rows.map(([name, spans]): Row => ({ name, summary: summaryOf(spans), ratio: null })));
  return `${entries} entries kept of ${SESSIONS} sessions; ${machine}\n\n${table}`;
}
