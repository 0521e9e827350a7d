import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteQueue } from "../../src/base/byte-queue.ts";

const piece = (length: number, from = 0): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (from + i) % 251);

describe("a queue of bytes", () => {
  it("gives back what came, across the ends of its pieces of memory", () => {
    const queue = new ByteQueue();
    const all = piece(100_000);
    for (let at = 0; at < all.length; at += 640) queue.push(all.subarray(at, at + 640));
    expect([queue.begin, queue.end]).toEqual([0, 100_000]);
    expect(queue.read(0, 100_000)).toEqual(all);
    expect(queue.read(32_760, 32_780)).toEqual(all.slice(32_760, 32_780));
  });

  it("takes one piece that is longer than any of its own", () => {
    const queue = new ByteQueue();
    queue.push(piece(10));
    queue.push(piece(200_000, 10));
    expect(queue.read(0, 200_010)).toEqual(piece(200_010));
  });

  it("keeps a copy: whoever gave it may use the memory for something else", () => {
    const queue = new ByteQueue();
    const bytes = piece(4);
    queue.push(bytes);
    bytes.fill(9);
    expect([...queue.read(0, 4)]).toEqual([0, 1, 2, 3]);
  });

  it("lets go of no more than there is, and goes on from there", () => {
    const queue = new ByteQueue();
    queue.push(piece(5));
    queue.dropTo(9);
    queue.dropTo(2);
    expect([queue.begin, queue.end]).toEqual([5, 5]);
    queue.push(piece(3));
    expect([...queue.read(5, 8)]).toEqual([0, 1, 2]);
  });

  it("is a queue whatever comes and goes", () => {
    const step = fc.record({ push: fc.nat(50_000), drop: fc.nat(60_000) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const queue = new ByteQueue();
        let all = 0;
        let begin = 0;
        for (const { push, drop } of steps) {
          queue.push(piece(push, all));
          all += push;
          begin = Math.min(begin + drop, all);
          queue.dropTo(begin);
          expect([queue.begin, queue.end]).toEqual([begin, all]);
          const from = Math.max(begin, all - 40_000);
          expect(Buffer.compare(queue.read(from, all), piece(all - from, from))).toBe(0);
        }
      }),
      { numRuns: 30 },
    );
  });

  it("makes no new memory while it is as long as it was", () => {
    const queue = new ByteQueue();
    const frame = piece(640);
    const made = new Set<ArrayBufferLike>();
    const set = Uint8Array.prototype.set;
    Uint8Array.prototype.set = function (this: Uint8Array, from: ArrayLike<number>, at?: number) {
      made.add(this.buffer);
      set.call(this, from, at);
    };
    try {
      for (let i = 0; i < 3_000; i++) {
        queue.push(frame);
        queue.dropTo(queue.end - 96_000);
      }
    } finally {
      Uint8Array.prototype.set = set;
    }
    // Three seconds of audio, the piece that is being filled, and the one that was left.
    expect(made.size).toBeLessThanOrEqual(5);
  });
});
