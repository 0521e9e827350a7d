/**
 * First in, first out, at a cost that does not grow with what waits: an array's `shift` moves all that is behind.
 */

export class Fifo<T> {
  #items: T[];
  /** How many of them are out already. */
  #out = 0;

  constructor(items: readonly T[] = []) {
    this.#items = [...items];
  }

  get length(): number {
    return this.#items.length - this.#out;
  }

  /** Whose turn it is. */
  get first(): T | undefined {
    return this.#items[this.#out];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /** What is out is let go of when it is more than what waits: each is moved once for each that goes, at most. */
  shift(): T | undefined {
    const item = this.#items[this.#out];
    if (this.length === 0) return undefined;
    this.#out++;
    if (this.#out > this.length) {
      this.#items = this.#items.slice(this.#out);
      this.#out = 0;
    }
    return item;
  }

  /** All that wait, in order. */
  toArray(): readonly T[] {
    return this.#items.slice(this.#out);
  }
}
