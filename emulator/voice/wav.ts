/**
 * RIFF WAVE with one channel of 16-bit samples: what flite writes and a recogniser reads.
 */
import type { Speech } from "../seams.ts";

const HEADER_BYTES = 44;

/** A WAV file of the given speech. */
export function encodeWav(speech: Speech): Uint8Array {
  const data = speech.samples.length * 2;
  const bytes = new Uint8Array(HEADER_BYTES + data);
  const view = new DataView(bytes.buffer);
  const tag = (at: number, text: string): void => bytes.set(new TextEncoder().encode(text), at);
  tag(0, "RIFF");
  view.setUint32(4, HEADER_BYTES - 8 + data, true);
  tag(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, speech.rate, true);
  view.setUint32(28, speech.rate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  tag(36, "data");
  view.setUint32(40, data, true);
  speech.samples.forEach((sample, index) => {
    view.setInt16(HEADER_BYTES + index * 2, sample, true);
  });
  return bytes;
}

/** The speech in a WAV file, or undefined when it is not one channel of 16-bit PCM. Chunks that are not understood are skipped. */
export function decodeWav(bytes: Uint8Array): Speech | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tag = (at: number): string => new TextDecoder("latin1").decode(bytes.subarray(at, at + 4));
  if (bytes.length < 12 || tag(0) !== "RIFF" || tag(8) !== "WAVE") return undefined;
  let rate: number | undefined;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const length = view.getUint32(at + 4, true);
    const body = at + 8;
    if (tag(at) === "fmt " && length >= 16 && body + 16 <= bytes.length) {
      const isPcm16Mono =
        view.getUint16(body, true) === 1 &&
        view.getUint16(body + 2, true) === 1 &&
        view.getUint16(body + 14, true) === 16;
      if (!isPcm16Mono) return undefined;
      rate = view.getUint32(body + 4, true);
    } else if (tag(at) === "data" && rate !== undefined) {
      // A file written through a pipe may claim more than it holds.
      const count = Math.floor(Math.min(length, bytes.length - body) / 2);
      return {
        rate,
        samples: Int16Array.from({ length: count }, (_, index) => view.getInt16(body + index * 2, true)),
      };
    }
    at = body + length + (length % 2);
  }
  return undefined;
}
