import { describe, expect, it } from "vitest";
import { LIMITS } from "../../src/base/limits.ts";
import type { StreamEnd } from "../../src/conversation/events.ts";
import { Stage } from "./stage.ts";

const LOST: StreamEnd = { type: "lost", cause: "socket closed" };
const BUSY: StreamEnd = { type: "busy", cause: "full" };
const TEN = { status: "ok", value: { balance: 10 } } as const;
const OPENED = { type: "opened", connectMs: 80 } as const;

/** Loses stream `generation` and opens the next. */
function loseAndReopen(stage: Stage, generation = 1): void {
  stage.model({ type: "ended", end: LOST }, generation);
  stage.pass(0).model(OPENED, generation + 1);
}

/** What streams from `generation` on were asked in text. */
const asked = (stage: Stage, generation = 2) =>
  stage
    .of("stream.text")
    .filter((effect) => effect.generation >= generation)
    .map((effect) => effect.text);

describe("an answer that breaks off with its stream", () => {
  it("is made again also when it is the greeting", () => {
    const stage = Stage.talking({ greeting: "Say welcome." });
    stage.say("Welcome to", 1000, { last: false, spoken: false });
    stage.pass(500);
    loseAndReopen(stage);
    expect(asked(stage)).toHaveLength(1);
    expect(asked(stage)[0]).toContain("Say welcome.");
  });

  it("is made again when not a sound of it was heard, and its words are not taken for said", () => {
    const stage = Stage.talking();
    stage.callerSays("Hi");
    stage.model({ type: "agent_text", stage: "planned", text: "Hello, how are you?" });
    loseAndReopen(stage);
    expect(stage.specs.at(-1)?.history).toEqual([]);
    expect(asked(stage)).toEqual(["Hi"]);
  });

  it("is not made again when the caller had stopped it", () => {
    const stage = Stage.talking();
    stage.callerSays("Story");
    stage.say("Once upon.", 2000, { last: false });
    stage.pass(500).command({ type: "interrupt" });
    loseAndReopen(stage);
    expect(asked(stage)).toEqual([]);
  });

  it("is made again by the stream that hears the caller when it was a draining one that broke", () => {
    const stage = Stage.talking();
    stage.callerSays("Story");
    stage.say("Once upon.", 2000, { last: false });
    stage.pass(LIMITS.rotateAtOnceMs + 1000).model(OPENED, 2);
    stage.model({ type: "ended", end: LOST }, 1);
    expect(stage.notices("interrupted")).toMatchObject([{ answer: 1, by: "recovery" }]);
    expect(asked(stage)).toEqual(["Story"]);
  });

  it("is made again from what its tools had found, by the stream that hears the caller", () => {
    const stage = Stage.talking();
    stage.callerSays("Balance?");
    stage.useTool("u1");
    stage.play({ type: "tool_result", call: "t1", outcome: TEN });
    stage.say("You have", 2000, { last: false });
    stage.pass(LIMITS.rotateAtOnceMs + 1000).model(OPENED, 2);
    stage.model({ type: "ended", end: LOST }, 1);
    expect(asked(stage)).toHaveLength(1);
    expect(asked(stage)[0]).toContain('{"balance":10}');
  });

  it("is given up when even the apology breaks", () => {
    const stage = Stage.talking();
    stage.callerSays("Something unspeakable");
    const attempts = LIMITS.answerAttempts + 3;
    for (let generation = 1; generation <= attempts; generation++) {
      stage.say("Well, the", 200, { last: false, generation });
      stage.pass(100);
      loseAndReopen(stage, generation);
    }
    expect(asked(stage).filter((text) => text.includes("cannot be answered"))).toHaveLength(1);
    expect(asked(stage)).toHaveLength(LIMITS.answerAttempts);
  });
});

describe("a question whose stream was lost", () => {
  it("is still put to the stream that opens after others would not", () => {
    const stage = Stage.talking();
    stage.callerSays("Hi");
    stage.model({ type: "ended", end: LOST });
    for (const generation of [2, 3]) stage.pass(5000).model({ type: "ended", end: BUSY }, generation);
    stage.pass(5000).model(OPENED, 4);
    expect(asked(stage)).toHaveLength(1);
    expect(asked(stage)[0]).toContain("Hi");
  });
});

