/**
 * What was said and done, in order. Entries are numbered for good, and may be kept again under their number when it
 * turns out that less of an answer was heard than was thought.
 */
import type { TranscriptEntry } from "./events.ts";

type Draft<T> = T extends TranscriptEntry ? Omit<T, "index"> : never;

export class Transcript {
  readonly #entries: TranscriptEntry[];
  readonly #changed = new Set<number>();

  constructor(entries: readonly TranscriptEntry[] = []) {
    this.#entries = [...entries];
  }

  get entries(): readonly TranscriptEntry[] {
    return this.#entries;
  }

  /** Enters something; its number is its place. */
  add(entry: Draft<TranscriptEntry>): number {
    const index = this.#entries.length;
    this.#entries.push({ ...entry, index });
    this.#changed.add(index);
    return index;
  }

  /** Corrects the agent's words of an entry. */
  correct(index: number, text: string, interrupted: boolean): void {
    const entry = this.#entries[index];
    if (entry?.type !== "agent") return;
    // What is on record already costs no write.
    if (entry.text === text && entry.interrupted === interrupted) return;
    this.#entries[index] = { ...entry, text, interrupted };
    this.#changed.add(index);
  }

  /** No stream is told any more what the caller said in `turn`. */
  withhold(turn: number): void {
    for (const entry of this.#entries) {
      if (entry.type !== "caller" || entry.turn !== turn) continue;
      this.#entries[entry.index] = { ...entry, withheld: true };
      this.#changed.add(entry.index);
    }
  }

  /** Entries new or corrected since the last call. */
  takeChanged(): readonly TranscriptEntry[] {
    const changed = [...this.#changed].flatMap((index) => this.#entries[index] ?? []);
    this.#changed.clear();
    return changed;
  }
}
