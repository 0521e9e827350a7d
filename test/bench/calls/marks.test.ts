import { describe, expect, it } from "vitest";
import { createMarkReader, markAt, soundOf, writeMark } from "../../../bench/calls/marks.ts";
import { createMarkReader as createEmulatorsReader } from "../../../emulator/engine/marks.ts";

const FRAME_BYTES = 640;

function frames(...numbers: number[]): Buffer {
  return Buffer.concat(
    numbers.map((number) => {
      const pcm = soundOf(FRAME_BYTES / 2, 16_000, number % 2 === 0);
      writeMark(pcm, number);
      return pcm;
    }),
  );
}

function read(pieces: readonly Uint8Array[]): readonly number[] {
  const found: number[] = [];
  const reader = createMarkReader(FRAME_BYTES);
  for (const piece of pieces) reader(piece, (number) => found.push(number));
  return found;
}

const cut = (pcm: Buffer, size: number): readonly Buffer[] =>
  Array.from({ length: Math.ceil(pcm.length / size) }, (_, index) =>
    pcm.subarray(index * size, (index + 1) * size),
  );

describe("a number in a frame of audio", () => {
  it("is found again, whatever it is", () => {
    for (const number of [0, 1, 0xffff, 0x10000, 0xabcdef, 0xffffff])
      expect(markAt(frames(number), 0)).toBe(number);
  });

  it("is found by the emulator, too", () => {
    const pcm = frames(7, 8);
    const samples = new Int16Array(pcm.length / 2).map((_, index) => pcm.readInt16LE(index * 2));
    expect(createEmulatorsReader()(samples)).toEqual([7, 8]);
  });

  it("cannot be heard", () => {
    const plain = soundOf(320, 16_000, true);
    const marked = Buffer.from(plain);
    writeMark(marked, 0xabcdef);
    for (let index = 0; index < plain.length; index += 2)
      expect(Math.abs(plain.readInt16LE(index) - marked.readInt16LE(index))).toBeLessThanOrEqual(1);
  });

  it("is not seen where there is none", () => {
    expect(markAt(soundOf(320, 16_000, true), 0)).toBe(-1);
    expect(read([soundOf(3_200, 16_000, true)])).toEqual([]);
  });

  it("is not taken from a damaged frame", () => {
    const pcm = frames(5);
    pcm[100] = (pcm[100] ?? 0) ^ 1;
    expect(read([pcm])).toEqual([]);
  });
});

describe("frames on their way", () => {
  const all = frames(1, 2, 3, 4, 5, 6);

  it("are found when they are joined", () => {
    expect(read([all])).toEqual([1, 2, 3, 4, 5, 6]);
    expect(read(cut(all, FRAME_BYTES * 2))).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it.each([2, 100, 130, 638, 642, 1_000])("are found when they are cut every %i bytes", (size) => {
    expect(read(cut(all, size))).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("are found again after one was lost in part", () => {
    expect(read([all.subarray(0, 900), all.subarray(1_280)])).toEqual([1, 2, 3, 4, 5, 6]);
  });
});
