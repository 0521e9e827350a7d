/**
 * How far the caller is heard. What the gateway has sent takes the machine's time to arrive; a clock that was turned
 * meanwhile would tell the model of a silence that nobody kept.
 */
import { EmulatedStream, streams } from "../call.ts";

export class Hearing {
  readonly #known: readonly string[];
  /** Of each stream's trace, how much was looked through. */
  readonly #read = new Map<string, number>();
  #last = -1;

  /** @param known Numbers of the streams that are not this call's. */
  constructor(known: readonly string[]) {
    this.#known = known;
  }

  /** The streams of this call, oldest first. */
  async streams(): Promise<readonly EmulatedStream[]> {
    return (await this.#own()).map(({ id }) => new EmulatedStream(id));
  }

  /** Whether one of them was given the frame of that number by now. */
  async has(frame: number): Promise<boolean> {
    for (const { id, entries } of await this.#own()) {
      const from = this.#read.get(id) ?? 0;
      if (entries === from) continue;
      for (const { audio } of await new EmulatedStream(id).entries(from))
        this.#last = Math.max(this.#last, ...(audio?.marks ?? []));
      this.#read.set(id, entries);
    }
    return this.#last >= frame;
  }

  async #own() {
    return (await streams()).filter(({ id }) => !this.#known.includes(id));
  }
}
