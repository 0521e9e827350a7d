/**
 * Cuts a stream of samples into 10 ms frames and measures each one: how loud, and whether a voice.
 * Everything is counted in samples, so the same samples give the same frames however they arrive.
 */
import { createVoicing } from "./voicing.ts";

/** Length of one frame in ms. Every rate the emulator accepts gives a whole number of samples. */
export const FRAME_MS = 10;

/** What was measured in one frame. */
export interface Frame {
  readonly samples: Int16Array;
  /** Level above direct current and rumble, in dB below full scale (0 is the loudest). */
  readonly level: number;
  /** Whether the last 40 ms repeat themselves as a voice does. Computed only when asked for. */
  readonly voiced: () => boolean;
}

/** Quieter than one step of a 16-bit sample: the level of silence made of zeros. */
export const SILENCE_LEVEL = -100;

/** Corner of the high-pass filter in Hz: below every voice, above mains hum and breath rumble. */
const HIGH_PASS_HZ = 80;

/**
 * Returns a function that takes any number of samples and gives the frames that are complete with them.
 *
 * @param rate Samples per second, a multiple of 8000 Hz.
 */
export function createFrames(rate: number): (samples: Int16Array) => Frame[] {
  const size = (rate * FRAME_MS) / 1000;
  const decay = Math.exp((-2 * Math.PI * HIGH_PASS_HZ) / rate);
  const voicing = createVoicing(rate);
  let pending = new Int16Array(size);
  let filled = 0;
  let previousIn: number | undefined;
  let previousOut = 0;

  const measure = (samples: Int16Array): Frame => {
    const filtered = new Float64Array(size);
    let power = 0;
    for (let i = 0; i < size; i += 1) {
      const sample = samples[i] ?? 0;
      // The very first sample is its own past, so that a constant offset is no step.
      previousOut = decay * (previousOut + sample - (previousIn ?? sample));
      previousIn = sample;
      filtered[i] = previousOut;
      power += previousOut * previousOut;
    }
    const mean = power / size / (32768 * 32768);
    const level = mean > 0 ? Math.max(SILENCE_LEVEL, 10 * Math.log10(mean)) : SILENCE_LEVEL;
    return { samples, level, voiced: voicing(filtered) };
  };

  return (samples) => {
    const frames: Frame[] = [];
    for (let at = 0; at < samples.length; ) {
      if (filled === 0 && samples.length - at >= size) {
        frames.push(measure(samples.slice(at, at + size)));
        at += size;
        continue;
      }
      const take = Math.min(size - filled, samples.length - at);
      pending.set(samples.subarray(at, at + take), filled);
      filled += take;
      at += take;
      if (filled === size) {
        frames.push(measure(pending));
        pending = new Int16Array(size);
        filled = 0;
      }
    }
    return frames;
  };
}
