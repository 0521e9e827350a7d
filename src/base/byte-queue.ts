/**
 * Bytes in the order in which they came, in a few large pieces of memory that are used again. What goes in is copied: the
 * buffer that the runtime makes for each frame of audio is then let go of at once, when that costs nothing. Kept for seconds
 * instead, thousands of them have to be looked through and moved by every collection, which holds up all calls of a process.
 */

/** A second of 16 kHz speech: few pieces for a long queue, and little memory for a short one. */
const BLOCK_BYTES = 32 * 1024;

export class ByteQueue {
  #blocks: Uint8Array<ArrayBuffer>[] = [];
  /** Where the first block lies, counted in bytes that ever came. */
  #base = 0;
  #begin = 0;
  #end = 0;
  /** A block that went empty, for the next that is wanted. */
  #spare: Uint8Array<ArrayBuffer> | null = null;

  /** Of the oldest byte that is kept, counted in bytes that ever came. */
  get begin(): number {
    return this.#begin;
  }

  /** Of the byte that comes next. */
  get end(): number {
    return this.#end;
  }

  push(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; ) {
      const at = this.#end - this.#base;
      const place = at % BLOCK_BYTES;
      const block = this.#blocks[Math.floor(at / BLOCK_BYTES)] ?? this.#grow();
      const count = Math.min(bytes.length - from, BLOCK_BYTES - place);
      block.set(count === bytes.length ? bytes : bytes.subarray(from, from + count), place);
      from += count;
      this.#end += count;
    }
  }

  /** Lets go of all before `position`. */
  dropTo(position: number): void {
    this.#begin = Math.max(this.#begin, Math.min(position, this.#end));
    while (this.#begin - this.#base >= BLOCK_BYTES) {
      this.#spare = this.#blocks.shift() ?? null;
      this.#base += BLOCK_BYTES;
    }
  }

  /** A copy of what lies from `from` to `to`, of which all must be kept. */
  read(from: number, to: number): Uint8Array<ArrayBuffer> {
    const copy = new Uint8Array(to - from);
    for (let position = from; position < to; ) {
      const at = position - this.#base;
      const place = at % BLOCK_BYTES;
      const count = Math.min(to - position, BLOCK_BYTES - place);
      const block = this.#blocks[Math.floor(at / BLOCK_BYTES)];
      if (block) copy.set(block.subarray(place, place + count), position - from);
      position += count;
    }
    return copy;
  }

  #grow(): Uint8Array<ArrayBuffer> {
    const block = this.#spare ?? new Uint8Array(BLOCK_BYTES);
    this.#spare = null;
    this.#blocks.push(block);
    return block;
  }
}
