/**
 * Runs one command to its end and keeps what it wrote.
 */
import { spawn } from "node:child_process";
import { ROOT } from "./root.ts";
import { wranglerEnvironment } from "./wrangler-environment.ts";

export interface Finished {
  /** Exit code; 128 and more after a signal; 127 when it could not be started. */
  readonly code: number;
  /** stdout and stderr, in the order they came. */
  readonly output: string;
  readonly ms: number;
}

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Show the output as it comes instead of keeping it. */
  readonly live?: boolean;
  readonly signal?: AbortSignal;
}

/** Never rejects. The command is looked for in node_modules/.bin first, as bootstrap.js has set the PATH. */
export const runCommand = (
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Finished> =>
  new Promise((resolve) => {
    const started = performance.now();
    let output = "";
    const finish = (code: number): void => resolve({ code, output, ms: performance.now() - started });
    const child = spawn(command, args, {
      cwd: ROOT,
      env: { ...wranglerEnvironment(process.env), ...options.env },
      stdio: options.live ? "inherit" : ["ignore", "pipe", "pipe"],
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8");
      stream?.on("data", (chunk: string) => {
        output += chunk;
      });
    }
    child.once("error", (error) => {
      output += `${command}: ${error.message}\n`;
      finish(127);
    });
    child.once("close", (code) => finish(code ?? 128));
  });
