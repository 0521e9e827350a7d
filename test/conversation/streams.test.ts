import { describe, expect, it } from "vitest";
import { LIMITS } from "../../src/base/limits.ts";
import type { StreamEnd } from "../../src/conversation/events.ts";
import { AGENT, Stage } from "./stage.ts";

const LOST: StreamEnd = { type: "lost", cause: "socket closed" };

const TEN = { status: "ok", value: { balance: 10 } } as const;

describe("the start of a session", () => {
  it("opens the stream before the client is there and greets once both are", () => {
    const stage = new Stage({ greeting: "Say welcome." });
    stage.play({ type: "start", tools: [] });
    expect(stage.of("stream.open")).toHaveLength(1);
    stage.model({ type: "opened", connectMs: 80 });
    expect(stage.of("stream.text")).toEqual([]);
    stage.play({ type: "client_joined" });
    stage.command({ type: "hello", inputRate: 16000, outputRate: 24000 });
    expect(stage.notices("ready")).toHaveLength(1);
    expect(stage.of("stream.text")[0]?.text).toContain("Say welcome.");
    expect(stage.of("stream.open")).toHaveLength(1);
  });

  it("opens a fresh stream when the client says other rates than it was made for", () => {
    const stage = new Stage();
    stage.play({ type: "start", tools: [] });
    stage.model({ type: "opened", connectMs: 80 });
    stage.play({ type: "client_joined" });
    stage.command({ type: "hello", inputRate: 8000, outputRate: 8000 });
    expect(stage.of("stream.abort")).toEqual([{ type: "stream.abort", generation: 1 }]);
    expect(stage.notices("ready")).toEqual([]);
    stage.model({ type: "opened", connectMs: 80 }, 2);
    expect(stage.specs.at(-1)).toMatchObject({ inputRate: 8000, outputRate: 8000 });
    expect(stage.notices("ready")).toMatchObject([{ inputRate: 8000, outputRate: 8000 }]);
  });

  it("tells a stream that has not begun the rates the client says, without dialling again", () => {
    const stage = new Stage();
    stage.play({ type: "start", tools: [] });
    stage.play({ type: "client_joined" });
    stage.command({ type: "hello", inputRate: 8000, outputRate: 8000 });
    stage.model({ type: "opened", connectMs: 80 });
    expect(stage.of("stream.open")).toHaveLength(1);
    expect(stage.specs).toMatchObject([{ inputRate: 8000, outputRate: 8000 }]);
  });

  it("keeps the caller's first words until the stream is open", () => {
    const stage = new Stage();
    stage.play({ type: "start", tools: [] });
    stage.play({ type: "client_joined" });
    stage.command({ type: "hello", inputRate: 16000, outputRate: 24000 });
    for (const mark of [1, 2, 3]) stage.callerFrame(mark);
    expect(stage.of("stream.audio")).toEqual([]);
    stage.model({ type: "opened", connectMs: 80 });
    stage.callerFrame(4);
    expect(stage.marks(1)).toEqual([1, 2, 3, 4]);
  });

  it("says so when more was spoken into a closed door than can be kept", () => {
    const stage = new Stage();
    stage.play({ type: "start", tools: [] });
    stage.play({ type: "client_joined" });
    stage.command({ type: "hello", inputRate: 16000, outputRate: 24000 });
    for (let i = 0; i < 12; i++) stage.callerFrame(1, 1000);
    stage.model({ type: "opened", connectMs: 80 });
    expect(stage.marks(1)).toHaveLength(10);
    expect(stage.notices("error")).toMatchObject([{ error: { code: "model_unavailable" } }]);
  });

  it("gives up a session that no client comes to", () => {
    const stage = new Stage();
    stage.play({ type: "start", tools: [] });
    stage.model({ type: "opened", connectMs: 80 });
    stage.pass(LIMITS.prewarmMs);
    expect(stage.of("stream.finish")).toEqual([{ type: "stream.finish", generation: 1 }]);
    expect(stage.of("end")).toMatchObject([{ reason: { type: "never_joined" } }]);
  });

  it("waits for the hello of a client that came at the last moment", () => {
    const stage = new Stage();
    stage.play({ type: "start", tools: [] });
    stage.model({ type: "opened", connectMs: 80 });
    stage.pass(LIMITS.prewarmMs - 100).play({ type: "client_joined" });
    stage.pass(1000).command({ type: "hello", inputRate: 16000, outputRate: 24000 });
    expect(stage.notices("ready")).toHaveLength(1);
  });

  it("does not count a client as missing that came before the stream was opened", () => {
    const stage = new Stage();
    stage.play({ type: "client_joined" });
    stage.play({ type: "start", tools: [] });
    stage.pass(LIMITS.helloMs);
    expect(stage.of("end")).toMatchObject([{ reason: { error: { code: "hello_timeout" } } }]);
    expect(stage.of("timer.set").map((effect) => effect.timer)).not.toContain("prewarm");
  });

  it("asks a client that says nothing to say hello, for so long", () => {
    const stage = new Stage();
    stage.play({ type: "start", tools: [] });
    stage.play({ type: "client_joined" });
    stage.pass(LIMITS.helloMs);
    expect(stage.of("end")).toMatchObject([{ reason: { error: { code: "hello_timeout" } } }]);
  });

  it("takes nothing before hello", () => {
    const stage = new Stage();
    stage.play({ type: "start", tools: [] });
    stage.play({ type: "client_joined" });
    stage.callerFrame();
    expect(stage.of("end")).toMatchObject([{ reason: { error: { code: "hello_required" } } }]);
  });
});

