import { describe, expect, it } from "vitest";
import type { Results, Run } from "../../../bench/calls/results.ts";
import { alignedTable, groupsOf, markdownTable, rowsOf } from "../../../bench/calls/table.ts";
import type { LoadReport } from "../../../bench/load/order.ts";
import { chartsOf } from "../../../bench/plot/charts.ts";
import { measuredPart, withMeasured } from "../../../bench/plot/page.ts";
import { busyRuns, capacityRows, growthRows } from "../../../bench/plot/summaries.ts";
import type { SubjectName } from "../../../bench/subjects/subject.ts";

const FRAMES = { sent: 100, lost: 0, doubled: 0, late: 0 };
const of = (ms: number) => ({ count: 100, p50: ms, p90: ms, p99: ms * 10, p999: ms * 10, max: ms * 10 });

const report = (ms: number, waited = 0): LoadReport => ({
  figures: {
    ...{
      up: of(ms),
      down: of(ms),
      upFrames: FRAMES,
      downFrames: FRAMES,
      firstAudio: of(ms),
      bargeIn: of(ms),
    },
    ...{ staleBytes: 0, untold: 0, tool: of(ms), senderLag: of(0.1) },
  },
  openings: null,
  engineAdmission: null,
  handOvers: null,
  processor: {
    own: { perMinute: ms * 1_000, quarters: [ms, ms, ms, ms * 2], waited },
    harness: { ran: 0.2, waited: 0 },
  },
  memory: { before: 1e7, during: 3e7, perCall: 1e6 },
  wirePerAudio: { up: 1.01, down: 1.02 },
  faults: [],
});

const run = (subject: SubjectName, load: number, ms: number, repetition = 1, frameMs = 20): Run => ({
  ...{ subject, load, frameMs, pace: "real", seconds: 60, warmUpMs: 6_000, openings: 0, repetition },
  startedAt: "2026-11-23T00:00:00.000Z",
  report: report(ms),
});

const RUNS = [
  ...[0.4, 0.5, 0.9].map((ms, index) => run("gateway", 20, ms, index + 1)),
  ...[1, 1, 1.1].map((ms, index) => run("relay", 20, ms, index + 1)),
  run("gateway", 40, 1.9),
  run("relay", 40, 2.5),
  run("gateway", 20, 0.3, 1, 40),
];

const RESULTS: Results = {
  format: 1,
  machine: "2 × processor",
  measured: [{ date: "2026-11-23", command: "npm run bench", versions: { node: "24" } }],
  runs: RUNS,
  heaps: [
    {
      subject: "gateway",
      load: 20,
      at: [20, 44],
      heap: { before: 2_048, during: 22_528, later: 22_528, perCall: 1_024, laterPerCall: 1_536 },
    },
  ],
  collections: [
    {
      subject: "floor",
      load: 20,
      collections: {
        young: { perMinute: 10, mean: 12, longest: 15, share: 0.2 },
        full: { perMinute: 7, mean: 30, longest: 60, share: 0.35 },
      },
    },
  ],
  failures: [],
};

describe("the table", () => {
  it("has medians with their ranges, and the gateway's share of the others'", () => {
    const [head, first] = rowsOf(groupsOf(RUNS)[0]?.runs ?? []);
    expect(head).toEqual(["", "gateway", "relay", "gateway / relay"]);
    expect(first).toEqual(["added up, p50, ms", "0.50 (0.40 to 0.90)", "1.00 (1.00 to 1.10)", "0.50"]);
  });

  it("keeps apart what differs in load or in frames", () => {
    expect(groupsOf(RUNS).map(({ load, frameMs }) => [load, frameMs])).toEqual([
      [20, 20],
      [40, 20],
      [20, 40],
    ]);
  });

  it("is straight on a terminal, and Markdown in a page", () => {
    const rows = [
      ["", "gateway"],
      ["added up", "0.5"],
    ];
    expect(alignedTable(rows)).toBe("          gateway\nadded up      0.5");
    expect(markdownTable(rows)).toBe("|  | gateway |\n| --- | ---: |\n| added up | 0.5 |");
  });
});

describe("what is told of all runs", () => {
  it("is how many calls were borne, and what was too much", () => {
    const rows = capacityRows([...RUNS, run("relay", 80, 99)]);
    expect(rows.find(([name]) => name === "gateway")?.slice(1)).toEqual(["at least 40", "–"]);
    expect(rows.find(([name]) => name === "relay")?.slice(1)).toEqual(["20", "40"]);
  });

  it("is what a call costs when it grows old", () => {
    expect(
      growthRows(RUNS)
        .find(([name]) => name === "gateway")
        ?.at(-1),
    ).toBe("2.00");
  });

  it("is whether the machine had other work", () => {
    expect(busyRuns(RUNS)).toBeNull();
    expect(busyRuns([...RUNS, { ...run("gateway", 20, 1), report: report(1, 0.2) }])).toContain(
      "In 1 of 10 runs",
    );
  });
});

describe("the page", () => {
  it("is written between its marks, and again over what was written", () => {
    const page = "# Performance\n\nWhy.\n\n<!-- measured: begin -->\nold\n<!-- measured: end -->\n\nAfter.\n";
    const once = withMeasured(page, "new");
    expect(once).toBe(
      "# Performance\n\nWhy.\n\n<!-- measured: begin -->\n\nnew\n\n<!-- measured: end -->\n\nAfter.\n",
    );
    expect(withMeasured(once, "new")).toBe(once);
    expect(() => withMeasured("# Performance\n", "new")).toThrow("has no lines");
  });

  it("names where and how it was measured, and shows charts that stand by themselves", () => {
    const charts = chartsOf(groupsOf(RUNS));
    expect(charts.map(({ name }) => name)).toEqual([
      ...["added-up", "added-down", "cpu", "memory", "frame-size", "call-length"],
    ]);
    for (const { svg } of charts) {
      expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
      expect(svg).not.toMatch(/NaN|undefined/);
    }
    const part = measuredPart(RESULTS, charts);
    expect(part).toContain("### 20 calls, frames of 20 ms, answers at real pace, 60 s × 3");
    expect(part).toContain(
      "<details><summary>40 calls, frames of 20 ms, answers at real pace, 60 s × 1</summary>",
    );
    expect(part).toContain("Machine: 2 × processor");
    expect(part).toContain("- 2026-11-23: `npm run bench` (node 24)");
    expect(part).toContain("![Added time per frame, caller to model](plots/added-up.svg)");
    expect(part).toContain("| gateway | 20 | 2.00 | 1.00 | 20.0 | 1.50 | 44.0 |");
    expect(part).toContain("| floor | 20 | full | 7.00 | 30.0 | 60.0 | 0.35 |");
  });
});
