/**
 * What a call came to, put together: the outcome, and a word for the session when there is one.
 */
import type { ToolOutcome, ToolWord } from "../conversation/events.ts";

/** What a call came to: what the model is told, and beside it what only the session is told. */
export interface ToolAnswer {
  readonly outcome: ToolOutcome;
  readonly word?: ToolWord;
}

export const answered = (outcome: ToolOutcome, word?: ToolWord | undefined): ToolAnswer =>
  word === undefined ? { outcome } : { outcome, word };

/** An answer that several may be told, and its word only one of them: what it sets is set once. */
export class ToldOnce {
  readonly outcome: ToolOutcome;
  /** Names of the facts that it sets. */
  readonly sets: readonly string[];
  #word: ToolWord | undefined;

  constructor({ outcome, word }: ToolAnswer) {
    this.outcome = outcome;
    this.sets = Object.keys(word?.facts ?? {});
    this.#word = word;
  }

  /** With the word for the first who asks. */
  tell(): ToolAnswer {
    const word = this.#word;
    this.#word = undefined;
    return answered(this.outcome, word);
  }
}
