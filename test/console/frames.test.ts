import { expect, it } from "vitest";
import { decodeAudio, encodeAudio } from "../../console/src/wire/frames.ts";

const bytes = (...values: readonly number[]): ArrayBuffer => Uint8Array.from(values).buffer;

it("reads number, answer and samples of an audio message", () => {
  const frame = decodeAudio(bytes(0, 0, 1, 2, 0x80, 0, 0, 7, 0xff, 0x7f, 0x00, 0x80, 0x01, 0x00));
  expect(frame).toEqual({ seq: 258, answer: 0x80000007, samples: Int16Array.of(32767, -32768, 1) });
});

it("reads an audio message without samples", () => {
  expect(decodeAudio(bytes(0, 0, 0, 1, 0, 0, 0, 1))?.samples).toHaveLength(0);
});

it("refuses a message that is too short or ends within a sample", () => {
  expect(decodeAudio(new ArrayBuffer(0))).toBeNull();
  expect(decodeAudio(new ArrayBuffer(7))).toBeNull();
  expect(decodeAudio(new ArrayBuffer(9))).toBeNull();
});

it("writes samples as little-endian PCM16 and nothing else", () => {
  expect(new Uint8Array(encodeAudio(Int16Array.of(1, -2, 0x1234)))).toEqual(
    Uint8Array.of(1, 0, 0xfe, 0xff, 0x34, 0x12),
  );
});
