import { describe, expect, it } from "vitest";
import { LIMITS } from "../../src/base/limits.ts";
import { Stage } from "./stage.ts";

const OPENED = { type: "opened", connectMs: 80 } as const;

/** A talk whose first stream is old enough to be left at the next turn's end. */
function aged(): Stage {
  const stage = Stage.talking();
  stage.callerSays("Hi");
  stage.say("Hello.", 300);
  stage.pass(LIMITS.rotateAtTurnEndMs);
  return stage;
}

describe("what the next stream is told", () => {
  it("has the last answer in it, though its final words come after its audio", () => {
    const stage = aged();
    stage.callerSays("Still there?");
    stage.say("Yes, I am.", 300, { spoken: false });
    stage.model({ type: "agent_text", stage: "spoken", text: "Yes, I am." });
    expect(stage.specs.at(-1)?.history.at(-1)).toEqual({ role: "agent", text: "Yes, I am." });
  });

  it("has the last answer in it when its final words never come", () => {
    const stage = Stage.talking();
    stage.callerSays("Hi");
    stage.say("Hello there.", 300, { spoken: false });
    stage.pass(LIMITS.rotateAtSilenceMs + 1000);
    expect(stage.specs.at(-1)?.history.at(-1)).toEqual({ role: "agent", text: "Hello there." });
  });

  it("has in it what is being said when there was no time to wait for its end", () => {
    const stage = Stage.talking();
    stage.callerSays("Story");
    stage.say("Once upon a time.", 2000, { last: false });
    stage.pass(LIMITS.rotateAtOnceMs + 1000);
    expect(stage.specs.at(-1)?.history.at(-1)).toEqual({ role: "agent", text: "Once upon a time." });
  });
});

describe("what the next stream hears", () => {
  it("has the words that the old one had heard but not yet understood", () => {
    const stage = Stage.talking();
    stage.pass(LIMITS.rotateAtSilenceMs - 100);
    for (const mark of [1, 2, 3]) stage.callerFrame(mark);
    stage.model({ type: "speech_started", offsetMs: null });
    stage.model({ type: "speech_stopped", offsetMs: null });
    stage.pass(1000).model(OPENED, 2);
    expect(stage.marks(2)).toEqual([1, 2, 3]);
  });

  it("has all that was said while it opened, however slowly it did", () => {
    const stage = Stage.talking();
    stage.pass(LIMITS.rotateAtSilenceMs + 1000);
    const marks = Array.from({ length: 45 }, (_, i) => i + 1);
    for (const mark of marks) {
      stage.callerFrame(mark, 100);
      stage.pass(100);
    }
    stage.model(OPENED, 2);
    expect(stage.marks(2)).toEqual(marks);
  });

  it("has nothing that was understood and answered", () => {
    const stage = Stage.talking();
    stage.callerFrame(1);
    stage.callerSays("Hi");
    stage.say("Hello.", 300);
    stage.pass(LIMITS.rotateAtSilenceMs + 1000).model(OPENED, 2);
    expect(stage.marks(2)).toEqual([]);
  });
});
