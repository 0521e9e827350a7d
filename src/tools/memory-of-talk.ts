/**
 * What a sub-agent remembers of its session: whole exchanges, the newest first to stay.
 */
import { LIMITS } from "../base/limits.ts";
import type { Message } from "./converse.ts";

export class MemoryOfTalk {
  readonly #maxBytes: number;
  #exchanges: { readonly messages: readonly Message[]; readonly bytes: number }[] = [];

  constructor(maxBytes: number = LIMITS.subAgentHistoryBytes) {
    this.#maxBytes = maxBytes;
  }

  get messages(): readonly Message[] {
    return this.#exchanges.flatMap(({ messages }) => messages);
  }

  /**
   * Keeps an exchange, from the question to the answer, and forgets the oldest that no longer fit. One that is too
   * large by itself is kept as question and answer only: a use of a tool without its result would be refused.
   */
  keep(exchange: readonly Message[]): void {
    this.#exchanges.push(this.#measured(exchange));
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
