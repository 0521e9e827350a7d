/**
 * The way a session has taken through its segments: each stay with its time and its turns.
 */
import type { TransitionCause } from "./events.ts";

/** One stay as it is stored; what it used is the usage meter's to say. */
export interface KeptVisit {
  readonly segment: string;
  readonly enteredAt: number;
  readonly leftAt: number | null;
  readonly by: TransitionCause | null;
  readonly turns: number;
}

export class VisitBook {
  readonly #visits: [KeptVisit, ...KeptVisit[]];

  constructor(visits: readonly [KeptVisit, ...KeptVisit[]]) {
    this.#visits = [...visits];
  }

  static begin(segment: string, now: number): VisitBook {
    return new VisitBook([{ segment, enteredAt: now, leftAt: null, by: null, turns: 0 }]);
  }

  get all(): readonly [KeptVisit, ...KeptVisit[]] {
    return this.#visits;
  }

  /** The present one's place, from 0. */
  get index(): number {
    return this.#visits.length - 1;
  }

  get present(): KeptVisit {
    return this.#visits.at(-1) ?? this.#visits[0];
  }

  turnBegins(): void {
    this.#amend({ turns: this.present.turns + 1 });
  }

  move(segment: string, by: TransitionCause, now: number): void {
    this.#amend({ leftAt: now });
    this.#visits.push({ segment, enteredAt: now, leftAt: null, by, turns: 0 });
  }

  end(now: number): void {
    this.#amend({ leftAt: now });
  }

  #amend(change: Partial<KeptVisit>): void {
    this.#visits[this.index] = { ...this.present, ...change };
  }
}
