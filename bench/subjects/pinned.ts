/**
 * A process that runs on the processors it is given, so that what is measured and what measures it do not take time from
 * one another.
 */
import { spawnSync } from "node:child_process";
import { cpus } from "node:os";
import { type ProcessGroup, startGroup } from "../../scripts/lib/process-group.ts";
import { ROOT } from "../../scripts/lib/root.ts";

export interface Processors {
  readonly subject: string | null;
  readonly rest: string | null;
}

/** The first for the subject, the others for what loads it. Null where processes cannot be pinned. */
export function shareProcessors(): Processors {
  const count = cpus().length;
  if (count < 2 || spawnSync("taskset", ["-V"]).status !== 0) return { subject: null, rest: null };
  return { subject: "0", rest: count === 2 ? "1" : `1-${count - 1}` };
}

export interface PinnedOptions {
  readonly name: string;
  readonly processors: string | null;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Hears each line that it prints, at once. */
  readonly onLine?: ((line: string) => void) | null;
}

/** `taskset` and `stdbuf` become the command: the process's id is the command's own. */
export function startPinned({ name, processors, command, args, env, onLine }: PinnedOptions): ProcessGroup {
  const [first = command, ...rest] = [
    ...(processors === null ? [] : ["taskset", "-c", processors]),
    // Else lines come when there are enough of them to fill a pipe.
    ...(onLine ? ["stdbuf", "-oL"] : []),
    ...[command, ...args],
  ];
  return startGroup({
    name,
    command: first,
    args: rest,
    cwd: ROOT,
    env: env ?? process.env,
    ...(onLine && { onLine: (_name, line) => onLine(line) }),
  });
}
