/**
 * What is told of all runs together: how many calls a processor bears, whether a long call costs more, and whether the
 * machine was left alone meanwhile.
 */
import { spreadOf } from "../calls/distribution.ts";
import type { Run } from "../calls/results.ts";
import { isBearable } from "../calls/schedule.ts";
import { type Group, groupsOf, shown } from "../calls/table.ts";
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

/** The longest runs with the usual frames: of those of one length, the load that was run most often. */
export const longestOf = (groups: readonly Group[]): Group | undefined =>
  groups
    .filter(({ frameMs, load }) => frameMs === 20 && load > 1)
    .toSorted((one, other) => other.seconds - one.seconds || other.runs.length - one.runs.length)[0];

/** CPU per minute of audio in the four quarters of the longest runs. */
export function growthRows(runs: readonly Run[]): readonly (readonly string[])[] {
  const { runs: of, load, seconds: longest } = longestOf(groupsOf(runs)) ?? { runs: [], load: 0, seconds: 0 };
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
