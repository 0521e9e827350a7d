import { describe, expect, it } from "vitest";
import { createResampler, mixDown } from "../../../src/model/agentcore-voice/resampler.ts";

const tone = (hz: number, rate: number, seconds: number): Uint8Array => {
  const samples = Int16Array.from(
    { length: rate * seconds },
    (_, i) => 10_000 * Math.sin((2 * Math.PI * hz * i) / rate),
  );
  return new Uint8Array(samples.buffer);
};
const samplesOf = (pcm: Uint8Array): Int16Array => new Int16Array(pcm.slice().buffer);
const level = (samples: Int16Array): number =>
  Math.sqrt(samples.reduce((sum, s) => sum + s * s, 0) / samples.length);
/** Zero crossings upward per second: a tone's frequency. */
const pitch = (samples: Int16Array, rate: number): number =>
  (samples.filter((sample, i) => sample >= 0 && (samples[i - 1] ?? 0) < 0).length * rate) / samples.length;

const PAIRS = [
  [8000, 16_000],
  [16_000, 8000],
  [16_000, 24_000],
  [24_000, 16_000],
  [24_000, 8000],
  [48_000, 8000],
  [48_000, 16_000],
  [48_000, 24_000],
  [22_050, 16_000],
] as const;

describe("speech whose rate is changed", () => {
  it.each(PAIRS)("from %i to %i Hz lasts as long, sounds as high and as loud", (from, to) => {
    const out = samplesOf(createResampler(from, to).push(tone(1000, from, 1)));
    expect(out.length).toBeGreaterThan(to * 0.99);
    expect(out.length).toBeLessThanOrEqual(to);
    expect(Math.abs(pitch(out, to) - 1000)).toBeLessThan(12);
    expect(Math.abs(level(out) / 7071 - 1)).toBeLessThan(0.03);
  });

  it.each(PAIRS)("from %i to %i Hz is the same however it is cut", (from, to) => {
    const pcm = tone(700, from, 0.2);
    const whole = createResampler(from, to).push(pcm);
    const pieces = createResampler(from, to);
    const parts: Uint8Array[] = [];
    for (
      let at = 0, size = 2;
      at < pcm.length;
      at += size, size = ((size * 7) % 90) + 2 - (((size * 7) % 90) % 2)
    )
      parts.push(pieces.push(pcm.subarray(at, Math.min(pcm.length, at + size))).slice());
    expect(Buffer.concat(parts).equals(whole)).toBe(true);
  });

  it.each([
    [24_000, 8000],
    [48_000, 16_000],
    [16_000, 8000],
  ])("from %i to %i Hz does not fold down what the lower rate cannot carry", (from, to) => {
    const out = samplesOf(createResampler(from, to).push(tone(to * 0.7, from, 0.5)));
    expect(level(out.subarray(100)) / 7071).toBeLessThan(0.02);
  });

  it("stays within 16 bits at full scale", () => {
    const square = Int16Array.from({ length: 4800 }, (_, i) =>
      Math.floor(i / 24) % 2 === 0 ? 32_767 : -32_768,
    );
    const out = samplesOf(createResampler(24_000, 16_000).push(new Uint8Array(square.buffer)));
    expect(level(out)).toBeGreaterThan(25_000);
    // A wrapped sample would jump from one end to the other inside a half wave.
    const jumps = out.filter((sample, i) => Math.abs(sample - (out[i - 1] ?? sample)) > 50_000).length;
    expect(jumps).toBeLessThan(4800 / 24 + 1);
  });

  it("is left alone when the rates are the same", () => {
    const pcm = tone(440, 16_000, 0.01);
    expect(createResampler(16_000, 16_000).push(pcm)).toBe(pcm);
  });

  it("takes nothing for nothing", () => {
    expect(createResampler(8000, 16_000).push(new Uint8Array(0))).toHaveLength(0);
  });

  it("of two channels is their mean", () => {
    const stereo = Int16Array.from([100, 200, -32_768, -32_768, 32_767, 32_767]);
    expect([...samplesOf(mixDown(new Uint8Array(stereo.buffer)))]).toEqual([150, -32_768, 32_767]);
  });
});
