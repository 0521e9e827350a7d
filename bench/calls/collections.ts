/**
 * How long a subject stands still while V8 collects what it has let go of: read from what `--trace-gc` prints, which
 * workerd and Node both understand.
 */

/** Collections of one kind. Times in ms. */
export interface Pauses {
  readonly perMinute: number;
  readonly mean: number;
  readonly longest: number;
  /** Of the time, in %. */
  readonly share: number;
}

export interface Collections {
  /** Of what was made of late. */
  readonly young: Pauses;
  /** Of the whole heap. */
  readonly full: Pauses;
}

/** `[pid:isolate] 17166 ms: Mark-Compact 42.3 (57.6) -> 11.3 (57.6) MB, pooled: 0.0 MB, 106.62 / 0.00 ms (…`. */
const LINE =
  / ms: (?:\(.*\) )?(Scavenge|Minor Mark-Compact|Mark-Compact)\b.* MB(?:, pooled: [\d.]+ MB)?, ([\d.]+) \/ /;

/** Counts the lines that it is given between `begin` and `end`. */
export class CollectionCounter {
  readonly #young: number[] = [];
  readonly #full: number[] = [];
  #counts = false;

  begin(): void {
    this.#counts = true;
  }

  line(text: string): void {
    const [, kind, ms] = LINE.exec(text) ?? [];
    if (!this.#counts || kind === undefined) return;
    (kind === "Mark-Compact" ? this.#full : this.#young).push(Number(ms));
  }

  /** What came in `seconds` since the beginning. */
  end(seconds: number): Collections {
    this.#counts = false;
    return { young: pausesOf(this.#young, seconds), full: pausesOf(this.#full, seconds) };
  }
}

function pausesOf(pauses: readonly number[], seconds: number): Pauses {
  const sum = pauses.reduce((all, ms) => all + ms, 0);
  return {
    perMinute: (pauses.length * 60) / seconds,
    mean: pauses.length === 0 ? 0 : sum / pauses.length,
    longest: Math.max(0, ...pauses),
    share: (100 * sum) / (seconds * 1000),
  };
}
