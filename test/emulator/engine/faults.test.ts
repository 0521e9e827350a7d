import { describe, expect, test } from "vitest";
import { createFaultDesk } from "../../../emulator/engine/fault-desk.ts";
import { EXCEPTIONS, type Fault } from "../../../emulator/seams.ts";
import { createFrameReader } from "../../../emulator/wire/frame-reader.ts";
import { createBench } from "../support/bench.ts";
import * as nova from "../support/events.ts";
import { decodeFrame } from "../support/frames.ts";
import { say, use } from "../support/senses.ts";

const now = (fault: Fault, times = 1) => ({ fault, when: "now", times }) as const;
const midAnswer = (fault: Fault) => ({ fault, when: "mid_answer", times: 1 }) as const;

const talking = async (fault?: Fault) => {
  const bench = createBench({ script: { hi: [say("A sentence of some length. And one more.")] } });
  bench.send(nova.prologue());
  if (fault !== undefined) bench.stream.suffer(midAnswer(fault));
  bench.send(nova.typed("t", "hi"));
  await bench.clock.advance(5000);
  return bench;
};

describe("a fault that ends the stream", () => {
  test.each(EXCEPTIONS)("%s is sent at once, with words of its own", (exception) => {
    const bench = createBench();
    bench.send(nova.prologue());
    bench.stream.suffer(now({ type: "exception", exception, message: "on request" }));
    expect(bench.received().at(-1)).toEqual({ type: "exception", name: exception, message: "on request" });
    expect(bench.ended()).toBe("ended");
  });

  test.each(EXCEPTIONS)("%s can come in the middle of an answer, in AWS's words", async (exception) => {
    const bench = await talking({ type: "exception", exception });
    const story = bench.story();
    expect(story.at(-2)).toBe("AUDIO start");
    expect(story.at(-1)).toMatch(/^exception: \w/);
    expect(bench.received().filter((frame) => frame.name === "audioOutput").length).toBeGreaterThan(1);
    expect(bench.ended()).toBe("ended");
  });

  test("531 comes as a validationException", () => {
    const bench = createBench();
    bench.stream.suffer(now({ type: "internal531" }));
    expect(bench.received()).toEqual([
      {
        type: "exception",
        name: "validationException",
        message: "InternalErrorCode=531::RST_STREAM closed stream. HTTP/2 error code: NO_ERROR",
      },
    ]);
  });

  test("an unmodelled error has its code and message in the headers", () => {
    const bench = createBench();
    bench.stream.suffer(now({ type: "error", code: "Oops", message: "what a pity" }));
    expect(bench.received()).toEqual([{ type: "error", name: "Oops", message: "what a pity" }]);
    expect(bench.ended()).toBe("ended");
  });

  test("a cut says nothing", async () => {
    const bench = await talking({ type: "cut" });
    expect(bench.ended()).toBe("cut");
    expect(bench.story().at(-1)).toBe("AUDIO start");
    expect(bench.closed()).toBe(1);
  });
});

describe("a stall", () => {
  test("holds everything back for its time, and reads on", async () => {
    const bench = createBench({ script: { hi: [say("Hello.")] } });
    bench.send(nova.prologue());
    bench.stream.suffer(now({ type: "stall", ms: 5000 }));
    const sent = bench.writes.length;
    bench.send(nova.typed("t", "hi"));
    await bench.clock.advance(4999);
    expect(bench.writes.length).toBe(sent);
    await bench.clock.advance(1);
    expect(bench.story()).toContain("ASSISTANT FINAL: Hello.");
  });

  test("without an end outlives even the hang-up, until nobody can be waiting", async () => {
    const bench = createBench();
    bench.send(nova.prologue());
    bench.stream.suffer(now({ type: "stall" }));
    const sent = bench.writes.length;
    bench.send(nova.epilogue());
    await bench.clock.advance(59_999);
    expect(bench.writes.length).toBe(sent);
    expect(bench.ended()).toBe("open");
    await bench.clock.advance(1);
    expect(bench.ended()).toBe("cut");
  });
});

