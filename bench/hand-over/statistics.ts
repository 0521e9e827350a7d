/**
 * Percentiles of what was measured, and the table they are printed in.
 */
export interface Summary {
  readonly count: number;
  /** Ms. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Of nothing, nothing is said. Percentiles by nearest rank: each is a value that was measured. */
export function summaryOf(values: readonly number[]): Summary | null {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number): number => round(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0);
  return sorted.length === 0 ? null : { count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}

const round = (ms: number): number => Math.round(ms * 10) / 10;

export interface Row {
  readonly name: string;
  readonly summary: Summary | null;
  /** p50 divided by the baseline's; null for the baseline itself and where there is nothing to compare. */
  readonly ratio: number | null;
}

export function tableOf(rows: readonly Row[]): string {
  const cells = [
    ["ms", "count", "p50", "p99", "max", "p50 / baseline"],
    ...rows.map(({ name, summary, ratio }) => [
      name,
      String(summary?.count ?? 0),
      ...(summary ? [summary.p50, summary.p99, summary.max].map(String) : ["-", "-", "-"]),
      ratio === null ? "" : ratio.toFixed(1),
    ]),
  ];
  const widths = cells.reduce<readonly number[]>(
    (most, row) => row.map((cell, column) => Math.max(cell.length, most[column] ?? 0)),
    [],
  );
  return cells
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
