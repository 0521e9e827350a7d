/**
 * Changes the sample rate of speech as it streams by. Needed here alone: hosted agents speak 16, 24 or 48 kHz, whatever
 * the client's rate is. A windowed sinc, one filter for each place an output sample can have between two input samples.
 */

/** Zero crossings of the sinc on either side: 60 dB down, which no telephone or loudspeaker tells from more. */
const CROSSINGS = 8;
/** Below the edge of what both rates can carry, so that the slope of so short a filter ends at it. */
const ROLL_OFF = 0.9;

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));

export interface Resampler {
  /** PCM16 little-endian mono, whole samples; gives what can be told of it so far. What is given is the caller's own. */
  push(pcm: Uint8Array): Uint8Array;
}

const SAME: Resampler = { push: (pcm) => pcm };

/** One stream's way from one rate to another, both in Hz. Delays by a few milliseconds; keeps no more than those. */
export const createResampler = (from: number, to: number): Resampler => {
  if (from === to) return SAME;
  const common = divisor(from, to);
  const up = to / common;
  const down = from / common;
  const cutoff = ROLL_OFF * Math.min(1, up / down);
  const half = Math.ceil(CROSSINGS / cutoff);
  const filters = Array.from({ length: up }, (_, phase) => filterOf(phase / up, half, cutoff));

  /** Samples still in reach of a filter; before the first there was silence. */
  let kept = new Float32Array(half - 1);
  /** Where the next output sample lies: `at` is the input sample before it, counted in `kept`; `phase` is beyond it. */
  let at = half - 1;
  let phase = 0;

  return {
    push(pcm) {
      const samples = append(kept, pcm);
      const last = samples.length - half;
      const count = Math.max(0, Math.ceil(((last - at) * up - phase) / down));
      const out = new DataView(new ArrayBuffer(count * 2));
      let written = 0;
      while (at < last && written < count) {
        const filter = filters[phase] ?? new Float32Array(0);
        let sum = 0;
        for (let tap = 0; tap < filter.length; tap++)
          sum += (filter[tap] ?? 0) * (samples[at - half + 1 + tap] ?? 0);
        out.setInt16(written * 2, Math.max(-32768, Math.min(32767, Math.round(sum))), true);
        written++;
        phase += down;
        at += Math.floor(phase / up);
        phase %= up;
      }
      const gone = Math.max(0, Math.min(at - half + 1, samples.length));
      kept = samples.slice(gone);
      at -= gone;
      return new Uint8Array(out.buffer, 0, written * 2);
    },
  };
};

/** Weights of the 2 × `half` input samples around a place `offset` (0 to 1) behind the one in the middle. */
const filterOf = (offset: number, half: number, cutoff: number): Float32Array => {
  const weights = Float32Array.from({ length: 2 * half }, (_, tap) => {
    const distance = tap - (half - 1) - offset;
    const x = Math.PI * distance * cutoff;
    const sinc = x === 0 ? 1 : Math.sin(x) / x;
    const window = 0.5 + 0.5 * Math.cos((Math.PI * distance) / (half + 1));
    return cutoff * sinc * window;
  });
  // Else a steady level would ripple from phase to phase.
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
};

const append = (kept: Float32Array, pcm: Uint8Array): Float32Array<ArrayBuffer> => {
  const view = new DataView(pcm.buffer, pcm.byteOffset, pcm.byteLength);
  const added = pcm.byteLength >> 1;
  const samples = new Float32Array(kept.length + added);
  samples.set(kept);
  for (let index = 0; index < added; index++) samples[kept.length + index] = view.getInt16(index * 2, true);
  return samples;
};

/** Two channels as one: their mean. PCM16 little-endian, interleaved, whole frames. */
export const mixDown = (stereo: Uint8Array): Uint8Array => {
  const view = new DataView(stereo.buffer, stereo.byteOffset, stereo.byteLength);
  const mono = new DataView(new ArrayBuffer(stereo.byteLength >> 1));
  for (let at = 0; at + 3 < stereo.byteLength; at += 4)
    mono.setInt16(at >> 1, (view.getInt16(at, true) + view.getInt16(at + 2, true)) >> 1, true);
  return new Uint8Array(mono.buffer);
};
