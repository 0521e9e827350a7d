/**
 * How loud a piece of audio is.
 */
import { samplesOf } from "./samples.ts";

/** The quietest level told: one step of 16-bit audio is 96 dB below full scale, and silence has no logarithm. */
export const SILENCE_DBFS = -96;

/** Root mean square level in dBFS, 0 being a full-scale square wave; `SILENCE_DBFS` for silence and for no samples. */
export const levelDbfs = (pcm: Uint8Array): number => {
  const samples = samplesOf(pcm);
  let squares = 0;
  for (const sample of samples) squares += sample * sample;
  if (squares === 0) return SILENCE_DBFS;
  return Math.max(SILENCE_DBFS, 10 * Math.log10(squares / samples.length / (32768 * 32768)));
};
