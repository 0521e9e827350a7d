/**
 * Takes in what a client is told, by its numbers: each exactly once, over all of its sockets. What comes twice, or never
 * and unannounced, is counted.
 */

export interface Resumed {
  readonly from: number;
  readonly lost: number;
  readonly lostMs: number;
}

export class Intake {
  /** Messages that had been taken in already. */
  doubled = 0;
  /** Numbers that never came, and of which the gateway did not say that they are lost. */
  missing = 0;
  /** Numbers, and ms of the agent's voice, of which the gateway said so. */
  declared = 0;
  declaredMs = 0;
  #seen = 0;
  /** Gaps that were announced and are yet to come. */
  #announced = 0;

  /** The highest number that was taken in. */
  get seen(): number {
    return this.#seen;
  }

  /** False for what was taken in already. */
  take(seq: number): boolean {
    if (seq <= this.#seen) {
      this.doubled++;
      return false;
    }
    this.#skip(seq - this.#seen - 1);
    this.#seen = seq;
    return true;
  }

  /** The client is back: what follows begins at `from`. */
  resume({ from, lost, lostMs }: Resumed): void {
    this.declared += lost;
    this.declaredMs += lostMs;
    this.#announced = lost;
    if (from <= this.#seen) this.doubled += this.#seen - from + 1;
    this.#skip(Math.max(0, from - 1 - this.#seen));
    this.#seen = Math.max(this.#seen, from - 1);
  }

  #skip(gap: number): void {
    const announced = Math.min(gap, this.#announced);
    this.#announced -= announced;
    this.missing += gap - announced;
  }
}
