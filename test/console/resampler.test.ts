import { describe, expect, it } from "vitest";
import { Resampler } from "../../console/src/audio/resampler.ts";

const tone = (hertz: number, rate: number, seconds: number): Float32Array =>
  Float32Array.from({ length: Math.round(rate * seconds) }, (_, at) =>
    Math.sin((2 * Math.PI * hertz * at) / rate),
  );
const loudness = (samples: Float32Array): number =>
  Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
/** Without the filter's run-in and run-out. */
const middle = (samples: Float32Array): Float32Array => samples.slice(400, -400);
const decibels = (ratio: number): number => 20 * Math.log10(ratio);
/** Strength of one frequency, by Goertzel's sum. */
const strength = (samples: Float32Array, hertz: number, rate: number): number => {
  let real = 0;
  let imaginary = 0;
  for (const [at, sample] of samples.entries()) {
    real += sample * Math.cos((2 * Math.PI * hertz * at) / rate);
    imaginary += sample * Math.sin((2 * Math.PI * hertz * at) / rate);
  }
  return (2 * Math.hypot(real, imaginary)) / samples.length;
};

describe.each([
  [48_000, 16_000],
  [44_100, 16_000],
  [96_000, 16_000],
  [24_000, 48_000],
  [24_000, 44_100],
  [8_000, 16_000],
])("from %i to %i Hz", (from, to) => {
  it("gives as many samples as the rates say", () => {
    const output = new Resampler(from, to).process(tone(440, from, 1));
    expect(Math.abs(output.length - to)).toBeLessThan(to * 0.005);
  });

  it("passes a tone of the voice unchanged", () => {
    const output = middle(new Resampler(from, to).process(tone(1000, from, 1)));
    expect(strength(output, 1000, to)).toBeCloseTo(1, 2);
    expect(decibels(loudness(output) / Math.SQRT1_2)).toBeCloseTo(0, 1);
  });

  it("gives the same whether it is fed in one piece or in many", () => {
    const input = tone(700, from, 0.2);
    const whole = new Resampler(from, to).process(input);
    const piecewise = new Resampler(from, to);
    const pieces: number[] = [];
    for (let at = 0; at < input.length; at += 128)
      pieces.push(...piecewise.process(input.slice(at, at + 128)));
    expect(Float32Array.from(pieces)).toEqual(whole);
  });
});

it("keeps what lies above the new band from folding into it", () => {
  for (const hertz of [8_600, 10_000, 12_000, 15_000, 20_000]) {
    const output = middle(new Resampler(48_000, 16_000).process(tone(hertz, 48_000, 1)));
    expect(decibels(loudness(output))).toBeLessThan(-60);
  }
});

it("makes no image of the voice above the old band", () => {
  const output = middle(new Resampler(24_000, 48_000).process(tone(3_000, 24_000, 1)));
  expect(decibels(strength(output, 21_000, 48_000))).toBeLessThan(-60);
});
