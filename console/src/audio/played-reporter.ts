/**
 * Decides when the gateway is told how much of an answer was heard: about every 250 ms while it plays, once when it
 * is over, and once when it was interrupted. Pure.
 */
import type { Position } from "./jitter-buffer.ts";

export interface Heard {
  readonly position: Position | null;
  readonly finished: readonly Position[];
  readonly playing: boolean;
}

export class PlayedReporter {
  readonly #everyMs: number;
  #told: Position | null = null;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  /** What to tell now, in order. `latencyMs` of the position is not heard yet while it plays. */
  report(now: number, heard: Heard, latencyMs: number): readonly Position[] {
    const due = heard.finished.filter((position) => this.#isNews(position));
    const { position } = heard;
    if (position !== null) {
      const ms = Math.round(heard.playing ? Math.max(0, position.ms - latencyMs) : position.ms);
      const current = { answer: position.answer, ms };
      if (this.#isNews(current) && (!heard.playing || now - this.#toldAt >= this.#everyMs)) due.push(current);
    }
    const last = due.at(-1);
    if (last !== undefined) {
      this.#told = last;
      this.#toldAt = now;
    }
    return due.map(({ answer, ms }) => ({ answer, ms: Math.round(ms) }));
  }

  /** What to tell after an interruption: the place where it fell silent, whether or not it was told before. */
  interrupted(now: number, answer: number, position: Position | null): Position {
    const told = { answer, ms: position?.answer === answer ? Math.round(position.ms) : 0 };
    this.#told = told;
    this.#toldAt = now;
    return told;
  }

  #isNews(position: Position): boolean {
    return this.#told?.answer !== position.answer || Math.round(position.ms) > this.#told.ms;
  }
}
