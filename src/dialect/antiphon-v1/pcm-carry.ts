/**
 * Joins audio that a client cut in the middle of a sample: the odd byte waits for the next message.
 */

export class PcmCarry {
  #held: number | null = null;

  /**
   * A message of so many bytes was refused. What comes next is read from the place that it has in the client's sound: half of
   * a sample that is not known is taken for silence, since shifted by one byte all that follows would be noise.
   */
  skip(bytes: number): void {
    this.#held = ((this.#held === null ? 0 : 1) + bytes) % 2 === 0 ? null : 0;
  }

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
