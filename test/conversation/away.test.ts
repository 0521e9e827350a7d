import { describe, expect, it } from "vitest";
import { LIMITS } from "../../src/base/limits.ts";
import { Stage } from "./stage.ts";

const OPENED = { type: "opened", connectMs: 80 } as const;
const HELLO = { type: "hello", inputRate: 16000, outputRate: 24000 } as const;
const lose = (stage: Stage) => stage.play({ type: "client_left", mayReturn: true });

describe("a client that loses its socket", () => {
  it("finds the session as it left it, and what was said meanwhile", () => {
    const stage = Stage.talking();
    stage.callerSays("Tell me a story");
    lose(stage);
    stage.say("Once upon a time.", 500);
    stage.pass(5000);
    expect(stage.notices("transcript").at(-1)).toMatchObject({ text: "Once upon a time." });
    stage.play({ type: "client_joined" });
    stage.command(HELLO);
    stage.callerSays("Go on");
    expect(stage.notices("ready")).toEqual([]);
    expect(stage.of("end")).toEqual([]);
    stage.pass(LIMITS.resumeMs);
    expect(stage.of("end")).toEqual([]);
  });

  it("has its model fed with silence meanwhile, so that the stream lives", () => {
    const stage = Stage.talking();
    lose(stage);
    stage.pass(10_000);
    const fed = stage.of("stream.audio").reduce((sum, { pcm }) => sum + pcm.byteLength / 32, 0);
    expect(fed).toBeGreaterThan(9_000);
  });

  it("ends its session by not coming back", () => {
    const stage = Stage.talking();
    lose(stage);
    stage.pass(LIMITS.resumeMs);
    expect(stage.of("end")).toMatchObject([{ reason: { type: "client_left" } }]);
  });

  it("that may not come back ends it at once", () => {
    const stage = Stage.talking();
    stage.play({ type: "client_left", mayReturn: false });
    expect(stage.of("end")).toMatchObject([{ reason: { type: "client_left" } }]);
  });

  it("that had not said hello yet ends it at once", () => {
    const stage = new Stage();
    stage.play({ type: "start", tools: [] });
    stage.play({ type: "client_joined" });
    lose(stage);
    expect(stage.of("end")).toHaveLength(1);
  });

  it("has heard of an answer only what was played before", () => {
    const stage = Stage.talking();
    stage.callerSays("Count");
    stage.say("One two three four.", 4000);
    stage.command({ type: "played", answer: 1, ms: 1000 });
    lose(stage);
    stage.pass(10_000);
    stage.play({ type: "client_joined" });
    stage.command(HELLO);
    stage.pass(1000).command({ type: "interrupt" });
    expect(stage.notices("interrupted")).toMatchObject([{ heardMs: 2000, heardText: "One two" }]);
  });

  it("has heard nothing of an answer that began while it was away", () => {
    const stage = Stage.talking();
    stage.callerSays("Count");
    lose(stage);
    stage.say("One two three four.", 4000);
    stage.pass(10_000);
    stage.play({ type: "client_joined" });
    stage.command(HELLO);
    stage.pass(1000).command({ type: "interrupt" });
    expect(stage.notices("interrupted")).toMatchObject([{ heardMs: 1000 }]);
  });

  it("is not asked for patience while it is away", () => {
    const stage = Stage.talking({ fillers: { afterMs: 1000, phrases: ["One moment.", "Nearly."] } });
    stage.callerSays("My balance");
    stage.useTool("u1");
    lose(stage);
    stage.pass(5000);
    expect(stage.of("stream.text")).toEqual([]);
  });

  it("keeps what was said before it lost the line, for a stream that takes over meanwhile", () => {
    const stage = Stage.talking();
    stage.callerFrame(1);
    stage.callerFrame(2);
    lose(stage);
    stage.model({ type: "ended", end: { type: "lost", cause: "x" } });
    stage.pass(0).model(OPENED, 2);
    expect(stage.marks(2)).toEqual([1, 2]);
  });
});

describe("a client that comes back with other rates", () => {
  it("has streams made for them, and none of the sound in the old ones", () => {
    const stage = Stage.talking();
    stage.callerFrame(1);
    lose(stage);
    stage.play({ type: "client_joined" });
    stage.command({ type: "hello", inputRate: 8000, outputRate: 8000 });
    expect(stage.of("stream.abort")).toMatchObject([{ generation: 1 }]);
    stage.pass(0).model(OPENED, 2);
    expect(stage.specs.at(-1)).toMatchObject({ inputRate: 8000, outputRate: 8000 });
    expect(stage.marks(2)).toEqual([]);
  });
});

describe("while the client is away", () => {
  it("what the gateway answers in its stead does not end the session", () => {
    const stage = Stage.talking();
    stage.callerSays("Pick a colour");
    lose(stage);
    stage.useTool("u1", "pick_colour", "{}");
    // The shell: the model's arguments did not fit the tool's schema.
    const result = { status: "failed", reason: "bad_arguments", say: "They do not fit." } as const;
    stage.command({ type: "client_tool_result", call: "t1", result });
    expect(stage.of("end")).toEqual([]);
    expect(stage.of("stream.tool_result")).toMatchObject([{ use: "u1", outcome: result }]);
  });
});
