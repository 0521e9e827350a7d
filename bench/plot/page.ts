/**
 * What a page of results says, in Markdown: where and how it was measured, a table for each load, the charts.
 */
import type { Results } from "../calls/results.ts";
import { type Group, groupsOf, isOverloaded, markdownTable, rowsOf, shown, titleOf } from "../calls/table.ts";
import type { Chart } from "./charts.ts";
import { busyRuns, capacityRows, growthRows } from "./summaries.ts";

export const MARKS = { begin: "<!-- measured: begin -->", end: "<!-- measured: end -->" } as const;

export function measuredPart(results: Results, charts: readonly Chart[]): string {
  const groups = groupsOf(results.runs);
  const busy = busyRuns(results.runs);
  const measured = results.measured.map(({ date, command, versions }) => {
    const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
    return `- ${date}: \`${command}\` (${named.join(", ")})`;
  });
  const heaps = results.heaps.map(({ subject, load, at: [during, later], heap }) => [
    subject,
    String(load),
    shown(heap.before / 1024),
    ...[shown(heap.perCall / 1024), shown(during)],
    ...[shown(heap.laterPerCall / 1024), shown(later)],
  ]);
  const collections = results.collections.flatMap(({ subject, load, collections }) =>
    (["young", "full"] as const).map((kind) => {
      const { perMinute, mean, longest, share } = collections[kind];
      return [subject, String(load), kind, ...[perMinute, mean, longest, share].map(shown)];
    }),
  );
  return [
    `Machine: ${results.machine}. Median of the repetitions, with the least and the most.`,
    measured.join("\n"),
    ...(busy === null ? [] : [busy]),
    ...charts.map(({ name, title }) => `![${title}](plots/${name}.svg)`),
    "### How many calls one processor bears",
    markdownTable(capacityRows(results.runs)),
    ...groups.filter(isRepeated).flatMap((group) => [`### ${titleOf(group)}`, tableOf(group)]),
    ...(groups.every(isRepeated) ? [] : ["### Measured once"]),
    ...groups.filter((group) => !isRepeated(group)).map(folded),
    "### How the cost grows with the length of a call",
    markdownTable(growthRows(results.runs)),
    ...(heaps.length === 0
      ? []
      : [
          "### Live heap, after forced collections",
          markdownTable([
            ["", "calls", "KB without calls", "KB per call", "s into it", "later", "s into it"],
            ...heaps,
          ]),
        ]),
    ...(collections.length === 0
      ? []
      : [
          "### Collections of the heap: how long all calls stand still",
          markdownTable([
            ["", "calls", "of", "a minute", "mean, ms", "longest, ms", "share of the time, %"],
            ...collections,
          ]),
        ]),
  ].join("\n\n");
}

const OVERLOADED =
  "Overloaded: a processor was busy all of the time. These figures tell how long queues had grown, not what a call costs.";

const tableOf = ({ runs }: Group): string =>
  [...(runs.some(isOverloaded) ? [OVERLOADED] : []), markdownTable(rowsOf(runs))].join("\n\n");

/** Some subject was measured more than once: what is told of it has a range. */
const isRepeated = ({ runs }: Group): boolean =>
  new Set(runs.map(({ subject }) => subject)).size < runs.length;

/** A table that is there for whoever asks. */
const folded = (group: Group): string =>
  `<details><summary>${titleOf(group)}</summary>\n\n${tableOf(group)}\n\n</details>`;

const EMPTY_PAGE = `# Performance\n\n${MARKS.begin}\n${MARKS.end}\n`;

/** The page with its measured part replaced. Throws when it has no place for it. */
export function withMeasured(page: string | null, part: string): string {
  const text = page ?? EMPTY_PAGE;
  const [begin, end] = [text.indexOf(MARKS.begin), text.indexOf(MARKS.end)];
  if (begin < 0 || end < begin)
    throw new Error(`The page has no lines "${MARKS.begin}" and "${MARKS.end}" to write between.`);
  return `${text.slice(0, begin + MARKS.begin.length)}\n\n${part}\n\n${text.slice(end)}`;
}
