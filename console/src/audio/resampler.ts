/**
 * A streaming sample-rate converter: a polyphase FIR with a Kaiser-windowed sinc, exact for rational ratios. Pure;
 * runs in the audio threads when a context cannot run at the rate we want.
 */

/** Zero crossings of the sinc on each side, at the lower of the two rates. More is steeper and later. */
const ZERO_CROSSINGS = 24;
/** Share of the lower Nyquist frequency that passes; the rest is the filter's slope. */
const PASSBAND = 0.92;
/** Kaiser's beta for about 80 dB of stop-band attenuation (Kaiser 1974: 0.1102 (A - 8.7)). */
const BETA = 7.86;

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b);

/** Modified Bessel function of the first kind, order zero, by its power series. */
const bessel = (x: number): number => {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-12; k += 1) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
};

export class Resampler {
  readonly #up: number;
  readonly #down: number;
  readonly #taps: number;
  /** One filter per output phase, each of `#taps` coefficients. */
  readonly #phases: readonly Float32Array[];
  /** Input not yet passed by: starts with the filter's lead-in of zeros. */
  #input: Float32Array;
  #phase = 0;

  /** @param from input rate in Hz @param to output rate in Hz; both whole numbers. */
  constructor(from: number, to: number) {
    const divisor = greatestCommonDivisor(from, to);
    this.#up = to / divisor;
    this.#down = from / divisor;
    const scale = Math.min(1, to / from);
    const half = Math.ceil(ZERO_CROSSINGS / scale);
    this.#taps = half * 2;
    this.#phases = Array.from({ length: this.#up }, (_, phase) =>
      this.#filter(phase / this.#up, half, scale),
    );
    this.#input = new Float32Array(half - 1);
  }

  #filter(fraction: number, half: number, scale: number): Float32Array {
    const filter = new Float32Array(this.#taps);
    const cutoff = scale * PASSBAND;
    let sum = 0;
    for (let tap = 0; tap < this.#taps; tap += 1) {
      const distance = tap - (half - 1) - fraction;
      const x = Math.PI * cutoff * distance;
      const window = bessel(BETA * Math.sqrt(Math.max(0, 1 - (distance / half) ** 2))) / bessel(BETA);
      const value = (distance === 0 ? 1 : Math.sin(x) / x) * window;
      filter[tap] = value;
      sum += value;
    }
    // Every phase passes a constant unchanged; otherwise a steady tone would flutter at the phase rate.
    for (let tap = 0; tap < this.#taps; tap += 1) filter[tap] = (filter[tap] ?? 0) / sum;
    return filter;
  }

  /** Takes any number of samples and gives those that can be computed already. */
  process(samples: Float32Array): Float32Array<ArrayBuffer> {
    const input = new Float32Array(this.#input.length + samples.length);
    input.set(this.#input);
    input.set(samples, this.#input.length);
    const room = input.length - this.#taps;
    const output = new Float32Array(
      Math.max(0, Math.ceil(((room + 1) * this.#up - this.#phase) / this.#down)),
    );
    let start = 0;
    let written = 0;
    while (start <= room) {
      const filter = this.#phases[this.#phase];
      if (filter === undefined) break;
      let sum = 0;
      for (let tap = 0; tap < this.#taps; tap += 1) sum += (filter[tap] ?? 0) * (input[start + tap] ?? 0);
      output[written] = sum;
      written += 1;
      this.#phase += this.#down;
      start += Math.floor(this.#phase / this.#up);
      this.#phase %= this.#up;
    }
    // A step is always shorter than the filter, so `start` never lies beyond what is here.
    this.#input = input.slice(start);
    return output.subarray(0, written);
  }
}
