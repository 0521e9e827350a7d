import { describe, expect, it } from "vitest";
import { LIMITS } from "../../src/base/limits.ts";
import { Stage } from "./stage.ts";

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
