import { describe, expect, it } from "vitest";
import { JitterBuffer } from "../../console/src/audio/jitter-buffer.ts";

const RATE = 24_000;
const FADE = 96;
const buffer = () =>
  new JitterBuffer({
    rate: RATE,
    targetMs: 60,
    maxMs: 240,
    waitMs: 120,
    pauseMs: 300,
    fadeMs: 4,
    queueMs: 10_000,
  });
const ms = (value: number): number => (value * RATE) / 1000;
const constant = (value: number, count: number): Float32Array => new Float32Array(count).fill(value);

/** Everything the buffer plays in the next `count` samples, read in the quanta of an audio thread. */
const listen = (from: JitterBuffer, count: number): Float32Array => {
  const heard = new Float32Array(Math.ceil(count / 128) * 128);
  for (let at = 0; at < heard.length; at += 128) from.read(heard.subarray(at, at + 128));
  return heard;
};
/** The largest step between two samples: what is heard as a click. */
const largestStep = (samples: Float32Array): number => {
  let largest = 0;
  for (let at = 1; at < samples.length; at += 1) {
    largest = Math.max(largest, Math.abs((samples[at] ?? 0) - (samples[at - 1] ?? 0)));
  }
  return largest;
};
const loud = (samples: Float32Array): number => samples.filter((sample) => sample !== 0).length;

describe("an answer", () => {
  it("starts once enough of it has come", () => {
    const sound = buffer();
    sound.push(1, constant(0.5, ms(59)));
    expect(loud(listen(sound, 256))).toBe(0);
    sound.push(1, constant(0.5, ms(1)));
    expect(loud(listen(sound, 256))).toBeGreaterThan(200);
    expect(sound.playing).toBe(true);
  });

  it("starts before that when it is whole, or when it has waited long enough", () => {
    const short = buffer();
    short.push(1, constant(0.5, ms(20)));
    short.end(1);
    expect(loud(listen(short, 128))).toBeGreaterThan(0);
    const slow = buffer();
    slow.push(1, constant(0.5, ms(20)));
    expect(loud(listen(slow, ms(110)))).toBe(0);
    expect(loud(listen(slow, ms(20)))).toBeGreaterThan(0);
  });

  it("is played whole, in order, without a gap between its pieces", () => {
    const sound = buffer();
    const wave = Float32Array.from(
      { length: ms(500) },
      (_, at) => 0.5 * Math.sin((2 * Math.PI * 440 * at) / RATE),
    );
    for (let at = 0; at < wave.length; at += 333) sound.push(1, wave.slice(at, at + 333));
    sound.end(1);
    const heard = listen(sound, wave.length);
    expect(heard.subarray(FADE, wave.length - FADE)).toEqual(wave.subarray(FADE, wave.length - FADE));
    expect(sound.position).toEqual({ answer: 1, ms: 500 });
    expect(sound.playing).toBe(false);
    expect(sound.underruns).toBe(0);
  });

  it("begins and ends without a click", () => {
    const sound = buffer();
    sound.push(1, constant(0.8, ms(100)));
    sound.end(1);
    expect(largestStep(listen(sound, ms(150)))).toBeLessThan(0.8 / FADE + 1e-6);
  });

  it("tells where it ended when the next one takes over", () => {
    const sound = buffer();
    sound.push(1, constant(0.5, ms(100)));
    sound.push(2, constant(0.5, ms(100)));
    listen(sound, ms(150));
    expect(sound.takeFinished()).toEqual([{ answer: 1, ms: 100 }]);
    expect(sound.takeFinished()).toEqual([]);
    expect(sound.position?.answer).toBe(2);
  });
});

describe("a gap on the network", () => {
  it("is faded over on both sides, counted, and makes the buffer hold back more", () => {
    const sound = buffer();
    sound.push(1, constant(0.8, ms(100)));
    const before = listen(sound, ms(150));
    sound.push(1, constant(0.8, ms(60)));
    const still = listen(sound, 128);
    expect(loud(still)).toBeGreaterThan(120);
    const after = listen(sound, ms(100));
    expect(sound.underruns).toBe(1);
    expect(largestStep(Float32Array.of(...before, ...still, ...after))).toBeLessThan(0.8 / FADE + 1e-6);
    sound.push(1, constant(0.8, ms(60)));
    expect(loud(listen(sound, 128))).toBe(0);
  });

  it("is no gap when the speaker pauses for long", () => {
    const sound = buffer();
    sound.push(1, constant(0.5, ms(100)));
    listen(sound, ms(600));
    sound.push(1, constant(0.5, ms(60)));
    listen(sound, 256);
    expect(sound.underruns).toBe(0);
  });
});

describe("a barge-in", () => {
  const interrupted = () => {
    const sound = buffer();
    sound.push(3, constant(0.9, ms(2000)));
    listen(sound, ms(500));
    sound.drop(3);
    return sound;
  };

  it("falls silent within 5 ms, without a click", () => {
    const heard = listen(interrupted(), ms(200));
    expect(heard.subarray(ms(5)).every((sample) => sample === 0)).toBe(true);
    expect(Math.abs((heard[0] ?? 0) - 0.9)).toBeLessThan(0.02);
    expect(largestStep(heard)).toBeLessThan(0.9 / FADE + 1e-6);
  });

  it("knows where the answer was cut", () => {
    const sound = interrupted();
    expect(sound.position?.answer).toBe(3);
    expect(sound.position?.ms).toBeGreaterThanOrEqual(500);
    expect(sound.position?.ms).toBeLessThan(520);
    expect(sound.queuedMs).toBe(0);
  });

  it("lets nothing of the answer, or of one before it, be heard again", () => {
    const sound = interrupted();
    expect(sound.push(3, constant(0.9, ms(500)))).toBe(false);
    expect(sound.push(2, constant(0.9, ms(500)))).toBe(false);
    expect(loud(listen(sound, ms(500)).subarray(ms(5)))).toBe(0);
  });

  it("leaves the next answer alone", () => {
    const sound = interrupted();
    expect(sound.push(4, constant(0.5, ms(100)))).toBe(true);
    sound.end(4);
    listen(sound, ms(200));
    expect(sound.position).toEqual({ answer: 4, ms: 100 });
  });

  it("takes nothing from an answer that is queued behind the interrupted one", () => {
    const sound = buffer();
    sound.push(1, constant(0.5, ms(60) + 20));
    sound.push(2, constant(0.5, ms(100)));
    sound.end(2);
    listen(sound, ms(58));
    sound.drop(1);
    listen(sound, ms(300));
    expect(sound.position).toEqual({ answer: 2, ms: 100 });
  });

  it("before the first sound leaves silence", () => {
    const sound = buffer();
    sound.push(1, constant(0.5, ms(30)));
    sound.drop(1);
    expect(loud(listen(sound, ms(300)))).toBe(0);
    expect(sound.position).toBeNull();
  });

  it("of an answer that is not there does no harm", () => {
    const sound = buffer();
    sound.drop(9);
    expect(loud(listen(sound, 256))).toBe(0);
    expect(sound.push(10, constant(0.5, ms(60)))).toBe(true);
  });
});

it("takes no more than it may hold", () => {
  const sound = buffer();
  expect(sound.push(1, constant(0.1, ms(9_999)))).toBe(true);
  expect(sound.push(1, constant(0.1, ms(2)))).toBe(false);
});
