/**
 * workerd by itself: the built Worker on a socket of its own, with no development proxy before it. Objects keep their
 * SQLite where the bench says.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { build } from "esbuild";
import { freePorts } from "../../scripts/lib/free-ports.ts";
import { ROOT } from "../../scripts/lib/root.ts";
import { startPinned } from "./pinned.ts";
import { pidsOf, type Reach, type RunningSubject, type SubjectName, type SubjectOptions } from "./subject.ts";
import { untilListening } from "./until-listening.ts";

/** wrangler.toml's. */
const COMPATIBILITY_DATE = "2026-11-01";

export interface WorkerDescription {
  readonly name: SubjectName;
  /** Source file, from the project's root. */
  readonly entry: string;
  /** Binding and class of each kind of object. */
  readonly objects: Readonly<Record<string, string>>;
  readonly settings: Readonly<Record<string, string>>;
  readonly reachAt: (port: number) => Reach;
}

export async function startWorkerd(
  worker: WorkerDescription,
  { directory, processors, inspect, collected }: SubjectOptions,
): Promise<RunningSubject> {
  const [port = 0, inspectorPort = 0] = await freePorts(2);
  const config = join(directory, "config.capnp");
  mkdirSync(join(directory, "objects"));
  await build({
    entryPoints: [join(ROOT, worker.entry)],
    outfile: join(directory, "worker.js"),
    bundle: true,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*", "node:*"],
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "error",
  });
  writeFileSync(config, configOf(worker, port, collected ? ["--trace-gc"] : []), { mode: 0o600 });
  const group = startPinned({
    name: worker.name,
    processors,
    onLine: collected,
    command: workerdBinary(),
    args: [
      ...["serve", config, "--experimental", `--directory-path=disk=${join(directory, "objects")}`],
      ...(inspect ? [`--inspector-addr=127.0.0.1:${inspectorPort}`] : []),
    ],
  });
  await untilListening(group, port);
  return {
    name: worker.name,
    reach: worker.reachAt(port),
    pids: pidsOf(group),
    inspector: inspect ? `http://127.0.0.1:${inspectorPort}` : null,
    code: join(directory, "worker.js"),
    lastWords: () => group.tail(),
    stop: () => group.stop(),
  };
}

/** The binary itself: what npm puts into `.bin` may be a script that starts it. */
function workerdBinary(): string {
  const { default: path }: { readonly default: string } = createRequire(import.meta.url)("workerd");
  return path;
}

const quoted = (text: string): string => JSON.stringify(text);

const configOf = (
  { objects, settings }: WorkerDescription,
  port: number,
  v8Flags: readonly string[],
): string => `
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "disk", disk = (writable = true)),
    (name = "internet", network = (allow = ["private"])),
  ],
  v8Flags = [${v8Flags.map(quoted).join(", ")}],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);

const main :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = ${quoted(COMPATIBILITY_DATE)},
  bindings = [
${Object.entries(objects)
  .map(
    ([name, className]) => `    (name = ${quoted(name)}, durableObjectNamespace = ${quoted(className)}),\n`,
  )
  .join("")}${Object.entries(settings)
  .map(([name, value]) => `    (name = ${quoted(name)}, text = ${quoted(value)}),\n`)
  .join("")}  ],
  durableObjectNamespaces = [
${Object.values(objects)
  .map((name) => `    (className = ${quoted(name)}, uniqueKey = ${quoted(name)}, enableSql = true),\n`)
  .join("")}  ],
  durableObjectStorage = (localDisk = "disk"),
);
`;
