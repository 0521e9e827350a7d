import { expect, it } from "vitest";
import { Framer, toPcm16 } from "../../console/src/audio/framer.ts";
import { meterLevel, rms } from "../../console/src/audio/level.ts";

it("cuts any run of samples into frames of one size and keeps the rest for later", () => {
  const frames: Int16Array[] = [];
  const framer = new Framer(320);
  for (let at = 0; at < 10; at += 1)
    framer.push(new Float32Array(128).fill(0.5), (frame) => frames.push(frame));
  expect(frames).toHaveLength(4);
  expect(frames.every((frame) => frame.length === 320 && frame.every((sample) => sample === 16_384))).toBe(
    true,
  );
});

it("gives every frame away for good", () => {
  const frames: Int16Array[] = [];
  const framer = new Framer(2);
  framer.push(Float32Array.of(0.25, 0.25, -0.25, -0.25), (frame) => frames.push(frame));
  expect(frames).toEqual([Int16Array.of(8192, 8192), Int16Array.of(-8192, -8192)]);
});

it("clips what is too loud instead of letting it wrap around", () => {
  expect([1.5, 1, -1, -1.5].map(toPcm16)).toEqual([32_767, 32_767, -32_768, -32_768]);
});

it("shows levels evenly in decibels", () => {
  expect(meterLevel(0)).toBe(0);
  expect(meterLevel(1)).toBe(1);
  expect(meterLevel(10 ** (-27 / 20))).toBeCloseTo(0.5, 5);
  expect(meterLevel(1e-9)).toBe(0);
  expect(rms(Float32Array.of(0.5, -0.5))).toBeCloseTo(0.5, 6);
  expect(rms(new Float32Array(0))).toBe(0);
});
