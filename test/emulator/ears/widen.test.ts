import { describe, expect, it } from "vitest";
import { widen } from "../../../emulator/ears/widen.ts";

/** Strength of one frequency in a sound at 16 kHz. */
const strength = (samples: Int16Array, hz: number): number => {
  let [re, im] = [0, 0];
  for (const [i, sample] of samples.entries()) {
    const weight = 1 - Math.cos((2 * Math.PI * i) / samples.length);
    re += weight * sample * Math.cos((2 * Math.PI * hz * i) / 16000);
    im += weight * sample * Math.sin((2 * Math.PI * hz * i) / 16000);
  }
  return (2 * Math.hypot(re, im)) / samples.length;
};

describe("telephone speech made wide", () => {
  it("keeps what is below 4 kHz and puts its softer mirror image above", () => {
    const wide = widen(
      Int16Array.from({ length: 8000 }, (_, i) => 10000 * Math.sin((2 * Math.PI * 1000 * i) / 8000)),
    );
    expect(wide).toHaveLength(16000);
    expect(strength(wide, 1000) / 10000).toBeCloseTo(1, 2);
    expect(strength(wide, 7000) / 10000).toBeCloseTo(0.4, 2);
    expect(strength(wide, 5000)).toBeLessThan(5);
  });

  it("is as silent as silence", () => {
    expect(widen(new Int16Array(100))).toEqual(new Int16Array(200));
  });
});
