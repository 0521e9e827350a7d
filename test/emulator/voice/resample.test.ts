import { describe, expect, it } from "vitest";
import { resample } from "../../../emulator/voice/resample.ts";

const tone = (hz: number, rate: number, length: number): Int16Array =>
  Int16Array.from({ length }, (_, i) => Math.round(16000 * Math.sin((2 * Math.PI * hz * i) / rate)));

/** Strength of one frequency in the middle of a sound, as an amplitude. */
const strength = (samples: Int16Array, hz: number, rate: number): number => {
  const [from, to] = [Math.floor(samples.length / 4), Math.floor((samples.length * 3) / 4)];
  let [re, im, weights] = [0, 0, 0];
  for (let i = from; i < to; i += 1) {
    const weight = 0.5 - 0.5 * Math.cos((2 * Math.PI * (i - from)) / (to - from));
    re += weight * (samples[i] ?? 0) * Math.cos((2 * Math.PI * hz * i) / rate);
    im += weight * (samples[i] ?? 0) * Math.sin((2 * Math.PI * hz * i) / rate);
    weights += weight;
  }
  return (2 * Math.hypot(re, im)) / weights;
};
const loudest = (samples: Int16Array): number =>
  samples
    .slice(samples.length / 4, (samples.length * 3) / 4)
    .reduce((max, sample) => Math.max(max, Math.abs(sample)), 0);

describe("the emulator's change of sample rate", () => {
  it.each([
    [16000, 8000],
    [16000, 24000],
    [24000, 16000],
    [8000, 16000],
  ])("keeps the length in time and the level of a tone from %i to %i Hz", (from, to) => {
    for (const hz of [100, 440, 1000, 3000]) {
      const result = resample(tone(hz, from, from), from, to);
      expect(result.length).toBe(to);
      expect(strength(result, hz, to) / 16000).toBeCloseTo(1, 2);
    }
  });

  it.each([4500, 5000, 6000, 7900])("lets nothing of a %i Hz tone through to 8 kHz", (hz) => {
    // −60 dB and less: one or two steps of a 16-bit sample, the rounding itself.
    expect(loudest(resample(tone(hz, 16000, 16000), 16000, 8000))).toBeLessThan(16);
  });

  it("makes no image of a tone when it goes up", () => {
    const result = resample(tone(7000, 16000, 16000), 16000, 24000);
    expect(strength(result, 7000, 24000) / 16000).toBeCloseTo(1, 1);
    expect(strength(result, 9000, 24000)).toBeLessThan(5);
  });

  it("moves nothing in time", () => {
    const click = new Int16Array(1600);
    click[800] = 20000;
    const up = resample(click, 16000, 24000);
    expect(up.indexOf(Math.max(...up))).toBe(1200);
    const wide = Int16Array.from({ length: 1600 }, (_, i) => 20000 * Math.exp(-(((i - 800) / 20) ** 2)));
    const down = resample(wide, 16000, 8000);
    expect(down.indexOf(Math.max(...down))).toBe(400);
  });

  it("does not wrap around where the sound is as loud as it can be", () => {
    const square = Int16Array.from({ length: 4000 }, (_, i) =>
      Math.floor(i / 40) % 2 === 0 ? 32767 : -32768,
    );
    const result = resample(square, 16000, 24000);
    for (let i = 200; i < 5800; i += 1) {
      const side = Math.floor(((i / 1.5) % 80) / 40) === 0 ? 1 : -1;
      const edge = (i / 1.5) % 40 < 4 || (i / 1.5) % 40 > 36;
      if (!edge) expect(Math.sign(result[i] ?? 0)).toBe(side);
    }
  });

  it("gives nothing for nothing, and the same for the same rate", () => {
    expect(resample(new Int16Array(0), 16000, 8000)).toHaveLength(0);
    const samples = tone(440, 8000, 100);
    expect(resample(samples, 8000, 8000)).toEqual(samples);
  });
});
