import { describe, expect, it } from "vitest";
import { LIMITS } from "../../src/base/limits.ts";
import type { StreamEnd } from "../../src/conversation/events.ts";
import { CANNOT_ANSWER } from "../../src/conversation/words.ts";
import { Stage, segment } from "./stage.ts";

const FILTERED: StreamEnd = { type: "filtered", cause: "blocked by our content filters" };
const OPENED = { type: "opened", connectMs: 80 } as const;
const UNSPEAKABLE = "Something unspeakable";

/** The filters end stream `generation`, and the next opens. */
const refuse = (stage: Stage, generation = 1, pauseMs = 3000): void => {
  stage.model({ type: "ended", end: FILTERED }, generation);
  stage.pass(pauseMs).model(OPENED, generation + 1);
};
const asked = (stage: Stage) =>
  stage
    .of("stream.text")
    .filter(({ generation }) => generation > 1)
    .map(({ text }) => text);
const told = (stage: Stage) => stage.specs.at(-1)?.history.map(({ text }) => text);

describe("words that the model's filters refuse", () => {
  it("are neither put again nor in the next stream's history, and the agent says sorry", () => {
    const stage = Stage.talking();
    stage.callerSays("Hello");
    stage.say("Hi there.", 500);
    stage.pass(1000);
    stage.callerSays(UNSPEAKABLE);
    refuse(stage);
    expect(told(stage)).toEqual(["Hello", "Hi there."]);
    expect(asked(stage)).toEqual([CANNOT_ANSWER]);
  });

  it("stay on record, and are marked", () => {
    const stage = Stage.talking();
    stage.callerSays("Hello");
    stage.say("Hi there.", 500);
    stage.pass(1000);
    stage.callerSays(UNSPEAKABLE);
    refuse(stage);
    stage.say("Sorry, I cannot help with that.", 500, { generation: 2 });
    expect(stage.record).toMatchObject([
      { text: "Hello" },
      { text: "Hi there." },
      { text: UNSPEAKABLE, withheld: true },
      { text: "Sorry, I cannot help with that." },
    ]);
    expect(stage.record[0]).not.toHaveProperty("withheld");
    const stored = stage.of("keep").flatMap(({ entries }) => entries);
    expect(stored.findLast(({ index }) => index === 2)).toMatchObject({ withheld: true });
  });

  it("are left out of every later stream, and of one after a restart", () => {
    const stage = Stage.talking();
    stage.callerSays(UNSPEAKABLE);
    refuse(stage);
    stage.say("Sorry.", 500, { generation: 2 });
    stage.pass(1000);
    stage.callerSays("Never mind", 2);
    stage.say("What else?", 500, { generation: 2 });
    stage.pass(1000).model({ type: "ended", end: { type: "lost", cause: "x" } }, 2);
    stage.pass(0).model(OPENED, 3);
    expect(told(stage)).not.toContain(UNSPEAKABLE);
    expect(told(stage)).toContain("Never mind");
    expect(stage.record[0]).toMatchObject({ withheld: true });
  });

  it("that were only sound so far are not replayed, and what was understood before stays", () => {
    const stage = Stage.talking();
    stage.callerSays("Hello");
    stage.say("Hi there.", 500);
    stage.pass(1000);
    stage.callerFrame(7);
    refuse(stage);
    expect(stage.marks(1)).toEqual([7]);
    expect(stage.marks(2)).toEqual([]);
    expect(told(stage)).toEqual(["Hello", "Hi there."]);
    expect(asked(stage)).toEqual([CANNOT_ANSWER]);
  });

  it("and stand in the history that a fresh stream is told are taken out of it, newest first", () => {
    const stage = Stage.talking();
    for (const words of ["First", "Second"]) {
      stage.callerSays(words);
      stage.say(`About ${words}.`, 500);
      stage.pass(1000);
    }
    refuse(stage);
    expect(told(stage)).toContain("Second");
    refuse(stage, 2);
    expect(told(stage)).not.toContain("Second");
    expect(told(stage)).toContain("First");
    refuse(stage, 3);
    expect(told(stage)).not.toContain("First");
  });

  it("were what the agent was about to say: the broken answer is not made again", () => {
    const stage = Stage.talking();
    stage.callerSays("Tell me more");
    stage.say("Well, the", 2000, { last: false });
    stage.pass(500);
    refuse(stage);
    expect(stage.notices("interrupted")).toMatchObject([{ by: "recovery" }]);
    expect(told(stage)).toEqual([]);
    expect(asked(stage)).toEqual([CANNOT_ANSWER]);
  });

  it("leave room for what the caller says next, before the agent could say sorry", () => {
    const stage = Stage.talking();
    stage.callerSays(UNSPEAKABLE);
    refuse(stage);
    stage.callerSays("Never mind. What time is it?", 2);
    stage.model({ type: "ended", end: { type: "lost", cause: "x" } }, 2);
    stage.pass(3000).model(OPENED, 3);
    expect(asked(stage)).toEqual([CANNOT_ANSWER, "Never mind. What time is it?"]);
    expect(told(stage)).toEqual([]);
  });

  it("are not in the summary that another segment is told", () => {
    const segments = [
      segment("desk", {
        carries: { type: "summary" },
        goesTo: [{ to: "vault", when: null, by: ["client"], say: null }],
      }),
      segment("vault"),
    ];
    const stage = Stage.talking({ segments, start: "desk" });
    stage.callerSays("Hello");
    stage.say("Hi there.", 500);
    stage.pass(1000);
    stage.callerSays(UNSPEAKABLE);
    refuse(stage);
    stage.say("Sorry.", 500, { generation: 2 });
    stage.pass(1000).command({ type: "go_to", segment: "vault" });
    stage.model(OPENED, 3);
    expect(stage.specs.at(-1)?.prompt).toContain("the caller said: Hello");
    expect(stage.specs.at(-1)?.prompt).not.toContain(UNSPEAKABLE);
  });

  it("with what tools had found for them are not told again", () => {
    const stage = Stage.talking();
    stage.callerSays("Balance?");
    stage.useTool("u1");
    stage.play({ type: "tool_result", call: "t1", outcome: { status: "ok", value: { balance: 10 } } });
    refuse(stage);
    expect(asked(stage)).toEqual([CANNOT_ANSWER]);
  });

  it("in an answer that a stream on its way out was speaking are not put to the one that took over", () => {
    const stage = Stage.talking();
    stage.callerSays("Story");
    stage.say("Once upon.", 2000, { last: false });
    stage.pass(LIMITS.rotateAtOnceMs + 1000).model(OPENED, 2);
    stage.model({ type: "ended", end: FILTERED }, 1);
    expect(asked(stage)).toEqual([CANNOT_ANSWER]);
  });

  it("for ever end the session, in order", () => {
    const stage = Stage.talking();
    stage.callerSays(UNSPEAKABLE);
    for (let generation = 1; generation <= LIMITS.streamAttempts + 1; generation++)
      refuse(stage, generation, 20_000);
    expect(stage.of("end")).toMatchObject([{ reason: { error: { code: "model_unavailable" } } }]);
  });
});
