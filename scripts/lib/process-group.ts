/**
 * Child processes with everything they start. Each runs in a process group of its own, so that ending the group
 * ends grandchildren too (wrangler starts workerd, which would outlive it).
 */
import { type ChildProcess, spawn } from "node:child_process";

/** Lines kept to show when a child fails. */
const TAIL_LINES = 40;
/** A group that was asked to end is killed after this many ms; with it `stop` stays well under two seconds. */
const GRACE_MS = 1_000;
/** What a process wrote last may come after its exit; whoever holds its output open is not waited for longer than so many ms. */
const LAST_WORDS_MS = 500;

export interface GroupOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Called with each line of output, as it comes. */
  readonly onLine?: (name: string, line: string) => void;
}

export interface ProcessGroup {
  readonly name: string;
  readonly pid: number | undefined;
  /** Settles when the process is gone and its last line was told, with how it went. Never rejects. */
  readonly ended: Promise<string>;
  /** The last lines it wrote. */
  tail(): readonly string[];
  /** Ends the whole group; settles as `ended` does. Safe to call twice. */
  stop(): Promise<void>;
}

export const startGroup = (options: GroupOptions): ProcessGroup => {
  const child = spawn(options.command, options.args, {
    cwd: options.cwd,
    env: options.env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  const keep = (line: string): void => {
    lines.push(line);
    if (lines.length > TAIL_LINES) lines.shift();
    options.onLine?.(options.name, line);
  };
  eachLine(child, keep);
  const gone = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
  });
  const ended = gone.then((how) => lastWords(child).then(() => how));
  let stopping: Promise<void> | null = null;
  return {
    name: options.name,
    pid: child.pid,
    ended,
    tail: () => [...lines],
    stop: () => {
      stopping ??= stopGroup(child.pid, gone).then(() => ended.then(() => undefined));
      return stopping;
    },
  };
};

/** Settles when all that was written has been read. */
const lastWords = async (child: ChildProcess): Promise<void> => {
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null && !stream.closed);
  const read = streams.map((stream) => new Promise((resolve) => stream?.once("close", resolve)));
  const late = Promise.withResolvers<void>();
  // After a pause of this process what was written meanwhile is read before anybody gives up.
  const timer = setTimeout(() => setImmediate(late.resolve), LAST_WORDS_MS);
  await Promise.race([Promise.all(read), late.promise]);
  clearTimeout(timer);
};

const stopGroup = async (pid: number | undefined, gone: Promise<string>): Promise<void> => {
  if (pid === undefined) return;
  signalGroup(pid, "SIGTERM");
  const killer = setTimeout(() => signalGroup(pid, "SIGKILL"), GRACE_MS);
  await gone;
  clearTimeout(killer);
  // The leader is gone; whatever it left behind in its group goes now.
  signalGroup(pid, "SIGKILL");
};

const signalGroup = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody is left in the group: that is what was wanted.
  }
};

const eachLine = (child: ChildProcess, onLine: (line: string) => void): void => {
  for (const stream of [child.stdout, child.stderr]) {
    let rest = "";
    stream?.setEncoding("utf8");
    stream?.on("data", (chunk: string) => {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) onLine(line.trimEnd());
    });
    stream?.on("end", () => {
      if (rest !== "") onLine(rest);
    });
  }
};