describe("a slow first byte", () => {
  test("delays the next answer, and only that", async () => {
    const bench = createBench({ script: { hi: [say("Hello.")] } });
    bench.stream.suffer(now({ type: "slow_first_byte", ms: 2000 }));
    bench.send(nova.prologue(), nova.typed("t", "hi"));
    await bench.clock.advance(2299);
    expect(bench.story()).toEqual(["completionStart"]);
    await bench.clock.advance(1);
    expect(bench.story()).toContain("AUDIO start");
    await bench.clock.advance(1000);
    const said = bench.story().length;
    bench.send(nova.typed("t2", "hi"));
    await bench.clock.advance(300);
    expect(bench.story().length).toBeGreaterThan(said);
  });
});

describe("frames", () => {
  test("are joined: two in one message", () => {
    const bench = createBench();
    bench.stream.suffer(now({ type: "join_frames" }));
    bench.send(nova.prologue());
    expect(bench.writes).toEqual([]);
    bench.stream.suffer(now({ type: "unknown_event" }));
    expect(bench.writes).toHaveLength(1);
    expect(bench.received().map((frame) => frame.name)).toEqual(["completionStart", "moodEvent"]);
  });

  test("that wait to be joined are not lost at the end", () => {
    const bench = createBench();
    bench.send(nova.prologue(), nova.contentEnd(nova.AUDIO));
    bench.stream.suffer(now({ type: "join_frames" }));
    bench.send(nova.promptEnd(), nova.sessionEnd());
    expect(bench.received().at(-1)?.name).toBe("completionEnd");
    expect(bench.ended()).toBe("ended");
  });

  test("are split: one over two messages, as often as asked", async () => {
    const bench = createBench({ script: { hi: [say("Hi.")] } });
    bench.stream.suffer(now({ type: "split_frames" }, 3));
    bench.send(nova.prologue(), nova.typed("t", "hi"));
    await bench.clock.advance(2000);
    expect(bench.writes).toHaveLength(bench.received().length + 3);
    expect(bench.story()).toContain("ASSISTANT FINAL: Hi.");
  });

  test("are padded with a member that means nothing", () => {
    const bench = createBench();
    bench.stream.suffer(now({ type: "padding" }));
    bench.send(nova.prologue());
    expect(bench.received()).toEqual([
      expect.objectContaining({ name: "completionStart", padding: expect.stringMatching(/^[a-z]+$/) }),
    ]);
  });

  test("of an event that nobody knows look like any other", () => {
    const bench = createBench();
    bench.stream.suffer(now({ type: "unknown_event" }));
    expect(bench.received()).toEqual([expect.objectContaining({ type: "event", name: "moodEvent" })]);
    expect(bench.ended()).toBe("open");
  });
});

describe("a duplicate tool use", () => {
  test("has the same id and comes right after the first", async () => {
    const bench = createBench({
      script: { hi: [use("look"), use("find")], "results of look and find": [say("Done.")] },
    });
    bench.stream.suffer(now({ type: "duplicate_tool_use" }));
    bench.send(nova.prologue({ tools: [nova.tool("look"), nova.tool("find")] }), nova.typed("t", "hi"));
    await bench.clock.advance(1000);
    const uses = bench
      .received()
      .flatMap((frame) => (frame.type === "event" && frame.name === "toolUse" ? [frame.body] : []));
    expect(uses.map((body) => body.toolName)).toEqual(["look", "look", "find"]);
    expect(uses[0]?.toolUseId).toBe(uses[1]?.toolUseId);
    bench.send(
      nova.toolResult("r1", String(uses[0]?.toolUseId), "1"),
      nova.toolResult("r2", String(uses[2]?.toolUseId), "2"),
    );
    await bench.clock.advance(2000);
    expect(bench.story()).toContain("ASSISTANT FINAL: Done.");
  });
});

