/**
 * Which of the agent's audio has been handed to the loudspeaker and is yet to be heard: what a page that is loaded
 * again must be told once more, and from where in its answer. Pure.
 */
import type { AudioFrame } from "../wire/frames.ts";
import type { Position } from "./jitter-buffer.ts";

interface Piece {
  readonly seq: number;
  readonly answer: number;
  /** Ms from the beginning of its answer. */
  readonly from: number;
  readonly to: number;
}

/** What is yet to be heard. */
export interface Unheard {
  /** The numbers of its messages. */
  readonly numbers: readonly number[];
  /** Where it begins; null when there is nothing. */
  readonly at: Position | null;
}

export class Ahead {
  readonly #rate: number;
  #pieces: Piece[] = [];
  #end: Position | null;

  /** @param rate Hz @param start where an answer goes on whose beginning was heard before */
  constructor(rate: number, start: Position | null) {
    this.#rate = rate;
    this.#end = start;
  }

  add({ seq, answer, samples }: AudioFrame): void {
    const from = this.#end?.answer === answer ? this.#end.ms : 0;
    const to = from + (samples.length * 1000) / this.#rate;
    this.#pieces.push({ seq, answer, from, to });
    this.#end = { answer, ms: to };
  }

  /** Everything up to there has been heard. */
  heard({ answer, ms }: Position): void {
    const next = this.#pieces.findIndex(
      (piece) => piece.answer > answer || (piece.answer === answer && piece.to > ms),
    );
    this.#pieces = next < 0 ? [] : this.#pieces.slice(next);
  }

  /** This answer and all before it are not to be heard. */
  drop(answer: number): void {
    this.#pieces = this.#pieces.filter((piece) => piece.answer > answer);
  }

  get unheard(): Unheard {
    const [first] = this.#pieces;
    const numbers = this.#pieces.map(({ seq }) => seq);
    return { numbers, at: first === undefined ? null : { answer: first.answer, ms: first.from } };
  }
}
