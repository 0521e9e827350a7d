import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createClock, wait } from "../../emulator/clock.ts";

describe("the emulator's clock", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
  afterEach(() => void vi.useRealTimers());

  test("runs with the world's at speed 1", () => {
    const clock = createClock();
    const start = clock.now();
    vi.advanceTimersByTime(1000);
    expect(clock.now() - start).toBe(1000);
  });

  test("runs sixty times as fast: eight minutes in eight seconds", () => {
    const clock = createClock(60);
    let rang = false;
    clock.after(480_000, () => {
      rang = true;
    });
    vi.advanceTimersByTime(7999);
    expect(rang).toBe(false);
    vi.advanceTimersByTime(1);
    expect(rang).toBe(true);
  });

  test("takes timers along when its speed changes, and never goes back", () => {
    const clock = createClock();
    const rang: number[] = [];
    clock.after(10_000, () => rang.push(clock.now()));
    vi.advanceTimersByTime(4000);
    const before = clock.now();
    clock.setSpeed(6);
    expect(clock.now()).toBe(before);
    vi.advanceTimersByTime(999);
    expect(rang).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(rang).toHaveLength(1);
    clock.setSpeed(0.5);
    vi.advanceTimersByTime(10_000);
    expect(rang).toHaveLength(1);
  });

  test("can be turned on, and all that comes due rings in its order, and at its time", async () => {
    const clock = createClock();
    const rang: string[] = [];
    const since = clock.now();
    const ring = (name: string): void => void rang.push(`${name} at ${clock.now() - since}`);
    clock.after(300, () => ring("second"));
    clock.after(200, () => ring("first"));
    clock.after(900, () => ring("fourth"));
    // One that follows from another is as far on as if nobody had turned the clock.
    void wait(clock, 350, new AbortController().signal).then(() => clock.after(100, () => ring("third")));
    await clock.advance(500);
    expect(rang).toEqual(["first at 200", "second at 300", "third at 450"]);
    expect(clock.now() - since).toBe(500);
    await vi.advanceTimersByTimeAsync(400);
    expect(rang).toHaveLength(4);
  });

  test("waits, when it is turned, for what takes the world's time", async () => {
    const clock = createClock();
    const since = clock.now();
    const rang: number[] = [];
    let finish: () => void = () => {};
    const work = clock.during(new Promise<void>((resolve) => (finish = resolve)));
    void work.then(() => clock.after(100, () => rang.push(clock.now() - since)));
    const turned = clock.advance(500);
    await new Promise((resolve) => setImmediate(resolve));
    expect(clock.now() - since).toBe(0);
    finish();
    await turned;
    expect(rang).toEqual([100]);
    expect(clock.now() - since).toBe(500);
    await expect(clock.during(Promise.reject(new Error("no voice")))).rejects.toThrow("no voice");
  });

  test("forgets what was called off", () => {
    const clock = createClock();
    let rang = false;
    const callOff = clock.after(10, () => {
      rang = true;
    });
    callOff();
    clock.setSpeed(2);
    vi.advanceTimersByTime(100);
    expect(rang).toBe(false);
  });

  test("can be waited on, until one is called away", async () => {
    const clock = createClock();
    const away = new AbortController();
    let done = 0;
    void wait(clock, 100, away.signal).then(() => (done += 1));
    void wait(clock, 1e9, away.signal).then(() => (done += 1));
    await vi.advanceTimersByTimeAsync(100);
    expect(done).toBe(1);
    away.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect(done).toBe(2);
    await wait(clock, 1e9, away.signal);
  });
});