describe("silence", () => {
  it("is fed in real time while the caller is muted", () => {
    const stage = Stage.talking();
    stage.command({ type: "mute", muted: true });
    for (let i = 0; i < 100; i++) {
      stage.callerFrame(7);
      stage.pass(20);
    }
    expect(stage.marks(1)).toEqual([]);
    const bytes = stage.of("stream.audio").reduce((sum, effect) => sum + effect.pcm.byteLength, 0);
    expect(bytes / 32).toBeGreaterThan(1800);
    expect(bytes / 32).toBeLessThanOrEqual(2000);
  });

  it("is not mixed into the words of a caller who is talking", () => {
    const stage = Stage.talking();
    for (let i = 0; i < 100; i++) {
      stage.callerFrame(7);
      stage.pass(20);
    }
    expect(stage.marks(1)).toHaveLength(100);
    expect(stage.of("stream.audio")).toHaveLength(100);
  });
});

describe("a lost stream", () => {
  it("is replaced at once, with what was said and without greeting again", () => {
    const stage = Stage.talking({ greeting: "Say welcome." });
    stage.say("Welcome.", 500);
    stage.pass(1000).callerSays("Hello");
    stage.say("How can I help?", 500);
    stage.pass(2000).model({ type: "ended", end: LOST });
    stage.pass(0);
    stage.effects.length = 0;
    stage.pass(300).model({ type: "opened", connectMs: 80 }, 2);
    expect(stage.specs.at(-1)?.history).toEqual([
      { role: "caller", text: "(The caller has joined.)" },
      { role: "agent", text: "Welcome." },
      { role: "caller", text: "Hello" },
      { role: "agent", text: "How can I help?" },
    ]);
    expect(stage.of("stream.text")).toEqual([]);
    expect(stage.notices("segment")).toMatchObject([{ reason: "recovery", gapMs: 300 }]);
  });

  it("loses none of the caller's words in flight, and doubles none", () => {
    const stage = Stage.talking();
    stage.callerSays("Hello");
    stage.say("Yes?", 300);
    stage.pass(2000);
    for (const mark of [1, 2, 3]) stage.callerFrame(mark);
    stage.model({ type: "ended", end: LOST });
    stage.pass(0);
    stage.callerFrame(4);
    stage.model({ type: "opened", connectMs: 80 }, 2);
    stage.callerFrame(5);
    expect(stage.marks(2)).toEqual([1, 2, 3, 4, 5]);
  });

  it("has its broken answer made again", () => {
    const stage = Stage.talking();
    stage.callerSays("Tell me a story");
    stage.say("Once upon a time.", 2000, { last: false });
    stage.pass(1000).model({ type: "ended", end: LOST });
    expect(stage.notices("interrupted")).toMatchObject([{ answer: 1, by: "recovery" }]);
    stage.pass(0).model({ type: "opened", connectMs: 80 }, 2);
    expect(stage.specs.at(-1)?.history.map((message) => message.text)).not.toContain("Tell me a story");
    expect(stage.of("stream.text")).toMatchObject([{ generation: 2, text: "Tell me a story" }]);
  });

  it("does not have its tools run twice: the next stream is told the result", () => {
    const stage = Stage.talking();
    stage.callerSays("Balance?");
    stage.useTool("u1");
    stage.model({ type: "ended", end: LOST });
    stage.pass(0).model({ type: "opened", connectMs: 80 }, 2);
    expect(stage.of("stream.text")).toEqual([]);
    stage.play({ type: "tool_result", call: "t1", outcome: TEN });
    expect(stage.of("tool.run")).toHaveLength(1);
    expect(stage.of("stream.tool_result")).toEqual([]);
    expect(stage.of("stream.text")).toMatchObject([{ generation: 2 }]);
    expect(stage.of("stream.text")[0]?.text).toContain('{"balance":10}');
  });

  it("tells the next stream a result that the lost one did not live to speak", () => {
    const stage = Stage.talking();
    stage.callerSays("Balance?");
    stage.useTool("u1");
    stage.play({ type: "tool_result", call: "t1", outcome: TEN });
    stage.model({ type: "ended", end: LOST });
    stage.pass(0).model({ type: "opened", connectMs: 80 }, 2);
    expect(stage.of("stream.text")[0]?.text).toContain('{"balance":10}');
    expect(stage.of("tool.run")).toHaveLength(1);
  });

  it("is not asked for ever what breaks every stream that answers it", () => {
    const stage = Stage.talking();
    stage.callerSays("Something unspeakable");
    for (let generation = 1; generation <= LIMITS.answerAttempts; generation++) {
      stage.say("Well, the", 200, { last: false, generation });
      stage.pass(100).model({ type: "ended", end: LOST }, generation);
      stage.pass(0).model({ type: "opened", connectMs: 80 }, generation + 1);
    }
    const asked = stage.of("stream.text").map((effect) => effect.text);
    expect(asked.slice(0, -1)).toEqual(Array(LIMITS.answerAttempts - 1).fill("Something unspeakable"));
    expect(asked.at(-1)).toMatch(/cannot be answered/);
    stage.say("Sorry, what else?", 300, { generation: LIMITS.answerAttempts + 1 });
    expect(stage.record.at(-1)).toMatchObject({ text: "Sorry, what else?", interrupted: false });
  });

  it("hears nothing of what its predecessor still says", () => {
    const stage = Stage.talking();
    stage.model({ type: "ended", end: LOST });
    stage.pass(0).model({ type: "opened", connectMs: 80 }, 2);
    stage.effects.length = 0;
    stage.say("A ghost speaks.", 500, { generation: 1 });
    stage.callerSays("Ghost", 1);
    expect(stage.effects).toEqual([]);
  });

  it.each([
    ["busy", "model_busy"],
    ["unreachable", "model_unavailable"],
    ["lost", "model_unavailable"],
  ] as const)("is tried again with growing pauses, then given up in words (%s)", (type, code) => {
    const stage = Stage.talking();
    for (let attempt = 1; attempt <= LIMITS.streamAttempts + 1; attempt++) {
      stage.model({ type: "ended", end: { type, cause: "x" } }, attempt);
      stage.pass(LIMITS.streamBackoffMs * 2 ** attempt);
    }
    expect(stage.of("stream.open")).toHaveLength(LIMITS.streamAttempts);
    expect(stage.of("end")).toMatchObject([{ reason: { error: { code } } }]);
    expect(stage.notices("closing")).toHaveLength(1);
  });

  it("that the model refuses for good ends the session at once", () => {
    const stage = Stage.talking();
    stage.model({ type: "ended", end: { type: "refused", cause: "AccessDenied" } });
    expect(stage.of("end")).toMatchObject([{ reason: { error: { code: "model_refused" } } }]);
  });
});

