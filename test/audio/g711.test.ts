import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromPcm, toPcm } from "../../src/audio/encoding.ts";
import { decodeAlaw, decodeMulaw, encodeAlaw, encodeMulaw } from "../../src/audio/g711.ts";
import { bytesOf, samplesOf } from "../../src/audio/samples.ts";

/** Segments of the positive half as G.711 prints them: how many intervals, and how wide. */
const ALAW_SEGMENTS = [
  [32, 2],
  [16, 4],
  [16, 8],
  [16, 16],
  [16, 32],
  [16, 64],
  [16, 128],
] as const;
const MULAW_SEGMENTS = [
  [1, 1],
  [15, 2],
  [16, 4],
  [16, 8],
  [16, 16],
  [16, 32],
  [16, 64],
  [16, 128],
  [16, 256],
] as const;

interface Interval {
  /** Decision values x(n), x(n+1): the interval is [from, to). */
  readonly from: number;
  readonly to: number;
  /** Quantized value y(n). */
  readonly value: number;
}

const intervals = (segments: readonly (readonly [number, number])[]): Interval[] => {
  const all: Interval[] = [];
  let from = 0;
  for (const [count, width] of segments) {
    for (let i = 0; i < count; i++, from += width)
      all.push({ from, to: from + width, value: from + width / 2 });
  }
  return all;
};

// Tables 1a and 2a number the decoder's values from the smallest; µ-law's first is 0, an interval of one.
const ALAW = intervals(ALAW_SEGMENTS);
const MULAW = intervals(MULAW_SEGMENTS).map((step, n) => (n === 0 ? { ...step, value: 0 } : step));

const pcm = (...samples: number[]): Uint8Array => bytesOf(Int16Array.from(samples));
const decodeOne = (decode: (bytes: Uint8Array) => Uint8Array, code: number): number =>
  samplesOf(decode(Uint8Array.of(code)))[0] ?? Number.NaN;

describe("A-law", () => {
  it("ends its segments where table 1a does", () => {
    expect(ALAW).toHaveLength(128);
    expect(ALAW.at(-1)).toEqual({ from: 3968, to: 4096, value: 4032 });
  });

  it("decodes all 256 codes to the standard's values (13 bits, in the upper bits of 16)", () => {
    ALAW.forEach(({ value }, n) => {
      expect(decodeOne(decodeAlaw, (0x80 | n) ^ 0x55)).toBe(value * 8);
      expect(decodeOne(decodeAlaw, n ^ 0x55)).toBe(-value * 8);
    });
  });

  it("encodes every 16-bit sample into the interval that holds it", () => {
    ALAW.forEach(({ from, to }, n) => {
      for (const sample of [from * 8, to * 8 - 1]) {
        expect(encodeAlaw(pcm(sample, ~sample))).toEqual(Uint8Array.of((0x80 | n) ^ 0x55, n ^ 0x55));
      }
    });
  });

  it("says the 1 kHz reference tone of table 5 (34 21 21 34 B4 A1 A1 B4)", () => {
    const tone = Uint8Array.of(0x34, 0x21, 0x21, 0x34, 0xb4, 0xa1, 0xa1, 0xb4);
    expect(encodeAlaw(decodeAlaw(tone))).toEqual(tone);
    expect([...samplesOf(decodeAlaw(tone))]).toEqual([
      -8960, -20992, -20992, -8960, 8960, 20992, 20992, 8960,
    ]);
  });

  it("keeps silence silent", () => {
    expect(encodeAlaw(pcm(0, 0))).toEqual(Uint8Array.of(0xd5, 0xd5));
  });
});

describe("µ-law", () => {
  it("ends its segments where table 2a does", () => {
    expect(MULAW).toHaveLength(128);
    expect(MULAW.at(-1)).toEqual({ from: 7903, to: 8159, value: 8031 });
  });

  it("decodes all 256 codes to the standard's values (14 bits, in the upper bits of 16)", () => {
    MULAW.forEach(({ value }, n) => {
      expect(decodeOne(decodeMulaw, 0xff - n)).toBe(value * 4);
      expect(decodeOne(decodeMulaw, 0x7f - n) + 0).toBe(n === 0 ? 0 : -value * 4);
    });
  });

  it("encodes every 16-bit sample into the interval that holds it", () => {
    MULAW.forEach(({ from, to }, n) => {
      for (const sample of [from * 4, to * 4 - 1]) {
        expect(encodeMulaw(pcm(sample, ~sample))).toEqual(Uint8Array.of(0xff - n, 0x7f - n));
      }
    });
  });

  it("clips what is louder than the standard's loudest step", () => {
    expect(encodeMulaw(pcm(32767, -32768))).toEqual(Uint8Array.of(0x80, 0x00));
  });

  it("says the 1 kHz reference tone of table 6 (1E 0B 0B 1E 9E 8B 8B 9E)", () => {
    const tone = Uint8Array.of(0x1e, 0x0b, 0x0b, 0x1e, 0x9e, 0x8b, 0x8b, 0x9e);
    expect(encodeMulaw(decodeMulaw(tone))).toEqual(tone);
    expect([...samplesOf(decodeMulaw(tone))]).toEqual([
      -8828, -20860, -20860, -8828, 8828, 20860, 20860, 8828,
    ]);
  });
});

describe("both laws", () => {
  it("give back every code they decoded, but for µ-law's two zeros", () => {
    const codes = Uint8Array.from({ length: 256 }, (_, code) => code);
    expect(encodeAlaw(decodeAlaw(codes))).toEqual(codes);
    expect(encodeMulaw(decodeMulaw(codes))).toEqual(codes.map((code) => (code === 0x7f ? 0xff : code)));
  });

  it("never stray from a sample by more than half a step", () => {
    fc.assert(
      fc.property(fc.integer({ min: -32256, max: 32256 }), (sample) => {
        const limit = Math.abs(sample) / 16 + 16;
        for (const encoding of ["alaw", "mulaw"] as const) {
          const back = samplesOf(toPcm(encoding, fromPcm(encoding, pcm(sample))))[0] ?? Number.NaN;
          expect(Math.abs(back - sample)).toBeLessThanOrEqual(limit);
        }
      }),
    );
  });

  it("read samples that do not lie on an even address, and leave out half a sample", () => {
    const shifted = new Uint8Array(8);
    shifted.set(pcm(1000, -1000, 5), 1);
    expect(encodeMulaw(shifted.subarray(1, 6))).toEqual(encodeMulaw(pcm(1000, -1000)));
  });

  it("pass PCM16 through untouched", () => {
    const bytes = pcm(1, 2, 3);
    expect(toPcm("pcm16", bytes)).toBe(bytes);
    expect(fromPcm("pcm16", bytes)).toBe(bytes);
  });
});
