/**
 * How loud a run of samples is, as a meter shows it.
 */

/** What a meter's left end stands for, in dB below full scale: quieter is room noise. */
const FLOOR_DB = -54;

/** Root mean square of samples in -1..1. */
export const rms = (samples: Float32Array): number => {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return samples.length === 0 ? 0 : Math.sqrt(sum / samples.length);
};

/** A root mean square as a share of the meter, 0..1, even in dB. */
export const meterLevel = (value: number): number =>
  value <= 0 ? 0 : Math.max(0, Math.min(1, 1 - (20 * Math.log10(value)) / FLOOR_DB));
