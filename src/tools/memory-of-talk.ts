/**
 * What a sub-agent remembers of its session: whole exchanges, the newest first to stay.
 */
import { type Facts, hold } from "../agent/facts.ts";
import type { Message } from "../aws/converse.ts";
import { LIMITS } from "../base/limits.ts";

export class MemoryOfTalk {
  readonly #maxBytes: number;
  #exchanges: { readonly messages: readonly Message[]; readonly bytes: number; readonly facts: Facts }[] = [];

  constructor(maxBytes: number = LIMITS.subAgentHistoryBytes) {
    this.#maxBytes = maxBytes;
  }

  /**
   * What is remembered while `facts` are known: an exchange is as private as what was known in it, so that a customer who
   * signs in later is told nothing of the one before, and a segment nothing that it may not see.
   */
  messages(facts: Facts): readonly Message[] {
    return this.#exchanges.flatMap((kept) => (hold(facts, kept.facts) ? kept.messages : []));
  }

  /**
   * Keeps an exchange, from the question to the answer, and forgets the oldest that no longer fit. One that is too
   * large by itself is kept as question and answer only: a use of a tool without its result would be refused.
   */
  keep(exchange: readonly Message[], facts: Facts): void {
    this.#exchanges.push({ ...this.#measured(exchange), facts });
    let bytes = this.#exchanges.reduce((sum, kept) => sum + kept.bytes, 0);
    while (bytes > this.#maxBytes && this.#exchanges.length > 0) bytes -= this.#exchanges.shift()?.bytes ?? 0;
  }

  #measured(exchange: readonly Message[]) {
    const bytes = sizeOf(exchange);
    const [question, answer] = [exchange[0], exchange.at(-1)];
    if (bytes <= this.#maxBytes || !question || !answer) return { messages: exchange, bytes };
    const short = [question, answer];
    return { messages: short, bytes: sizeOf(short) };
  }
}

const sizeOf = (messages: readonly Message[]): number =>
  new TextEncoder().encode(JSON.stringify(messages)).byteLength;
