import { describe, expect, it } from "vitest";
import { Ahead } from "../../console/src/audio/ahead.ts";

const frame = (seq: number, answer: number) => ({ seq, answer, samples: new Int16Array(240) });

describe("what is yet to be heard", () => {
  it("is what came after the place that has been heard", () => {
    const ahead = new Ahead(24_000, null);
    for (let seq = 5; seq < 9; seq += 1) ahead.add(frame(seq, 1));
    ahead.add(frame(9, 2));
    expect(ahead.unheard).toEqual({ numbers: [5, 6, 7, 8, 9], at: { answer: 1, ms: 0 } });
    ahead.heard({ answer: 1, ms: 20 });
    expect(ahead.unheard).toEqual({ numbers: [7, 8, 9], at: { answer: 1, ms: 20 } });
    // Half a message was heard: it is wanted again, whole.
    ahead.heard({ answer: 1, ms: 35 });
    expect(ahead.unheard).toEqual({ numbers: [8, 9], at: { answer: 1, ms: 30 } });
    ahead.heard({ answer: 2, ms: 0 });
    expect(ahead.unheard).toEqual({ numbers: [9], at: { answer: 2, ms: 0 } });
    ahead.heard({ answer: 2, ms: 10 });
    expect(ahead.unheard).toEqual({ numbers: [], at: null });
  });

  it("is nothing of an answer that was interrupted", () => {
    const ahead = new Ahead(24_000, null);
    for (const [seq, answer] of [
      [1, 1],
      [2, 1],
      [3, 2],
    ] as const)
      ahead.add(frame(seq, answer));
    ahead.drop(1);
    expect(ahead.unheard).toEqual({ numbers: [3], at: { answer: 2, ms: 0 } });
  });

  it("goes on where another page stopped", () => {
    const ahead = new Ahead(24_000, { answer: 3, ms: 400 });
    ahead.add(frame(20, 3));
    ahead.add(frame(21, 4));
    ahead.heard({ answer: 3, ms: 405 });
    expect(ahead.unheard).toEqual({ numbers: [20, 21], at: { answer: 3, ms: 400 } });
    ahead.heard({ answer: 3, ms: 410 });
    expect(ahead.unheard).toEqual({ numbers: [21], at: { answer: 4, ms: 0 } });
  });
});
