/**
 * What was measured, side by side: a row for each figure, a column for each subject, and the gateway's share of the
 * others'.
 */
import type { LoadReport } from "../load/order.ts";
import { SUBJECTS, type SubjectName } from "../subjects/subject.ts";
import { type Spread, spreadOf } from "./distribution.ts";
import type { Run } from "./results.ts";

export interface Figure {
  readonly key: string;
  readonly name: string;
  readonly unit: string;
  /** Null where it was not measured. */
  readonly of: (report: LoadReport) => number | null | undefined;
  /** A count of faults, or of what depends on other things: no ratio is told. */
  readonly counts?: boolean;
  /** Subjects that do less for it, so that no ratio to them means anything. */
  readonly unlike?: readonly SubjectName[];
}

const MEGABYTE = 1024 * 1024;
const megabytes = (bytes: number | undefined): number | null =>
  bytes === undefined ? null : bytes / MEGABYTE;

const percent = (share: number | undefined): number | null => (share === undefined ? null : share * 100);

export const FIGURES: readonly Figure[] = [
  { key: "up50", name: "added up, p50", unit: "ms", of: ({ figures }) => figures.up?.p50 },
  { key: "up99", name: "added up, p99", unit: "ms", of: ({ figures }) => figures.up?.p99 },
  { key: "up999", name: "added up, p99.9", unit: "ms", of: ({ figures }) => figures.up?.p999 },
  { key: "down50", name: "added down, p50", unit: "ms", of: ({ figures }) => figures.down?.p50 },
  { key: "down99", name: "added down, p99", unit: "ms", of: ({ figures }) => figures.down?.p99 },
  { key: "down999", name: "added down, p99.9", unit: "ms", of: ({ figures }) => figures.down?.p999 },
  { key: "cold", name: "open → ready, cold, p50", unit: "ms", of: ({ openings }) => openings?.cold?.p50 },
  {
    key: "coldWithSession",
    name: "session asked for → ready, p50",
    unit: "ms",
    of: ({ openings }) => openings?.coldWithSession?.p50,
  },
  {
    key: "prewarmed",
    name: "open → ready, prewarmed, p50",
    unit: "ms",
    of: ({ openings }) => openings?.prewarmed?.p50,
  },
  {
    key: "admission",
    name: "of which the engine's own, cold, p50",
    unit: "ms",
    of: ({ engineAdmission }) => engineAdmission?.p50,
    counts: true,
  },
  {
    ...{ key: "first50", name: "first audio, p50", unit: "ms", unlike: ["floor"] },
    of: ({ figures }) => figures.firstAudio?.p50,
  },
  {
    ...{ key: "first99", name: "first audio, p99", unit: "ms", unlike: ["floor"] },
    of: ({ figures }) => figures.firstAudio?.p99,
  },
  { key: "barge50", name: "barge-in, p50", unit: "ms", of: ({ figures }) => figures.bargeIn?.p50 },
  { key: "barge99", name: "barge-in, p99", unit: "ms", of: ({ figures }) => figures.bargeIn?.p99 },
  { key: "tool50", name: "tool round trip, p50", unit: "ms", of: ({ figures }) => figures.tool?.p50 },
  { key: "tool99", name: "tool round trip, p99", unit: "ms", of: ({ figures }) => figures.tool?.p99 },
  {
    key: "handOver50",
    name: "hand-over: nothing new reaches the model for, p50",
    unit: "ms",
    of: ({ handOvers }) => handOvers?.p50,
  },
  {
    key: "handOverMost",
    name: "the same, the longest",
    unit: "ms",
    of: ({ handOvers }) => handOvers?.max,
  },
  {
    key: "cpu",
    name: "CPU per minute of audio",
    unit: "ms",
    of: ({ processor }) => processor.own?.perMinute,
  },
  {
    key: "memory",
    name: "memory per call, garbage included",
    unit: "MB",
    counts: true,
    of: ({ memory }) => megabytes(memory?.perCall),
  },
  {
    key: "wireUp",
    name: "bytes on the client's wire per byte of audio, up",
    unit: "",
    of: ({ wirePerAudio }) => wirePerAudio?.up,
  },
  {
    key: "wireDown",
    name: "bytes on the client's wire per byte of audio, down",
    unit: "",
    of: ({ wirePerAudio }) => wirePerAudio?.down,
  },
  {
    key: "lost",
    name: "frames lost or doubled",
    unit: "",
    counts: true,
    of: ({ figures: { upFrames, downFrames } }) =>
      upFrames.lost + upFrames.doubled + downFrames.lost + downFrames.doubled,
  },
  {
    key: "late",
    name: "frames later than 100 ms",
    unit: "",
    counts: true,
    of: ({ figures: { upFrames, downFrames } }) => upFrames.late + downFrames.late,
  },
  {
    key: "untold",
    name: "barge-ins that the client was not told of",
    unit: "",
    counts: true,
    of: ({ figures }) => figures.untold,
  },
  {
    key: "stale",
    name: "stale bytes after barge-in, of 3 pieces that come late",
    unit: "",
    counts: true,
    of: ({ figures }) => figures.staleBytes,
  },
  {
    key: "lag",
    name: "sender behind its schedule, p99",
    unit: "ms",
    counts: true,
    of: ({ figures }) => figures.senderLag?.p99,
  },
  {
    key: "waited",
    name: "subject waits for its processor, share of the time",
    unit: "%",
    counts: true,
    of: ({ processor }) => percent(processor.own?.waited),
  },
  {
    key: "harnessRan",
    name: "engine and load generator run, share of the time",
    unit: "%",
    counts: true,
    of: ({ processor }) => percent(processor.harness?.ran),
  },
  {
    key: "harnessWaited",
    name: "they wait for their processor, share of the time",
    unit: "%",
    counts: true,
    of: ({ processor }) => percent(processor.harness?.waited),
  },
];

