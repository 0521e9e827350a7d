/**
 * Tokens of a session over all its streams. A stream reports totals since it opened; the session adds them up.
 */
import type { TokenUsage } from "./events.ts";

export const NO_TOKENS: TokenUsage = { inputSpeech: 0, inputText: 0, outputSpeech: 0, outputText: 0 };

const add = (a: TokenUsage, b: TokenUsage): TokenUsage => ({
  inputSpeech: a.inputSpeech + b.inputSpeech,
  inputText: a.inputText + b.inputText,
  outputSpeech: a.outputSpeech + b.outputSpeech,
  outputText: a.outputText + b.outputText,
});

export class UsageMeter {
  #before: TokenUsage;
  readonly #streams = new Map<number, TokenUsage>();

  constructor(before: TokenUsage = NO_TOKENS) {
    this.#before = before;
  }

  report(generation: number, totals: TokenUsage): void {
    this.#streams.set(generation, totals);
  }

  /** The stream is gone: its totals are final. */
  settle(generation: number): void {
    const totals = this.#streams.get(generation);
    if (!totals) return;
    this.#before = add(this.#before, totals);
    this.#streams.delete(generation);
  }

  get tokens(): TokenUsage {
    return [...this.#streams.values()].reduce(add, this.#before);
  }
}
