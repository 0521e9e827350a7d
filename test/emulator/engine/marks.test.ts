import { describe, expect, it } from "vitest";
import { markedFrame } from "../../../bench/hand-over/marks.ts";
import { createMarkReader, createReceivedAudio } from "../../../emulator/engine/marks.ts";

const samplesOf = (pcm: Uint8Array): Int16Array => new Int16Array(pcm.slice().buffer);
const joined = (...frames: Uint8Array[]): Int16Array =>
  samplesOf(new Uint8Array(frames.flatMap((frame) => [...frame])));

/** A mark as docs/emulator.md describes it, in the lowest bits of 64 samples. */
const spelt = (hex: string): Int16Array =>
  Int16Array.from(
    [...hex].flatMap((digit) => [8, 4, 2, 1].map((bit) => (Number.parseInt(digit, 16) & bit ? 101 : -100))),
  );

describe("marks in the caller's audio", () => {
  it("are read as they are described", () => {
    // 0x000011 ^ 0x5a = 0x4b.
    expect(createMarkReader()(spelt("a5c39e170000114b"))).toEqual([17]);
  });

  it("are read in silence and in speech, in their order", () => {
    const frames = [markedFrame(7, false), markedFrame(8, true), markedFrame(70_000, true)];
    expect(createMarkReader()(joined(...frames))).toEqual([7, 8, 70_000]);
  });

  it("are read where they lie across two pieces", () => {
    const read = createMarkReader();
    const all = samplesOf(markedFrame(9, true));
    expect([...read(all.subarray(0, 30)), ...read(all.subarray(30))]).toEqual([9]);
  });

  it("are not believed when a bit is wrong", () => {
    const frame = samplesOf(markedFrame(9, false));
    frame[40] = (frame[40] ?? 0) ^ 1;
    expect(createMarkReader()(frame)).toEqual([]);
  });

  it("are told with the sum of the audio, which cannot be heard for them", () => {
    expect(createReceivedAudio()(samplesOf(markedFrame(3, false)), 16_000)).toMatchObject({
      ms: 20,
      marks: [3],
    });
    expect(createReceivedAudio()(samplesOf(markedFrame(3, false)), 16_000).level).toBeLessThan(-96);
    expect(createReceivedAudio()(new Int16Array(320), 16_000)).not.toHaveProperty("marks");
  });
});
