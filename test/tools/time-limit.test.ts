import { describe, expect, it } from "vitest";
import { type Timers, within } from "../../src/tools/time-limit.ts";

/** Timers that go off when the test says so. */
class HandTimers implements Timers {
  readonly #waiting = new Set<() => void>();
  after(_ms: number, run: () => void): () => void {
    this.#waiting.add(run);
    return () => this.#waiting.delete(run);
  }
  ring(): void {
    for (const run of [...this.#waiting]) run();
  }
  get running(): number {
    return this.#waiting.size;
  }
}

const setUp = () => {
  const timers = new HandTimers();
  const abort = new AbortController();
  const promise = Promise.withResolvers<string>();
  const late: string[] = [];
  const waited = within(
    () => promise.promise,
    { ms: 100, signal: abort.signal, timers },
    (value) => late.push(value),
  );
  return { timers, abort, promise, waited, late };
};

describe("waiting for a promise", () => {
  it("gives its value and stops the timer", async () => {
    const { timers, promise, waited, late } = setUp();
    promise.resolve("in time");
    expect(await waited).toEqual({ type: "answered", value: "in time" });
    expect(timers.running).toBe(0);
    expect(late).toEqual([]);
  });

  it("gives what it threw, be it an Error or not", async () => {
    const { promise, waited } = setUp();
    promise.reject("just a text");
    expect(await waited).toEqual({ type: "threw", error: "just a text" });
  });

  it("counts a throw before the first promise as well", async () => {
    const timers = new HandTimers();
    const waited = within(
      () => {
        throw new Error("at once");
      },
      { ms: 100, timers },
    );
    expect(await waited).toMatchObject({ type: "threw" });
    expect(timers.running).toBe(0);
  });

  it("ends when time is up, and lets go of the value that comes late", async () => {
    const { timers, promise, waited, late } = setUp();
    timers.ring();
    expect(await waited).toEqual({ type: "timeout" });
    promise.resolve("too late");
    await promise.promise;
    await Promise.resolve();
    expect(late).toEqual(["too late"]);
  });

  it("ends when called off, and swallows what is thrown late", async () => {
    const { timers, abort, promise, waited, late } = setUp();
    abort.abort();
    expect(await waited).toEqual({ type: "aborted" });
    promise.reject(new Error("late"));
    await promise.promise.catch(() => {});
    expect(timers.running).toBe(0);
    expect(late).toEqual([]);
  });

  it("does not even begin when it is called off already", async () => {
    let begun = false;
    const work = async () => {
      begun = true;
    };
    const waited = await within(work, { ms: 1, signal: AbortSignal.abort(), timers: new HandTimers() });
    expect(waited).toEqual({ type: "aborted" });
    expect(begun).toBe(false);
  });
});
