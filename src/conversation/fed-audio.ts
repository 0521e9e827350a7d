/**
 * What one stream has been fed, on its own time line: the model speaks of offsets into that audio, people of the
 * time of day.
 */

/** One checkpoint per this many ms of audio, as many as the longest pause between speech and its notice needs. */
const STEP_MS = 100;
const KEPT = 300;

export class FedAudio {
  #ms = 0;
  #lastAt: number;
  #points: { readonly ms: number; readonly at: number }[];

  constructor(now: number) {
    this.#lastAt = now;
    this.#points = [{ ms: 0, at: now }];
  }

  /** Ms of audio this stream has been given. */
  get ms(): number {
    return this.#ms;
  }

  /** When it was last given any. */
  get lastAt(): number {
    return this.#lastAt;
  }

  feed(ms: number, now: number): void {
    this.#ms += ms;
    this.#lastAt = now;
    const last = this.#points.at(-1);
    if (last && this.#ms - last.ms < STEP_MS) return;
    this.#points.push({ ms: this.#ms, at: now });
    if (this.#points.length > 2 * KEPT) this.#points = this.#points.slice(-KEPT);
  }

  /**
   * When the audio at `offsetMs` went out, taking it to flow in real time between two checkpoints; null when that is
   * longer ago than is remembered.
   */
  timeOf(offsetMs: number): number | null {
    const before = this.#points.findLast((point) => point.ms <= offsetMs);
    if (!before) return null;
    return Math.min(before.at + (offsetMs - before.ms), this.#lastAt);
  }
}
