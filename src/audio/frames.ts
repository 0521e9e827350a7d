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
  if (whole > 0 && whole === pcm.byteLength && whole <= step) return [pcm];
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < whole; at += step) pieces.push(pcm.subarray(at, Math.min(at + step, whole)));
  return pieces;
};

/**
 * Those pieces in fewer, each of at most `maxBytes` bytes unless one alone is longer. What stands alone is not copied.
 */
export function joinPcm(pieces: readonly Uint8Array[], maxBytes: number): readonly Uint8Array[] {
  const joined: Uint8Array[] = [];
  let from = 0;
  let bytes = 0;
  const close = (to: number): void => {
    if (to > from) joined.push(concat(pieces.slice(from, to), bytes));
    from = to;
    bytes = 0;
  };
  for (const [place, { byteLength }] of pieces.entries()) {
    if (bytes + byteLength > maxBytes) close(place);
    bytes += byteLength;
  }
  close(pieces.length);
  return joined;
}

function concat(pieces: readonly Uint8Array[], bytes: number): Uint8Array {
  const [only] = pieces;
  if (only && pieces.length === 1) return only;
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.byteLength;
  }
  return whole;
}

/** `ms` of digital silence as PCM16, rounded down to whole samples. */
export const silence = (ms: number, rate: SampleRate): Uint8Array =>
  new Uint8Array(Math.floor((ms * bytesPerMs(rate)) / 2) * 2);
