/**
 * One direction of a line: what goes in comes out in order, late when it is to be late, and not at all while it is held.
 */
import type { Writable } from "node:stream";

export class Pipe {
  readonly #to: Writable;
  readonly #queue: { readonly due: number; readonly data: Buffer }[] = [];
  #held = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(to: Writable) {
    this.#to = to;
  }

  /** Comes out after so many ms, and never before what went in earlier. */
  push(data: Buffer, delayMs: number): void {
    this.#queue.push({ due: performance.now() + delayMs, data });
    this.#flow();
  }

  /** Nothing comes out until it is let go again. */
  hold(isHeld: boolean): void {
    this.#held = isHeld;
    this.#flow();
  }

  close(): void {
    this.#queue.length = 0;
    if (this.#timer) clearTimeout(this.#timer);
  }

  #flow(): void {
    if (this.#held || this.#timer) return;
    for (let next = this.#queue[0]; next && next.due <= performance.now(); next = this.#queue[0]) {
      this.#queue.shift();
      if (!this.#to.destroyed) this.#to.write(next.data);
    }
    const [next] = this.#queue;
    if (!next) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        this.#flow();
      },
      Math.max(1, next.due - performance.now()),
    );
    this.#timer.unref();
  }
}
