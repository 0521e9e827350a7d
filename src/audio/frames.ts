/**
 * Cutting audio into pieces, and making silence.
 */
import { bytesPerMs, type SampleRate } from "./format.ts";

/**
 * `pcm` in views of at most `maxBytes` bytes, none of which parts a sample. Half a sample at the very end is left out.
 */
export const splitPcm = (pcm: Uint8Array, maxBytes: number): readonly Uint8Array[] => {
  const whole = pcm.byteLength & ~1;
  const step = Math.max(2, maxBytes & ~1);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < whole; at += step) pieces.push(pcm.subarray(at, Math.min(at + step, whole)));
  return pieces;
};

/** `ms` of digital silence as PCM16, rounded down to whole samples. */
export const silence = (ms: number, rate: SampleRate): Uint8Array =>
  new Uint8Array(Math.floor((ms * bytesPerMs(rate)) / 2) * 2);
