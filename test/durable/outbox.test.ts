import { describe, expect, it, vi } from "vitest";
import { silence } from "../../src/audio/frames.ts";
import { LIMITS } from "../../src/base/limits.ts";
import type { Notice } from "../../src/conversation/events.ts";
import { Outbox } from "../../src/durable/outbox.ts";

const word = (answer: number): Notice => ({ type: "answer", answer, turn: 1, state: "started" });
const second: Notice = { type: "audio", answer: 1, pcm: silence(1000, 24000) };

/** An outbox with ten words in it. */
function ten(): Outbox {
  const outbox = new Outbox();
  for (let number = 1; number <= 10; number++) outbox.add(word(number), 24000);
  return outbox;
}

const numbers = (outbox: Outbox, seen: number | null) =>
  outbox.after(seen, 24000).letters.map(({ seq }) => seq);

describe("what a client is told again when it comes back", () => {
  it("is everything after the last it saw, under the numbers it had", () => {
    expect(numbers(ten(), 7)).toEqual([8, 9, 10]);
    expect(ten().after(7, 24000)).toMatchObject({ from: 8, lost: 0, lostMs: 0 });
  });

  it("is nothing for a client that saw everything, or one that is new here", () => {
    expect(numbers(ten(), 10)).toEqual([]);
    expect(numbers(ten(), null)).toEqual([]);
    expect(ten().after(null, 24000).from).toBe(11);
  });

  it("may be what was confirmed before: a page that was reloaded had got more than it had played", () => {
    const outbox = ten();
    outbox.confirm(8);
    expect(numbers(outbox, 5)).toEqual([6, 7, 8, 9, 10]);
  });

  it("is waited for until it is confirmed", () => {
    const outbox = ten();
    const all = outbox.unconfirmedBytes;
    outbox.confirm(5);
    expect(outbox.unconfirmedBytes).toBe(all / 2);
    outbox.confirm(10);
    expect(outbox.unconfirmedBytes).toBe(0);
  });

  it("is also what a new life of the object told before the client had said where it was", () => {
    const outbox = new Outbox();
    outbox.add(word(101), 24000);
    outbox.add(word(102), 24000);
    outbox.resume(41);
    expect(outbox.after(41, 24000)).toMatchObject({
      from: 42,
      letters: [
        { seq: 42, notice: word(101) },
        { seq: 43, notice: word(102) },
      ],
    });
  });

  it("is that too when the new life has told more than the client ever saw", () => {
    const outbox = new Outbox(true);
    for (const answer of [101, 102, 103]) outbox.add(word(answer), 24000);
    outbox.resume(2);
    expect(outbox.after(2, 24000)).toMatchObject({ from: 3, letters: [{ seq: 3 }, { seq: 4 }, { seq: 5 }] });
  });

  it("goes on from a number that an earlier life of the object has given out", () => {
    const outbox = new Outbox();
    outbox.resume(41);
    expect(outbox.after(41, 24000)).toMatchObject({ from: 42, lost: 0, letters: [] });
    expect(outbox.add(word(1), 24000)).toBe(42);
  });

  it("loses the oldest sound first when there is too much, and says how much", () => {
    const outbox = new Outbox();
    outbox.add(word(1), 24000);
    const seconds = Math.ceil(LIMITS.outboxBytes / 48_000) + 5;
    for (let i = 0; i < seconds; i++) outbox.add(second, 24000);
    const { lost, lostMs, letters } = outbox.after(0, 24000);
    expect(letters[0]).toMatchObject({ seq: 1, notice: { type: "answer" } });
    expect(lost).toBeGreaterThanOrEqual(5);
    expect(lostMs).toBe(lost * 1000);
    expect(letters.length + lost).toBe(seconds + 1);
  });

  it("is bounded in number as well", () => {
    const outbox = new Outbox();
    for (let i = 0; i < LIMITS.outboxNotices + 10; i++) outbox.add(word(i), 24000);
    expect(outbox.after(0, 24000)).toMatchObject({ lost: 10, lostMs: 0 });
  });

  it("does not count as lost what the client had seen before", () => {
    const outbox = new Outbox();
    for (let i = 0; i < LIMITS.outboxNotices + 10; i++) outbox.add(word(i), 24000);
    expect(outbox.after(10, 24000)).toMatchObject({ lost: 0 });
  });

  it("leaves out sound that was made for another rate than the client plays now, and says how much", () => {
    const outbox = new Outbox();
    outbox.add(word(1), 24000);
    outbox.add(second, 24000);
    outbox.add(second, 24000);
    outbox.add(word(2), 24000);
    outbox.add({ type: "audio", answer: 2, pcm: silence(1000, 8000) }, 8000);
    expect(outbox.after(0, 8000)).toMatchObject({
      from: 1,
      lost: 2,
      lostMs: 2000,
      letters: [{ seq: 1 }, { seq: 4 }, { seq: 5 }],
    });
  });

  it("is its own sound, also when what came before it fell out", () => {
    const outbox = new Outbox();
    const sound = (answer: number): Notice => ({
      type: "audio",
      answer,
      pcm: new Uint8Array(4_800).fill(answer % 251),
    });
    for (let answer = 1; answer <= 600; answer++) outbox.add(sound(answer), 24000);
    const { letters } = outbox.after(590, 24000);
    expect(letters).toEqual(Array.from({ length: 10 }, (_, i) => ({ seq: 591 + i, notice: sound(591 + i) })));
  });

  it("is no sound that was heard, but the last of it, and all that was not", () => {
    const outbox = new Outbox();
    const tell = (answer: number, seconds: number): void => {
      for (let i = 0; i < seconds; i++) outbox.add({ ...second, answer }, 24000);
    };
    const kept = () => outbox.after(0, 24000).letters.map(({ seq }) => seq);
    tell(1, 4);
    outbox.add(word(1), 24000);
    tell(2, 10);
    outbox.heard(1, 4_000);
    expect(kept()).toEqual([2, 3, 4, 5, ...Array.from({ length: 10 }, (_, i) => 6 + i)]);
    outbox.heard(2, 5_500);
    expect(kept()).toEqual([8, 9, 10, 11, 12, 13, 14, 15]);
    outbox.heard(2, 1_000);
    outbox.heard(1, 9_000);
    expect(kept()).toHaveLength(8);
    expect(outbox.after(7, 24000)).toMatchObject({ lost: 0, lostMs: 0 });
  });

  it("is the end of an answer as long as the next one is only told to come: nobody has played it yet", () => {
    const outbox = new Outbox();
    for (let i = 0; i < 8; i++) outbox.add({ ...second, answer: i < 4 ? 1 : 2 }, 24000);
    const kept = () => outbox.after(0, 24000).letters.map(({ seq }) => seq);
    outbox.heard(2, 0);
    expect(kept()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    outbox.heard(2, LIMITS.heardKeepMs);
    expect(kept()).toEqual([5, 6, 7, 8]);
    outbox.add({ ...second, answer: 3 }, 24000);
    outbox.add({ ...second, answer: 4 }, 24000);
    outbox.heard(4, 0);
    expect(kept()).toEqual([9, 10]);
  });

  it("takes no confirmation of what was never told", () => {
    const outbox = ten();
    outbox.confirm(99);
    expect(outbox.unconfirmedBytes).toBeGreaterThan(0);
    expect(numbers(outbox, 0)).toHaveLength(10);
  });
});

/** What array methods that go through, or move, a whole array have done while `run` ran, in elements. */
function elementsTouched(run: () => void): number {
  let elements = 0;
  const spies = (["findIndex", "splice", "slice", "shift", "filter", "reduce", "map"] as const).map(
    (name) => {
      const own: (this: unknown[], ...given: never[]) => unknown = Array.prototype[name];
      return vi.spyOn(Array.prototype, name).mockImplementation(function (
        this: unknown[],
        ...given: never[]
      ) {
        elements += this.length;
        return own.apply(this, given) as never;
      });
    },
  );
  try {
    run();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return elements;
}

describe("in a long call", () => {
  it("nothing piles up for a client that tells what it has played", () => {
    const outbox = new Outbox();
    const frame: Notice = { type: "audio", answer: 1, pcm: silence(20, 24000) };
    for (let answer = 1; answer <= 50; answer++) {
      for (let i = 1; i <= 250; i++) {
        outbox.add({ ...frame, answer }, 24000);
        outbox.heard(answer, i * 20);
      }
    }
    expect(outbox.after(0, 24000).letters.length).toBeLessThanOrEqual(2 * (LIMITS.heardKeepMs / 20) + 1);
  });

  it("nor do the words around that sound, which it had before it", () => {
    const outbox = new Outbox();
    const frame: Notice = { type: "audio", answer: 1, pcm: silence(100, 24000) };
    for (let answer = 1; answer <= 100; answer++) {
      outbox.add(word(answer), 24000);
      for (let i = 1; i <= 50; i++) {
        outbox.add({ ...frame, answer }, 24000);
        outbox.heard(answer, i * 100);
      }
      outbox.add({ type: "answer", answer, turn: 1, state: "ended" }, 24000);
    }
    const last = outbox.after(0, 24000).letters.map(({ seq }) => seq);
    expect(last.length).toBeLessThanOrEqual(LIMITS.heardKeepMs / 100 + 4);
    // What is left has no hole in it.
    expect(last).toEqual(last.map((_, place) => outbox.seq - last.length + 1 + place));
    outbox.confirm(outbox.seq);
    expect(outbox.unconfirmedBytes).toBe(0);
  });

  it("but words that came after all sound stay, however long ago that was: nobody has told that they came", () => {
    const outbox = new Outbox();
    outbox.add(second, 24000);
    for (let answer = 2; answer <= 100; answer++) outbox.add(word(answer), 24000);
    outbox.heard(1, 60_000);
    expect(outbox.after(1, 24000).letters).toHaveLength(99);
  });

  it("a frame costs the same however much is kept: nobody goes through the outbox to let go of one letter", () => {
    const outbox = new Outbox();
    const frame: Notice = { type: "audio", answer: 1, pcm: silence(32, 24000) };
    const add = (words: number, frames: number): void => {
      for (let i = 0; i < words; i++) outbox.add(word(i), 24000);
      for (let i = 0; i < frames; i++) outbox.add(frame, 24000);
    };
    add(LIMITS.outboxNotices / 2, LIMITS.outboxNotices);
    const perLetter = elementsTouched(() => add(0, 4 * LIMITS.outboxNotices)) / (4 * LIMITS.outboxNotices);
    expect(perLetter).toBeLessThan(5);
    expect(elementsTouched(() => add(4000, 0)) / 4000).toBeLessThan(5);
  });

  it("the voice of the last seconds is kept, however many words there were before it", () => {
    const outbox = new Outbox();
    for (let number = 1; number <= 2 * LIMITS.outboxNotices; number++) outbox.add(word(number), 24000);
    const seen = outbox.seq;
    for (let number = 0; number < 10; number++) outbox.add(second, 24000);
    expect(outbox.after(seen, 24000)).toMatchObject({ lost: 0, lostMs: 0 });
    expect(numbers(outbox, seen)).toHaveLength(10);
  });
});

it("what a restarted session told before its client said what it has seen is told it under new numbers", () => {
  const outbox = new Outbox();
  outbox.add(word(1), 24000);
  outbox.add(word(2), 24000);
  outbox.resume(500);
  expect(outbox.after(500, 24000)).toMatchObject({
    from: 501,
    lost: 0,
    letters: [{ seq: 501 }, { seq: 502 }],
  });
  expect(outbox.add(word(3), 24000)).toBe(503);
});