describe("a tool's result on its way to the caller", () => {
  /** The agent has said that it will look; the turn is no longer without an answer. */
  const looking = (): Stage => {
    const stage = Stage.talking();
    stage.callerSays("Balance?");
    stage.say("Let me look.", 500);
    stage.useTool("u1");
    return stage;
  };

  it("is told to the next stream when it comes while there is none", () => {
    const stage = looking();
    stage.model({ type: "ended", end: LOST });
    stage.play({ type: "tool_result", call: "t1", outcome: TEN });
    stage.pass(0).model(OPENED, 2);
    expect(asked(stage)).toHaveLength(1);
    expect(asked(stage)[0]).toContain('{"balance":10}');
  });

  it("is told when the lost stream had it and had not spoken of it", () => {
    const stage = looking();
    stage.play({ type: "tool_result", call: "t1", outcome: TEN });
    loseAndReopen(stage);
    expect(asked(stage)).toHaveLength(1);
    expect(asked(stage)[0]).toContain('{"balance":10}');
  });

  it("is told when the stream that was to hear of it could not be opened", () => {
    const stage = looking();
    stage.model({ type: "ended", end: LOST });
    stage.pass(0).play({ type: "tool_result", call: "t1", outcome: TEN });
    stage.model({ type: "ended", end: BUSY }, 2);
    stage.pass(5000).model(OPENED, 3);
    expect(asked(stage)).toHaveLength(1);
    expect(asked(stage)[0]).toContain('{"balance":10}');
  });

  it("is told though another call of the turn is still running", () => {
    const stage = Stage.talking();
    stage.callerSays("Both balances?");
    stage.useTool("u1");
    stage.useTool("u2");
    stage.play({ type: "tool_result", call: "t1", outcome: TEN });
    loseAndReopen(stage);
    stage.play({ type: "tool_result", call: "t2", outcome: { status: "ok", value: { balance: 20 } } });
    expect(asked(stage).join()).toContain('{"balance":10}');
    expect(asked(stage).join()).toContain('{"balance":20}');
    expect(stage.of("tool.run")).toHaveLength(2);
  });

  it("is told with the question that the caller has asked since", () => {
    const stage = looking();
    stage.callerSays("And the weather?");
    stage.play({ type: "tool_result", call: "t1", outcome: TEN });
    loseAndReopen(stage);
    expect(asked(stage)).toHaveLength(1);
    expect(asked(stage)[0]).toContain('{"balance":10}');
    expect(asked(stage)[0]).toContain("And the weather?");
  });

  it("is not told again once the agent has spoken of it", () => {
    const stage = looking();
    stage.play({ type: "tool_result", call: "t1", outcome: TEN });
    stage.say("Ten dollars.", 500);
    stage.pass(1000);
    loseAndReopen(stage);
    expect(asked(stage)).toEqual([]);
  });

  it("is not told again once the agent has spoken of it in the answer that said it would look", () => {
    const stage = Stage.talking();
    stage.callerSays("Balance?");
    stage.say("Let me look.", 500, { last: false });
    stage.useTool("u1");
    stage.play({ type: "tool_result", call: "t1", outcome: TEN });
    stage.say("Ten dollars.", 500);
    stage.pass(2000);
    loseAndReopen(stage);
    expect(asked(stage)).toEqual([]);
  });

  it("holds back a hand-over until the agent has spoken of it", () => {
    const stage = Stage.talking();
    stage.pass(LIMITS.rotateAtSilenceMs - 1000);
    stage.callerSays("Balance?");
    stage.useTool("u1");
    stage.say("Let me look.", 500);
    stage.play({ type: "tool_result", call: "t1", outcome: TEN });
    stage.pass(2000);
    expect(stage.of("stream.open")).toEqual([]);
    stage.say("Ten dollars.", 500);
    stage.pass(1000);
    expect(stage.of("stream.open")).toHaveLength(1);
  });
});

describe("a caller who says nothing while streams are lost now and then", () => {
  it("keeps the call: a stream that has lasted works, and its loss is not held against the next", () => {
    const stage = Stage.talking();
    for (let generation = 1; generation <= LIMITS.streamAttempts + 3; generation++) {
      stage.pass(LIMITS.streamWorksMs).model({ type: "ended", end: LOST }, generation);
      stage.pass(0).model(OPENED, generation + 1);
    }
    expect(stage.of("end")).toEqual([]);
  });

  it("loses it when streams open and break off at once, again and again", () => {
    const stage = Stage.talking();
    for (let generation = 1; generation <= LIMITS.streamAttempts + 1; generation++) {
      stage.pass(LIMITS.streamWorksMs - 1).model({ type: "ended", end: LOST }, generation);
      stage.pass(LIMITS.streamBackoffMs * 2 ** generation).model(OPENED, generation + 1);
    }
    expect(stage.of("end")).toMatchObject([{ reason: { error: { code: "model_unavailable" } } }]);
  });
});