/** A figure of one subject, over the repetitions of one kind of run. */
export function spreadFor(figure: Figure, runs: readonly Run[]): Spread | null {
  return spreadOf(
    runs.flatMap(({ report }) => {
      const value = figure.of(report);
      return value === null || value === undefined ? [] : [value];
    }),
  );
}

export const shown = (value: number): string =>
  value === 0
    ? "0"
    : Math.abs(value) >= 100
      ? value.toFixed(0)
      : Math.abs(value) >= 10
        ? value.toFixed(1)
        : value.toFixed(2);

const cellOf = (spread: Spread | null): string => {
  if (spread === null) return "–";
  const { median, least, most } = spread;
  return least === most ? shown(median) : `${shown(median)} (${shown(least)} to ${shown(most)})`;
};

/** Rows of cells for runs of one load, frame size and pace; the first row is the head. */
export function rowsOf(runs: readonly Run[]): readonly (readonly string[])[] {
  const subjects = SUBJECTS.filter((name) => runs.some(({ subject }) => subject === name));
  const others = subjects.includes("gateway")
    ? subjects.filter((name) => name === "relay" || name === "floor")
    : [];
  const of = (name: SubjectName): readonly Run[] => runs.filter(({ subject }) => subject === name);
  const head = ["", ...subjects, ...others.map((name) => `gateway / ${name}`)];
  const body = FIGURES.map((figure) => {
    const spreads = new Map(subjects.map((name) => [name, spreadFor(figure, of(name))]));
    const ratios = others.map((name) => {
      const [own, theirs] = [spreads.get("gateway")?.median, spreads.get(name)?.median];
      const isLike = !figure.counts && !figure.unlike?.includes(name);
      return !isLike || own === undefined || !theirs ? "" : (own / theirs).toFixed(2);
    });
    const name = figure.unit === "" ? figure.name : `${figure.name}, ${figure.unit}`;
    return [name, ...subjects.map((each) => cellOf(spreads.get(each) ?? null)), ...ratios];
  });
  return [head, ...body];
}

/** For a terminal. */
export function alignedTable(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<readonly number[]>(
    (most, row) => row.map((cell, column) => Math.max(cell.length, most[column] ?? 0)),
    [],
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

export function markdownTable(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const rule = head.map((_, column) => (column === 0 ? "---" : "---:"));
  return [line(head), line(rule), ...body.map(line)].join("\n");
}

export interface Group {
  readonly load: number;
  readonly frameMs: number;
  readonly pace: string;
  readonly seconds: number;
  readonly runs: readonly Run[];
}

/** Runs that differ in subject and repetition only, in the order in which they were asked for. */
export function groupsOf(runs: readonly Run[]): readonly Group[] {
  const groups = new Map<string, Run[]>();
  for (const run of runs) {
    const key = `${run.load} ${run.frameMs} ${run.pace} ${run.seconds}`;
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups.values()].flatMap((of) => {
    const [first] = of;
    return first
      ? [{ load: first.load, frameMs: first.frameMs, pace: first.pace, seconds: first.seconds, runs: of }]
      : [];
  });
}

const MINUTE_MS = 60_000;
/** Share of the time that a subject's processor is busy; from there on queues grow without end. */
const OVERLOADED = 0.95;

/** Whether more was asked of a subject than its processor can do: what is measured then is how long its queues have grown. */
export const isOverloaded = ({ load, report }: Run): boolean =>
  ((report.processor.own?.perMinute ?? 0) * load) / MINUTE_MS >= OVERLOADED;

export const titleOf = ({ load, frameMs, pace, seconds, runs }: Group): string => {
  const counts = [...Map.groupBy(runs, ({ subject }) => subject).values()].map(({ length }) => length);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const repetitions = least === most ? String(least) : `${least} to ${most}`;
  return `${load} ${load === 1 ? "call" : "calls"}, frames of ${frameMs} ms, answers at ${pace} pace, ${seconds} s × ${repetitions}`;
};
