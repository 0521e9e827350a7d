/**
 * The outcome of a run as a table for people.
 */
import { tableOf } from "../bench/hand-over/statistics.ts";
import type { makeChaos } from "./run.ts";

export type Report = Omit<Awaited<ReturnType<typeof makeChaos>>, "callers">;

export function tableFor(report: Report): string {
  const width = Math.max(...Object.keys(report.counts).map(({ length }) => length));
  return [
    "",
    `${report.sessions} calls, a storm of ${report.seconds} s, seed ${report.seed}; ${report.streams} streams`,
    `${report.date}, ${report.machine}`,
    `mishaps: ${Object.entries(report.mishaps)
      .map(([type, count]) => `${type} ${count}`)
      .join(", ")}`,
    "",
    ...Object.entries(report.counts).map(
      ([name, count]) => `${name.padEnd(width)}  ${String(count).padStart(7)}`,
    ),
    "",
    tableOf(Object.entries(report.recovered).map(([name, summary]) => ({ name, summary, ratio: null }))),
    "",
    ...(report.broken.length === 0
      ? ["Every promise was kept."]
      : report.broken.map((promise) => `BROKEN  ${promise}`)),
    `Again: ${report.command}`,
  ].join("\n");
}
