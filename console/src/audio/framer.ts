/**
 * Cuts a run of samples into frames of one size and turns them into PCM16. Pure; runs in the capture thread.
 */

/** -1..1 to PCM16, clipped. */
export const toPcm16 = (sample: number): number =>
  Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_768)));

export class Framer {
  readonly #size: number;
  #frame: Int16Array<ArrayBuffer>;
  #filled = 0;

  /** @param size samples per frame */
  constructor(size: number) {
    this.#size = size;
    this.#frame = new Int16Array(size);
  }

  /** Takes any number of samples; gives each frame as it is full, to be owned by the receiver. */
  push(samples: Float32Array, full: (frame: Int16Array<ArrayBuffer>) => void): void {
    for (const sample of samples) {
      this.#frame[this.#filled] = toPcm16(sample);
      this.#filled += 1;
      if (this.#filled === this.#size) {
        full(this.#frame);
        this.#frame = new Int16Array(this.#size);
        this.#filled = 0;
      }
    }
  }
}
