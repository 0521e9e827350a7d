/**
 * Runs the project's commands as a person does: `npm …` in a process group of its own, its output read as it comes.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { cpSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = new URL("../../..", import.meta.url).pathname;

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Everything it wrote, stdout and stderr as they came. */
  readonly output: string;
}

export class Running {
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  #output = "";
  #listeners = new Set<() => void>();

  constructor(command: string, args: readonly string[], cwd = ROOT) {
    this.#child = spawn(command, args, {
      cwd,
      // As outside of vitest, which sets what npm and wrangler look at.
      env: withoutTestRunner(process.env),
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding("utf8");
      stream?.on("data", (text: string) => {
        this.#output += text;
        for (const listener of this.#listeners) listener();
      });
    }
    this.ended = new Promise((resolve) =>
      this.#child.once("close", (code, signal) => {
        resolve({ code, signal, output: this.#output });
        for (const listener of this.#listeners) listener();
      }),
    );
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get output(): string {
    return this.#output;
  }

  /** Settles when the output from `from` on holds `text`; rejects with the output when the process ends without. */
  says(text: string, from = 0): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (this.#output.includes(text, from)) resolve();
        else if (this.#child.exitCode !== null || this.#child.signalCode !== null)
          reject(new Error(`ended without "${text}":\n${this.#output}`));
        else return;
        this.#listeners.delete(look);
      };
      this.#listeners.add(look);
      look();
    });
  }

  /** What a terminal does on Ctrl-C: the signal goes to everybody in the group. */
  ctrlC(): void {
    process.kill(-this.pid, "SIGINT");
  }

  /** What a process manager does: the signal goes to the one it started. */
  signal(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }

  /** For the end of a test that may have failed half-way. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.signal("SIGTERM");
    await this.ended;
  }
}

export const npm = (...args: string[]): Running => new Running("npm", args);

/** The same in another directory: a copy of the project that a test may change. */
export const npmIn = (directory: string, ...args: string[]): Running => new Running("npm", args, directory);

/** What a builder has, with the installed packages, in a directory of its own. */
export const copyProject = (directory: string): string => {
  const tracked = ["agents", "console", "emulator", "examples", "scripts", "src"];
  const single = ["package.json", "wrangler.toml", "tsconfig.json", "tsconfig.base.json"];
  for (const name of [...tracked, ...single]) {
    cpSync(join(ROOT, name), join(directory, name), {
      recursive: true,
      filter: (path) => !path.endsWith("/dist"),
    });
  }
  symlinkSync(join(ROOT, "node_modules"), join(directory, "node_modules"));
  return directory;
};

/** A settings file without settings, whatever the builder of this checkout has in `.dev.vars`. */
export const noSettings = (directory: string): string => {
  const file = join(directory, "none.vars");
  writeFileSync(file, "");
  return file;
};

export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly args: string;
}

/** All living processes. A zombie is dead: it waits for a parent that does not look. */
export const processes = (): readonly Process[] =>
  execFileSync("ps", ["-eo", "pid=,ppid=,stat=,args="], { encoding: "utf8" })
    .split("\n")
    .flatMap((line) => {
      const [, pid, parent, state, args] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
      return args === undefined || state?.startsWith("Z")
        ? []
        : [{ pid: Number(pid), parent: Number(parent), args }];
    });

/** `root` and everything that descends from it. */
export const familyOf = (root: number): readonly Process[] => {
  const all = processes();
  const family = all.filter(({ pid }) => pid === root);
  for (const member of family) family.push(...all.filter(({ parent }) => parent === member.pid));
  return family;
};

const withoutTestRunner = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !/^(VITEST|npm_|NODE_ENV$|TEST$)/.test(name)));