describe("rotation", () => {
  it("moves to a fresh stream at the first turn end after its age", () => {
    const stage = Stage.talking();
    stage.callerSays("Hi");
    stage.say("Hello.", 300);
    stage.pass(LIMITS.rotateAtTurnEndMs);
    expect(stage.of("stream.open")).toEqual([]);
    stage.callerSays("Still there?");
    stage.say("Yes.", 300);
    expect(stage.of("stream.open")).toMatchObject([{ generation: 2 }]);
    stage.callerFrame(1);
    stage.model({ type: "opened", connectMs: 80 }, 2);
    stage.callerFrame(2);
    expect(stage.marks(2)).toEqual([1, 2]);
    expect(stage.of("stream.finish")).toEqual([{ type: "stream.finish", generation: 1 }]);
    expect(stage.notices("segment")).toMatchObject([{ reason: "rotation", gapMs: 0 }]);
  });

  it("moves in silence when nobody speaks", () => {
    const stage = Stage.talking();
    stage.pass(LIMITS.rotateAtSilenceMs + 1000);
    expect(stage.of("stream.open")).toMatchObject([{ generation: 2 }]);
  });

  it("moves while the agent is speaking when there is no more time, and lets it finish", () => {
    const stage = Stage.talking();
    stage.callerSays("Story");
    stage.say("Once upon.", 2000, { last: false });
    stage.pass(LIMITS.rotateAtOnceMs + 1000).model({ type: "opened", connectMs: 80 }, 2);
    expect(stage.of("stream.finish")).toEqual([]);
    stage.say("The end.", 500);
    expect(stage.notices("audio").at(-1)?.answer).toBe(1);
    expect(stage.of("stream.finish")).toEqual([{ type: "stream.finish", generation: 1 }]);
    stage.callerSays("Another", 2);
    stage.say("No.", 300, { generation: 2 });
    expect(stage.notices("audio").at(-1)?.answer).toBe(2);
  });

  it("stays with the old stream when the new one cannot be opened, and tries again", () => {
    const stage = Stage.talking();
    stage.pass(LIMITS.rotateAtSilenceMs + 500);
    stage.model({ type: "ended", end: { type: "busy", cause: "x" } }, 2);
    stage.callerFrame(9);
    expect(stage.marks(1)).toEqual([9]);
    stage.pass(2000);
    expect(stage.of("stream.open")).toMatchObject([{ generation: 2 }, { generation: 3 }]);
  });
});

