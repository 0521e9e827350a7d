/**
 * Tokens of a session over all its streams. A stream reports totals since it opened; they are added up by the visit
 * to a segment that the stream served. Text models that are asked besides are counted by themselves.
 */
import type { ModelUse } from "../base/prices.ts";
import type { TextTokens, TokenUsage } from "./events.ts";

export const NO_TOKENS: TokenUsage = { inputSpeech: 0, inputText: 0, outputSpeech: 0, outputText: 0 };

const add = (a: TokenUsage, b: TokenUsage): TokenUsage => ({
  inputSpeech: a.inputSpeech + b.inputSpeech,
  inputText: a.inputText + b.inputText,
  outputSpeech: a.outputSpeech + b.outputSpeech,
  outputText: a.outputText + b.outputText,
});

export class UsageMeter {
  /** Of streams that are gone, by visit. */
  readonly #settled: Map<number, TokenUsage>;
  readonly #streams = new Map<number, { readonly visit: number; totals: TokenUsage }>();

  readonly #besides: Map<string, TokenUsage>;

  constructor(before: readonly TokenUsage[] = [], besides: readonly ModelUse[] = []) {
    this.#settled = new Map(before.entries());
    this.#besides = new Map(besides.map(({ model, tokens }) => [model, tokens]));
  }

  /** A text model was asked, for the session as a whole. */
  asked(model: string, { input, output }: TextTokens): void {
    const tokens = { ...NO_TOKENS, inputText: input, outputText: output };
    this.#besides.set(model, add(this.#besides.get(model) ?? NO_TOKENS, tokens));
  }

  /** Of such models, each by its id. */
  get besides(): readonly ModelUse[] {
    return [...this.#besides].map(([model, tokens]) => ({ model, tokens }));
  }

  /** From now on the stream serves this visit. One that serves none has used nothing. */
  begin(generation: number, visit: number): void {
    this.#streams.set(generation, { visit, totals: NO_TOKENS });
  }

  report(generation: number, totals: TokenUsage): void {
    const stream = this.#streams.get(generation);
    if (stream) stream.totals = totals;
  }

  /** The stream is gone: its totals are final. */
  settle(generation: number): void {
    const stream = this.#streams.get(generation);
    if (!stream) return;
    this.#settled.set(stream.visit, add(this.#settled.get(stream.visit) ?? NO_TOKENS, stream.totals));
    this.#streams.delete(generation);
  }

  of(visit: number): TokenUsage {
    let sum = this.#settled.get(visit) ?? NO_TOKENS;
    for (const stream of this.#streams.values()) if (stream.visit === visit) sum = add(sum, stream.totals);
    return sum;
  }

  get tokens(): TokenUsage {
    const settled = [...this.#settled.values(), ...this.#besides.values()].reduce(add, NO_TOKENS);
    return [...this.#streams.values()].reduce((sum, { totals }) => add(sum, totals), settled);
  }
}

/** All kinds together. */
export const tokenCount = (tokens: TokenUsage): number =>
  tokens.inputSpeech + tokens.inputText + tokens.outputSpeech + tokens.outputText;
