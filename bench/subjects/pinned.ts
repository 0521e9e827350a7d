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
}

/** `taskset` becomes the command: the process's id is the command's own. */
export const startPinned = ({ name, processors, command, args, env }: PinnedOptions): ProcessGroup =>
  startGroup({
    name,
    command: processors === null ? command : "taskset",
    args: processors === null ? args : ["-c", processors, command, ...args],
    cwd: ROOT,
    env: env ?? process.env,
  });
