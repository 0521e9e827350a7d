import { describe, expect, it } from "vitest";
import { joinPcm, silence, splitPcm } from "../../src/audio/frames.ts";
import { levelDbfs, SILENCE_DBFS } from "../../src/audio/level.ts";
import { bytesOf } from "../../src/audio/samples.ts";

describe("splitting audio", () => {
  const bytes = Uint8Array.from({ length: 11 }, (_, i) => i);

  it("cuts on whole samples and loses none of them", () => {
    expect(splitPcm(bytes, 5).map((piece) => [...piece])).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9],
    ]);
  });

  it("leaves audio that fits in one piece, without copying it", () => {
    const [piece, ...rest] = splitPcm(bytes.subarray(0, 10), 10);
    expect(rest).toEqual([]);
    expect(piece?.buffer).toBe(bytes.buffer);
  });

  it("makes nothing of nothing, and of half a sample", () => {
    expect(splitPcm(new Uint8Array(0), 100)).toEqual([]);
    expect(splitPcm(new Uint8Array(1), 100)).toEqual([]);
  });

  it("goes forward even when asked for less than a sample", () => {
    expect(splitPcm(bytes.subarray(0, 4), 1)).toHaveLength(2);
  });
});

describe("joining audio", () => {
  const piece = (value: number, length: number): Uint8Array => new Uint8Array(length).fill(value);

  it("makes few pieces of many, in order, none longer than asked", () => {
    const joined = joinPcm([piece(1, 4), piece(2, 4), piece(3, 4)], 8);
    expect(joined.map((bytes) => [...bytes])).toEqual([
      [1, 1, 1, 1, 2, 2, 2, 2],
      [3, 3, 3, 3],
    ]);
  });

  it("leaves alone what stands alone, however long it is", () => {
    const long = piece(1, 12);
    expect(joinPcm([long], 8)[0]).toBe(long);
    expect(joinPcm([piece(2, 4), long, piece(3, 4)], 8).map(({ length }) => length)).toEqual([4, 12, 4]);
  });

  it("makes nothing of nothing", () => {
    expect(joinPcm([], 8)).toEqual([]);
  });
});

describe("silence", () => {
  it("lasts as long as asked, in whole samples", () => {
    expect(silence(20, 16000)).toEqual(new Uint8Array(640));
    expect(silence(0.3, 8000).byteLength).toBe(4);
  });
});

describe("level", () => {
  it("is 0 dBFS for a full-scale square wave and -6.02 for half of it", () => {
    expect(levelDbfs(bytesOf(Int16Array.of(-32768, -32768)))).toBe(0);
    expect(levelDbfs(bytesOf(Int16Array.of(16384, -16384)))).toBeCloseTo(-6.02, 2);
  });

  it("is the floor for silence, for nothing, and for a lone click in a long silence", () => {
    expect(levelDbfs(new Uint8Array(640))).toBe(SILENCE_DBFS);
    expect(levelDbfs(new Uint8Array(0))).toBe(SILENCE_DBFS);
    expect(levelDbfs(bytesOf(Int16Array.from({ length: 100 }, (_, i) => (i === 0 ? 1 : 0))))).toBe(
      SILENCE_DBFS,
    );
  });
});
