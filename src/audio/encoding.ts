/**
 * From whatever encoding a client uses to the PCM16 inside, and back.
 */
import type { Encoding } from "./format.ts";
import { decodeAlaw, decodeMulaw, encodeAlaw, encodeMulaw } from "./g711.ts";

/** A client's bytes as PCM16 little-endian. PCM16 is passed through, not copied. */
export const toPcm = (encoding: Encoding, bytes: Uint8Array): Uint8Array => {
  switch (encoding) {
    case "pcm16":
      return bytes;
    case "mulaw":
      return decodeMulaw(bytes);
    case "alaw":
      return decodeAlaw(bytes);
  }
};

/** PCM16 little-endian in a client's encoding. PCM16 is passed through, not copied. */
export const fromPcm = (encoding: Encoding, pcm: Uint8Array): Uint8Array => {
  switch (encoding) {
    case "pcm16":
      return pcm;
    case "mulaw":
      return encodeMulaw(pcm);
    case "alaw":
      return encodeAlaw(pcm);
  }
};
