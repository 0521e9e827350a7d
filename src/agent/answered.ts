/**
 * A tool's answer with a word for the session beside it: facts it has found out, and where the talk should go on.
 */
import type { FactValue } from "./facts.ts";
import type { JsonLike } from "./json-like.ts";

/** Told to the session only: no model, client or transcript sees it. */
export interface AnswerWord {
  /** Facts to be set, each one that the agent lets this tool set; null takes one back. */
  readonly facts?: Readonly<Record<string, FactValue | null>>;
  /** The segment in which the talk should go on. */
  readonly next?: string;
}

/** Made by `answer()`, and by nothing that only looks like it. */
export class Answered<Value> {
  readonly value: Value;
  readonly word: AnswerWord;
  readonly #made = true;

  constructor(value: Value, word: AnswerWord) {
    this.value = value;
    this.word = word;
  }

  static is(given: unknown): given is Answered<unknown> {
    return typeof given === "object" && given !== null && #made in given;
  }
}

/**
 * Gives back `value` to the model and `word` to the session:
 * `return answer({ name }, { facts: { verified: true, customer: id }, next: "banking" });`
 */
export const answer = <const Value>(value: Value & JsonLike<Value>, word: AnswerWord): Answered<Value> =>
  new Answered<Value>(value, word);
