/**
 * What is told of all runs together: how many calls a processor bears, whether a long call costs more, and whether the
 * machine was left alone meanwhile.
 */
import { spreadOf } from "../calls/distribution.ts";
import type { Run } from "../calls/results.ts";
import { isBearable } from "../calls/schedule.ts";
import { groupsOf, shown } from "../calls/table.ts";
import { SUBJECTS } from "../subjects/subject.ts";

/** Share of the time; from there on it shows in the figures. */
const BUSY = 0.05;

/** A sentence when processors were short, or null. */
export function busyRuns(runs: readonly Run[]): string | null {
  const busy = runs.filter(
    ({ report: { processor } }) =>
      (processor.own?.waited ?? 0) > BUSY || (processor.harness?.waited ?? 0) > BUSY,
  );
  if (busy.length === 0) return null;
  return `In ${busy.length} of ${runs.length} runs a part was ready for more than ${BUSY * 100} % of the time while its processor was with others: threads of its own, what shares the processor with it, or other work of the machine.`;
}

/** The largest load at which most of a subject's repetitions were bearable, with nothing unbearable below it. */
export function capacityRows(runs: readonly Run[]): readonly (readonly string[])[] {
  const rows = SUBJECTS.flatMap((subject) => {
    const usual = runs.filter(({ frameMs, pace }) => frameMs === 20 && pace === "real");
    const loads = groupsOf(usual.filter((run) => run.subject === subject)).toSorted(
      (one, other) => one.load - other.load,
    );
    if (loads.length === 0) return [];
    const fails = loads.findIndex(({ runs: of }) => of.filter(isBearable).length * 2 <= of.length);
    const bears = fails < 0 ? loads.at(-1)?.load : (loads[fails - 1]?.load ?? 0);
    return [
      [subject, `${fails < 0 ? "at least " : ""}${bears}`, fails < 0 ? "–" : String(loads[fails]?.load)],
    ];
  });
  return [
    ["", "calls with p99 at most 20 ms both ways and nothing lost", "first load that was too much"],
    ...rows,
  ];
}

/** CPU per minute of audio in the four quarters of the longest runs: of those of one load, that which was run most often. */
export function growthRows(runs: readonly Run[]): readonly (readonly string[])[] {
  const longest = Math.max(...runs.map(({ seconds }) => seconds));
  const long = runs.filter(({ seconds, frameMs, load }) => seconds === longest && frameMs === 20 && load > 1);
  const of = groupsOf(long).toSorted((one, other) => other.runs.length - one.runs.length)[0]?.runs ?? [];
  const load = of[0]?.load ?? 0;
  const rows = SUBJECTS.flatMap((subject) => {
    const quarters = [0, 1, 2, 3].map((quarter) =>
      spreadOf(
        of
          .filter((run) => run.subject === subject)
          .flatMap(({ report }) => report.processor.own?.quarters[quarter] ?? []),
      ),
    );
    const [first, last] = [quarters[0]?.median, quarters[3]?.median];
    if (first === undefined || last === undefined) return [];
    const cells = quarters.map((spread) => (spread === null ? "–" : shown(spread.median)));
    return [[subject, ...cells, (last / first).toFixed(2)]];
  });
  const quarter = (n: number): string => `quarter ${n} of ${longest} s, ms/min`;
  return [[`CPU per minute of audio, ${load} calls`, ...[1, 2, 3, 4].map(quarter), "last / first"], ...rows];
}