describe("the end of a session", () => {
  it("closes every stream in order and tells the client why", () => {
    const stage = Stage.talking();
    stage.command({ type: "bye" });
    expect(stage.notices("closing")).toMatchObject([{ reason: { type: "bye" } }]);
    expect(stage.of("stream.finish")).toEqual([{ type: "stream.finish", generation: 1 }]);
    expect(stage.effects.at(-1)).toMatchObject({ type: "end", reason: { type: "bye" } });
    expect(stage.command({ type: "text", text: "Hello?" })).toEqual([]);
  });

  it("comes by itself after the longest time a session may last", () => {
    const stage = Stage.talking({
      limits: {
        ...AGENT.limits,
        sessionMs: 60_000,
        rotateAtTurnEndMs: 1e6,
        rotateAtSilenceMs: 1e6,
        rotateAtOnceMs: 1e6,
      },
    });
    stage.pass(60_000);
    expect(stage.of("end")).toMatchObject([{ reason: { type: "time_limit" } }]);
  });

  it("puts an answer that was still being heard on record as far as it was heard", () => {
    const stage = Stage.talking();
    stage.callerSays("Story");
    stage.say("One two three four.", 4000, { last: false });
    stage.pass(2000).play({ type: "client_left", mayReturn: false });
    expect(stage.record.at(-1)).toMatchObject({ text: "One two", interrupted: true });
  });

  it("does so also when the model had said all of it long before", () => {
    const stage = Stage.talking();
    stage.callerSays("Story");
    stage.say("One two three four.", 4000);
    stage.pass(2000).play({ type: "client_left", mayReturn: false });
    expect(stage.record.at(-1)).toMatchObject({ text: "One two", interrupted: true });
    expect(stage.of("keep").at(-1)?.entries).toMatchObject([{ text: "One two" }]);
  });

  it("tells how quick the last turn was, though its answer was cut", () => {
    const stage = Stage.talking();
    stage.callerSays("Story");
    stage.say("One two three four.", 4000, { last: false });
    stage.pass(1000).command({ type: "interrupt" });
    stage.command({ type: "bye" });
    expect(stage.notices("metrics")).toMatchObject([{ metrics: { turn: 1, interrupted: true } }]);
  });
});
