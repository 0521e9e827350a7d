/**
 * Charts of what was measured, as SVG files that stand by themselves.
 */
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import type { Run } from "../calls/results.ts";
import { FIGURES, type Group, isOverloaded, spreadFor } from "../calls/table.ts";
import { SUBJECTS, type SubjectName } from "../subjects/subject.ts";
import { longestOf } from "./summaries.ts";

export interface Chart {
  /** File name without its ending. */
  readonly name: string;
  /** What it shows, for those who cannot see it. */
  readonly title: string;
  readonly svg: string;
}

interface Point {
  readonly x: number;
  readonly y: number;
  readonly least: number;
  readonly most: number;
  readonly subject: SubjectName;
  readonly line: string;
}

/** Told apart by those who see fewer colours, too (Okabe and Ito). */
const COLOURS: Readonly<Record<SubjectName, string>> = {
  gateway: "#0072b2",
  relay: "#d55e00",
  sdk: "#009e73",
  floor: "#999999",
};
const SIZE = { width: 640, height: 400, marginTop: 40, marginLeft: 60, marginBottom: 45 };
const LEGEND_PX = 72;

interface Axes {
  readonly x: string;
  readonly y: string;
  readonly isLogarithmic?: boolean;
}

function draw(
  name: string,
  title: string,
  { x, y, isLogarithmic = false }: Axes,
  points: readonly Point[],
): Chart {
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const shown = SUBJECTS.filter((subject) => points.some((point) => point.subject === subject));
  const z = ({ subject, line }: Point): string => `${subject} ${line}`;
  const isBold = ({ line }: Point): boolean => line !== "p99";
  const dashes = (which: readonly Point[], dash: string) =>
    Plot.line(which, { x: "x", y: "y", z, stroke: "subject", strokeWidth: 2, strokeDasharray: dash });
  const figure = Plot.plot({
    ...SIZE,
    document,
    style: { background: "white", color: "#222222", fontSize: "12px", fontFamily: "sans-serif" },
    x: { label: x, ticks: [...new Set(points.map((point) => point.x))], tickFormat: String },
    y: {
      label: y,
      grid: true,
      zero: !isLogarithmic,
      type: isLogarithmic ? "log" : "linear",
      tickFormat: String,
    },
    color: { domain: shown, range: shown.map((subject) => COLOURS[subject]) },
    marks: [
      dashes(points.filter(isBold), "none"),
      dashes(
        points.filter((point) => !isBold(point)),
        "5 4",
      ),
      Plot.ruleX(points, { x: "x", y1: "least", y2: "most", stroke: "subject", strokeOpacity: 0.5 }),
      Plot.dot(points, { x: "x", y: "y", fill: "subject", r: 3 }),
      ...shown.map((subject, place) =>
        Plot.text([subject], {
          frameAnchor: "top-right",
          dy: -24,
          dx: -LEGEND_PX * (shown.length - 1 - place),
          fill: COLOURS[subject],
          fontWeight: "bold",
        }),
      ),
    ],
  });
  const svg = String(figure.outerHTML).replace(
    "<svg ",
    '<svg xmlns="http://www.w3.org/2000/svg" role="img" ',
  );
  return { name, title, svg: svg.replace(/(<svg [^>]*>)/, `$1<title>${title}</title>`) };
}

/** One figure over the groups, a line for each subject. */
function lineOf(
  key: string,
  line: string,
  groups: readonly Group[],
  x: (group: Group) => number,
): readonly Point[] {
  const figure = FIGURES.find((each) => each.key === key);
  if (figure === undefined) return [];
  return groups
    .toSorted((one, other) => x(one) - x(other))
    .flatMap((group) =>
      SUBJECTS.flatMap((subject) => {
        const spread = spreadFor(
          figure,
          group.runs.filter((run) => run.subject === subject),
        );
        return spread === null
          ? []
          : [{ x: x(group), y: spread.median, least: spread.least, most: spread.most, subject, line }];
      }),
    );
}

/** Of those groups that differ in load, in frame size or in length only; what there is too little of is left out. */
export function chartsOf(groups: readonly Group[]): readonly Chart[] {
  const usualFrame = 20;
  const atUsualFrame = groups.filter(({ frameMs }) => frameMs === usualFrame);
  const byLoad = mostWith(atUsualFrame, ({ seconds, pace }) => `${seconds} ${pace}`);
  const byFrame = mostWith(groups, ({ load, seconds, pace }) => `${load} ${seconds} ${pace}`);
  const load = (group: Group): number => group.load;
  // Beyond that there is no more processor time to use, however much a call would take.
  const borne = byLoad.filter(({ runs }) => !runs.some(isOverloaded));
  const both = (key: string): readonly Point[] => [
    ...lineOf(`${key}50`, "p50", byLoad, load),
    ...lineOf(`${key}99`, "p99", byLoad, load),
  ];
  const times: Axes = { x: "calls at a time", y: "added ms per frame (dashed: p99)", isLogarithmic: true };
  const cpu: Axes = { x: "calls at a time", y: "CPU ms per minute of audio" };
  const longest = longestOf(groups);
  return [
    draw("added-up", "Added time per frame, caller to model", times, both("up")),
    draw("added-down", "Added time per frame, model to caller", times, both("down")),
    draw("cpu", "Processor time for a minute of one caller's audio", cpu, lineOf("cpu", "", borne, load)),
    draw(
      "memory",
      "Memory per call",
      { x: "calls at a time", y: "MB per call" },
      lineOf(
        "memory",
        "",
        byLoad.filter((group) => group.load > 1),
        load,
      ),
    ),
    ...(byFrame.length > 1
      ? [
          draw(
            "frame-size",
            "Processor time by the length of the caller's frames",
            { x: "ms in a frame", y: cpu.y },
            lineOf("cpu", "", byFrame, ({ frameMs }) => frameMs),
          ),
        ]
      : []),
    ...(longest
      ? [
          draw(
            "call-length",
            "Processor time by the age of the call",
            { x: `s into a call of ${longest.seconds} s`, y: cpu.y },
            quartersOf(longest),
          ),
        ]
      : []),
  ].filter(({ svg }) => svg.includes("<circle"));
}

const quartersOf = ({ runs, seconds }: Group): readonly Point[] =>
  SUBJECTS.flatMap((subject) =>
    [0, 1, 2, 3].flatMap((quarter) => {
      const values = runs
        .filter((run: Run) => run.subject === subject)
        .flatMap(({ report }) => report.processor.own?.quarters[quarter] ?? []);
      const sorted = values.toSorted((one, other) => one - other);
      const [y, least, most] = [sorted[sorted.length >> 1], sorted[0], sorted.at(-1)];
      if (y === undefined || least === undefined || most === undefined) return [];
      return [{ x: Math.round(((quarter + 0.5) * seconds) / 4), y, least, most, subject, line: "" }];
    }),
  );

/** The largest lot of groups that agree in `key`. */
function mostWith(groups: readonly Group[], key: (group: Group) => string): readonly Group[] {
  const lots = Map.groupBy(groups, key);
  return [...lots.values()].toSorted((one, other) => other.length - one.length)[0] ?? [];
}
