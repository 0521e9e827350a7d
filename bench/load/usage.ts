/**
 * What a process has used, as Linux tells it: processor time of all of its threads, what they waited for it, and memory.
 * https://man7.org/linux/man-pages/man5/proc.5.html, https://docs.kernel.org/scheduler/sched-stats.html
 */
import { readdirSync, readFileSync } from "node:fs";

const NS_PER_MS = 1e6;

/** Ms since the process began. */
export interface ProcessorUse {
  readonly ranMs: number;
  /** Ready to run, while somebody else had the processor. */
  readonly waitedMs: number;
}

/** Of all threads of all the processes. Null where it cannot be read. */
export function processorUse(pids: readonly number[]): ProcessorUse | null {
  try {
    const threads = pids.flatMap((pid) =>
      readdirSync(`/proc/${pid}/task`).map((thread) =>
        readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ").map(Number),
      ),
    );
    const sum = (place: number): number =>
      threads.reduce((all, fields) => all + (fields[place] ?? 0), 0) / NS_PER_MS;
    return { ranMs: sum(0), waitedMs: sum(1) };
  } catch {
    return null;
  }
}

/** Memory in bytes, what is shared counted in part. Null where it cannot be read. */
export function memoryBytes(pids: readonly number[]): number | null {
  try {
    return pids.reduce((sum, pid) => {
      const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
      const [, kilobytes = ""] = /^Pss:\s+(\d+) kB$/m.exec(rollup) ?? [];
      return sum + Number(kilobytes) * 1024;
    }, 0);
  } catch {
    return null;
  }
}
