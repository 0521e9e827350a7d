/**
 * Joins audio that a client cut in the middle of a sample: the odd byte waits for the next message.
 */

export class PcmCarry {
  #held: number | null = null;

  /** Whole samples only; at most one byte is kept back. An even message with nothing held is passed through uncopied. */
  join(bytes: Uint8Array): Uint8Array {
    if (bytes.byteLength === 0) return bytes;
    if (this.#held === null && bytes.byteLength % 2 === 0) return bytes;
    const head = this.#held === null ? 0 : 1;
    const total = head + bytes.byteLength;
    const whole = new Uint8Array(total - (total % 2));
    if (this.#held !== null) whole[0] = this.#held;
    whole.set(bytes.subarray(0, whole.byteLength - head), head);
    this.#held = total % 2 === 1 ? (bytes[bytes.byteLength - 1] ?? null) : null;
    return whole;
  }
}
