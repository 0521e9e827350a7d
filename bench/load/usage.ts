/**
 * What a process has used, as Linux tells it: processor time of all of its threads, and memory.
 * https://man7.org/linux/man-pages/man5/proc.5.html
 */
import { readdirSync, readFileSync } from "node:fs";

/** Ms in one clock tick (USER_HZ is 100 on every Linux that runs Node). */
const TICK_MS = 10;
const NS_PER_MS = 1e6;

/** Processor time of all threads in ms. Null where it cannot be read. */
export function processorMs(pids: readonly number[]): number | null {
  try {
    return pids.reduce((sum, pid) => sum + ofThreads(pid), 0);
  } catch {
    return null;
  }
}

/** To the ns where the kernel tells it; threads that have ended are then in the process's own sum only. */
function ofThreads(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/task`).reduce(
      (sum, thread) =>
        sum + Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]) / NS_PER_MS,
      0,
    );
  } catch {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name, in brackets, may hold anything: what counts follows it.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  }
}

/** Memory in bytes, what is shared counted in part. Null where it cannot be read. */
export function memoryBytes(pids: readonly number[]): number | null {
  try {
    return pids.reduce((sum, pid) => {
      const [, kilobytes = ""] =
        /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8")) ?? [];
      return sum + Number(kilobytes) * 1024;
    }, 0);
  } catch {
    return null;
  }
}
