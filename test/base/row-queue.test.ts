import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RowQueue } from "../../src/base/row-queue.ts";

const all = (queue: RowQueue, width: number): readonly (readonly number[])[] =>
  Array.from({ length: queue.length }, (_, row) =>
    Array.from({ length: width }, (_, column) => queue.get(row, column)),
  );

describe("a queue of rows", () => {
  it("gives rows in the order in which they came", () => {
    const queue = new RowQueue(4);
    queue.push(1, 2, 3, 4);
    queue.push(5);
    expect(all(queue, 4)).toEqual([
      [1, 2, 3, 4],
      [5, 0, 0, 0],
    ]);
    queue.shift();
    expect(all(queue, 4)).toEqual([[5, 0, 0, 0]]);
  });

  it("has nothing to let go of when it is empty", () => {
    const queue = new RowQueue(2);
    queue.shift();
    expect(queue.length).toBe(0);
    queue.push(1, 2);
    expect(all(queue, 2)).toEqual([[1, 2]]);
  });

  it("raises one number of each row", () => {
    const queue = new RowQueue(2);
    queue.push(1, 10);
    queue.push(2, 20);
    queue.raise(0, 100);
    expect(all(queue, 2)).toEqual([
      [101, 10],
      [102, 20],
    ]);
  });

  it("is a queue whatever comes and goes", () => {
    const step = fc.record({ push: fc.nat(200), shift: fc.nat(200) });
    fc.assert(
      fc.property(fc.constantFrom(1, 2, 3, 4), fc.array(step, { maxLength: 20 }), (width, steps) => {
        const queue = new RowQueue(width);
        const rows: number[][] = [];
        let number = 0;
        for (const { push, shift } of steps) {
          for (let i = 0; i < push; i++) {
            number++;
            queue.push(number, number * 2, number * 3, number * 4);
            rows.push([number, number * 2, number * 3, number * 4].slice(0, width));
          }
          for (let i = 0; i < shift; i++) queue.shift();
          rows.splice(0, shift);
          expect(all(queue, width)).toEqual(rows);
        }
      }),
    );
  });
});