describe("garbage", () => {
  const spoiled = (kind: (Fault & { type: "garbage" })["kind"]) => {
    const bench = createBench();
    bench.stream.suffer(now({ type: "garbage", kind }));
    return bench.writes[0];
  };
  const frame = (kind: (Fault & { type: "garbage" })["kind"]): Uint8Array => {
    const bytes = spoiled(kind);
    if (!(bytes instanceof Uint8Array)) throw new Error("not a binary message");
    return bytes;
  };

  test("can be no frame at all", () => {
    expect(createFrameReader().push(frame("not_a_frame"))).toMatchObject({ ok: false });
  });
  test("can have a wrong checksum", () => {
    expect(() => decodeFrame(frame("bad_crc"))).toThrow(/checksum/);
  });
  test("can be a good frame with half a JSON text", () => {
    expect(() => decodeFrame(frame("bad_json"))).toThrow(/JSON/);
  });
  test("can be a text message", () => {
    expect(spoiled("text_message")).toBeTypeOf("string");
  });
});

describe("a fault in a scenario", () => {
  test("happens between what is said before and after it", async () => {
    const bench = createBench({
      script: { hi: [say("Before."), { type: "fault", fault: { type: "unknown_event" } }, say("After.")] },
    });
    bench.send(nova.prologue(), nova.typed("t", "hi"));
    await bench.clock.advance(3000);
    const story = bench.story();
    expect(story.indexOf("moodEvent")).toBeGreaterThan(story.indexOf("ASSISTANT FINAL: Before."));
    expect(story.indexOf("moodEvent")).toBeLessThan(story.indexOf("ASSISTANT SPECULATIVE: After."));
  });

  test("can refuse the next request", async () => {
    const bench = createBench({
      script: { hi: [{ type: "fault", fault: { type: "refuse", status: 429 } }] },
    });
    bench.send(nova.prologue(), nova.typed("t", "hi"));
    await bench.clock.advance(1000);
    expect(bench.refusals).toEqual([{ type: "refuse", status: 429 }]);
  });
});

describe("a mind or voice that breaks", () => {
  test("is an internal error, noted with its cause", async () => {
    const bench = createBench({
      mind: { understand: async () => "", react: () => Promise.reject(new Error("out of my mind")) },
    });
    bench.send(nova.prologue(), nova.typed("t", "hi"));
    await bench.clock.advance(10);
    expect(bench.received().at(-1)).toMatchObject({ type: "exception", name: "internalServerException" });
    expect(JSON.stringify(bench.trace.since(0))).toContain("out of my mind");
  });
});

describe("orders for streams to come", () => {
  const cut = { type: "cut" } as const;
  const padding = { type: "padding" } as const;

  test("refuse as many requests as were ordered", () => {
    const desk = createFaultDesk();
    desk.order(now({ type: "refuse", status: 503 }, 2));
    expect([
      desk.takeRefusal("us-east-1"),
      desk.takeRefusal("eu-north-1"),
      desk.takeRefusal(undefined),
    ]).toEqual([{ type: "refuse", status: 503 }, { type: "refuse", status: 503 }, undefined]);
  });

  test("kill one stream each, and spend all else on the first", () => {
    const desk = createFaultDesk();
    desk.order(now(cut, 2));
    desk.order(now(padding, 5));
    expect(desk.takeForStream("us-east-1")).toEqual([now(cut), now(padding, 5)]);
    expect(desk.takeForStream("us-east-1")).toEqual([now(cut)]);
    expect(desk.takeForStream("us-east-1")).toEqual([]);
  });

  test("leave refusals to the door, and streams to the rest", () => {
    const desk = createFaultDesk();
    desk.order(now({ type: "refuse", status: 500 }));
    expect(desk.takeForStream("us-east-1")).toEqual([]);
    expect(desk.orders).toHaveLength(1);
    desk.clear();
    expect(desk.takeRefusal("us-east-1")).toBeUndefined();
  });

  test("wait for a stream of their region, when they name one", () => {
    const desk = createFaultDesk();
    desk.order({ ...now({ type: "refuse", status: 403 }), region: "eu-north-1" });
    desk.order({ ...now(cut), region: "eu-north-1" });
    expect(desk.takeRefusal("us-east-1")).toBeUndefined();
    expect(desk.takeRefusal(undefined)).toBeUndefined();
    expect(desk.takeForStream("us-east-1")).toEqual([]);
    expect(desk.takeForStream("eu-north-1")).toHaveLength(1);
    expect(desk.takeRefusal("eu-north-1")).toMatchObject({ status: 403 });
    expect(desk.orders).toEqual([]);
  });
});
