/**
 * G.711, the telephone's encoding: one byte per sample at 8000 Hz, µ-law in North America and Japan, A-law elsewhere.
 * Tables are computed once from the standard's rule (ITU-T G.711, tables 1 and 2); coding is then one look-up.
 */
import { bytesOf, samplesOf } from "./samples.ts";

/** µ-law keeps 14 bits of a sample, A-law 13 of which one is the sign of a 12-bit magnitude step (G.711 section 3). */
const MULAW_SHIFT = 2;
const ALAW_SHIFT = 4;

const expandMulaw = (code: number): number => {
  const bits = ~code & 0xff;
  const segment = (bits >> 4) & 7;
  const magnitude = ((((bits & 0x0f) << 3) + 0x84) << segment) - 0x84;
  return bits & 0x80 ? -magnitude : magnitude;
};

const expandAlaw = (code: number): number => {
  const bits = code ^ 0x55;
  const segment = (bits >> 4) & 7;
  const step = ((bits & 0x0f) << 4) + 8;
  const magnitude = segment === 0 ? step : (step + 0x100) << (segment - 1);
  return bits & 0x80 ? magnitude : -magnitude;
};

/** `value`: 14 bits, signed. Negative values mirror in one's complement, so that -1 is the smallest negative step. */
const compressMulaw = (value: number): number => {
  const biased = Math.min((value < 0 ? ~value : value) + 33, 0x1fff);
  const segment = 26 - Math.clz32(biased);
  const code = (segment << 4) | ((biased >> (segment + 1)) & 0x0f);
  return ~(value < 0 ? code | 0x80 : code) & 0xff;
};

/** `value`: 12 bits, signed, mirrored likewise. */
const compressAlaw = (value: number): number => {
  const magnitude = value < 0 ? ~value : value;
  const segment = Math.max(0, 28 - Math.clz32(magnitude));
  const code = (segment << 4) | ((segment < 2 ? magnitude : magnitude >> (segment - 1)) & 0x0f);
  return (value < 0 ? code : code | 0x80) ^ 0x55;
};

const expandTable = (expand: (code: number) => number): Int16Array =>
  Int16Array.from({ length: 256 }, (_, code) => expand(code));

/** Indexed by the sample's upper bits, read as unsigned. */
const compressTable = (shift: number, compress: (value: number) => number): Uint8Array =>
  Uint8Array.from({ length: 0x10000 >> shift }, (_, index) =>
    compress((index << (shift + 16)) >> (shift + 16)),
  );

const MULAW_TO_PCM = expandTable(expandMulaw);
const ALAW_TO_PCM = expandTable(expandAlaw);
const PCM_TO_MULAW = compressTable(MULAW_SHIFT, compressMulaw);
const PCM_TO_ALAW = compressTable(ALAW_SHIFT, compressAlaw);

const decode = (g711: Uint8Array, table: Int16Array): Uint8Array => {
  const samples = new Int16Array(g711.length);
  for (let i = 0; i < g711.length; i++) samples[i] = table[g711[i] as number] as number;
  return bytesOf(samples);
};

const encode = (pcm: Uint8Array, table: Uint8Array, shift: number): Uint8Array => {
  const samples = samplesOf(pcm);
  const g711 = new Uint8Array(samples.length);
  for (let i = 0; i < samples.length; i++)
    g711[i] = table[((samples[i] as number) & 0xffff) >> shift] as number;
  return g711;
};

/** µ-law bytes → PCM16 little-endian. */
export const decodeMulaw = (g711: Uint8Array): Uint8Array => decode(g711, MULAW_TO_PCM);
/** A-law bytes → PCM16 little-endian. */
export const decodeAlaw = (g711: Uint8Array): Uint8Array => decode(g711, ALAW_TO_PCM);
/** PCM16 little-endian → µ-law bytes. Half a sample at the end is left out. */
export const encodeMulaw = (pcm: Uint8Array): Uint8Array => encode(pcm, PCM_TO_MULAW, MULAW_SHIFT);
/** PCM16 little-endian → A-law bytes. Half a sample at the end is left out. */
export const encodeAlaw = (pcm: Uint8Array): Uint8Array => encode(pcm, PCM_TO_ALAW, ALAW_SHIFT);
