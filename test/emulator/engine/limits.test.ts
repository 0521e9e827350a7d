import { describe, expect, test } from "vitest";
import { createBench } from "../support/bench.ts";
import * as nova from "../support/events.ts";
import { say } from "../support/senses.ts";

const TIMED_OUT =
  "Timed out waiting for audio bytes or interactive content. Please ensure gaps between audio bytes and interactive content are less than 55 seconds.";

/** Audio every 10 s, for so long. */
async function talkFor(bench: ReturnType<typeof createBench>, ms: number): Promise<void> {
  for (let past = 0; past < ms; past += 10_000) {
    bench.send(nova.silence(20));
    await bench.clock.advance(Math.min(10_000, ms - past));
  }
}

describe("55 seconds without input", () => {
  test("end the stream in AWS's words", async () => {
    const bench = createBench();
    bench.send(nova.prologue(), nova.silence(20));
    await bench.clock.advance(54_999);
    expect(bench.ended()).toBe("open");
    await bench.clock.advance(1);
    expect(bench.received().at(-1)).toEqual({
      type: "exception",
      name: "validationException",
      message: TIMED_OUT,
    });
    expect(bench.ended()).toBe("ended");
  });

  test("are counted from the last audio", async () => {
    const bench = createBench();
    bench.send(nova.prologue());
    await bench.clock.advance(54_000);
    bench.send(nova.silence(20));
    await bench.clock.advance(54_999);
    expect(bench.ended()).toBe("open");
    await bench.clock.advance(1);
    expect(bench.ended()).toBe("ended");
  });

  test("are counted from the last typed text, too", async () => {
    const bench = createBench({ script: { hi: [say("Hello.")] } });
    bench.send(nova.prologue());
    await bench.clock.advance(54_000);
    bench.send(nova.typed("t", "hi"));
    await bench.clock.advance(54_999);
    expect(bench.ended()).toBe("open");
    await bench.clock.advance(1);
    expect(bench.ended()).toBe("ended");
  });

  test("leave time to begin late", async () => {
    const bench = createBench({ script: { hi: [say("Hello.")] } });
    await bench.clock.advance(54_000);
    bench.send(nova.prologue(), nova.typed("t", "hi"));
    await bench.clock.advance(10_000);
    expect(bench.ended()).toBe("open");
    expect(bench.received().some(({ type }) => type === "exception")).toBe(false);
  });

  test("end a stream that never said anything", async () => {
    const bench = createBench();
    await bench.clock.advance(55_000);
    expect(bench.received()).toEqual([
      { type: "exception", name: "validationException", message: TIMED_OUT },
    ]);
  });
});

describe("8 minutes of connection", () => {
  test("are the end, whatever is sent", async () => {
    const bench = createBench();
    bench.send(nova.prologue());
    await talkFor(bench, 479_999);
    expect(bench.ended()).toBe("open");
    await bench.clock.advance(1);
    expect(bench.received().at(-1)).toMatchObject({ type: "exception", name: "modelTimeoutException" });
    expect(bench.ended()).toBe("ended");
  });

  test.each([
    ["validationException", { type: "exception", name: "validationException" }, "ended"],
    [
      "internal531",
      { name: "validationException", message: expect.stringContaining("InternalErrorCode=531") },
      "ended",
    ],
    ["cut", { type: "event", name: "completionStart" }, "cut"],
  ] as const)("can end as %s", async (connectionEnd, last, ended) => {
    const bench = createBench({ settings: { connectionEnd } });
    bench.send(nova.prologue());
    await talkFor(bench, 480_000);
    expect(bench.received().at(-1)).toMatchObject(last);
    expect(bench.ended()).toBe(ended);
  });

  test("come sooner for a stream that was made older", async () => {
    const bench = createBench();
    bench.send(nova.prologue());
    bench.stream.age(470_000);
    await bench.clock.advance(9_999);
    expect(bench.ended()).toBe("open");
    await bench.clock.advance(1);
    expect(bench.ended()).toBe("ended");
  });

  test("are not waited for once the stream is over", async () => {
    const bench = createBench();
    bench.send(nova.prologue(), nova.epilogue());
    const sent = bench.writes.length;
    await bench.clock.advance(500_000);
    expect(bench.writes.length).toBe(sent);
    expect(bench.closed()).toBe(1);
  });
});
