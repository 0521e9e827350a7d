/**
 * What npm runs first. Plain JavaScript for Node 20, because a fresh clone has nothing installed yet: it installs
 * what is missing and then runs scripts/<command>.ts with the project's own Node (the `node` dev dependency).
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const OLDEST_NODE = 20;
const COMMANDS = [
  "start",
  "emulator",
  "test",
  "check",
  "talk",
  "bench",
  "chaos",
  "doctor",
  "deploy",
  "types",
  "agent",
];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = join(root, "node_modules", ".bin");
const node = join(bin, process.platform === "win32" ? "node.cmd" : "node");

/** Ends with one line that says what is wrong and how to mend it. */
function stop(line) {
  process.stderr.write(`${line}\n`);
  process.exit(1);
}

/**
 * Every dependency is pinned to an exact version, so what npm says it installed can be compared with what is asked.
 * npm writes its hidden lockfile last: an installation that was broken off does not have a matching one.
 */
export function missingPackages(directory) {
  const wanted = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
  const pins = Object.entries({ ...wanted.dependencies, ...wanted.devDependencies });
  const lockfile = join(directory, "node_modules", ".package-lock.json");
  const installed = existsSync(lockfile) ? JSON.parse(readFileSync(lockfile, "utf8")).packages : {};
  return pins
    .filter(([name, version]) => {
      const found = installed[`node_modules/${name}`];
      return found === undefined || found.version !== version;
    })
    .map(([name]) => name);
}

function install() {
  const missing = missingPackages(root);
  if (missing.length === 0 && existsSync(node)) return;
  process.stderr.write(
    `Installing ${missing.length === 1 ? missing[0] : "what is missing"} with npm install…\n`,
  );
  const npm = spawnSync("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    // Output goes to stderr, so that a command's own output stays clean.
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (npm.error !== undefined)
    stop("npm is not on the PATH: install Node.js with npm from https://nodejs.org.");
  if (npm.status !== 0)
    stop("npm install failed (see above): check the network and the registry, then run this again.");
  const still = missingPackages(root);
  if (still.length > 0)
    stop(`npm install left out ${still.join(", ")}: delete node_modules and run this again.`);
}

function run(command, args) {
  const child = spawn(node, [join(root, "scripts", `${command}.ts`), ...args], {
    cwd: process.cwd(),
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH || ""}` },
    // The channel is a leash: a child that sees it close knows that this process is gone, however it went.
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) =>
    stop(`The project's own Node did not start (${error.message}): delete node_modules and run this again.`),
  );
  child.on("exit", (code, signal) =>
    process.exit(code === null ? 128 + (constants.signals[signal] || 0) : code),
  );
  leaveWithParent(child);
}

/** When npm is killed its shell may swallow the signal: a changed parent then tells that nobody is waiting any more. */
function leaveWithParent(child) {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) child.kill("SIGTERM");
  }, 500).unref();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (Number(process.versions.node.split(".")[0]) < OLDEST_NODE) {
    stop(
      `Node ${process.versions.node} is too old: install Node ${OLDEST_NODE} or newer from https://nodejs.org.`,
    );
  }
  const [command, ...args] = process.argv.slice(2);
  if (!COMMANDS.includes(command))
    stop(`There is no command "${command || ""}": choose from ${COMMANDS.join(", ")}.`);
  install();
  run(command, args);
}
