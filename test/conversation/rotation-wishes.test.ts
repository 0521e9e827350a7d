import { describe, expect, it } from "vitest";
import { LIMITS } from "../../src/base/limits.ts";
import { Stage } from "./stage.ts";

const OPENED = { type: "opened", connectMs: 80 } as const;
const opened = (stage: Stage): number[] => stage.of("stream.open").map(({ generation }) => generation);

describe("an operator who wishes a fresh stream", () => {
  it("gets it at once when nobody speaks", () => {
    const stage = Stage.talking();
    stage.play({ type: "rotate" });
    expect(opened(stage)).toEqual([2]);
    stage.model(OPENED, 2);
    expect(stage.notices("segment")).toMatchObject([{ reason: "rotation", gapMs: 0 }]);
    stage.pass(LIMITS.rotateWishMs + 1000);
    expect(opened(stage)).toEqual([2]);
  });

  it("gets it when the agent has spoken", () => {
    const stage = Stage.talking();
    stage.callerSays("Story");
    stage.say("Once upon.", 2000, { last: false });
    stage.play({ type: "rotate" });
    stage.pass(1000);
    expect(opened(stage)).toEqual([]);
    stage.say("The end.", 500);
    stage.pass(LIMITS.rotateLookMs);
    expect(opened(stage)).toEqual([2]);
  });

  it("gets it soon though somebody speaks all the time", () => {
    const stage = Stage.talking();
    stage.callerSays("Story");
    stage.say("Once upon.", 2000, { last: false });
    stage.play({ type: "rotate" });
    stage.pass(LIMITS.rotateWishMs);
    expect(opened(stage)).toEqual([2]);
  });

  it("gets one fresh stream for any number of wishes", () => {
    const stage = Stage.talking();
    for (let i = 0; i < 5; i++) stage.play({ type: "rotate" });
    stage.model(OPENED, 2);
    stage.pass(60_000);
    expect(opened(stage)).toEqual([2]);
  });

  it("gets none beside the one that is being dialled", () => {
    const stage = Stage.talking();
    stage.pass(LIMITS.rotateAtSilenceMs + 500);
    stage.play({ type: "rotate" });
    stage.model(OPENED, 2);
    stage.pass(60_000);
    expect(opened(stage)).toEqual([2]);
  });

  it("does not shorten the age at which the next one is left", () => {
    const stage = Stage.talking();
    stage.play({ type: "rotate" });
    stage.model(OPENED, 2);
    stage.pass(LIMITS.rotateAtSilenceMs - 1000);
    expect(opened(stage)).toEqual([2]);
    stage.pass(1000);
    expect(opened(stage)).toEqual([2, 3]);
  });
});

describe("credentials that expire", () => {
  it("bring a fresh stream in a silence before", () => {
    const stage = Stage.talking();
    stage.play({ type: "credentials_expire", at: stage.now + 200_000 });
    stage.pass(200_000 - LIMITS.credentialsLeadMs - 1);
    expect(opened(stage)).toEqual([]);
    stage.pass(1);
    expect(opened(stage)).toEqual([2]);
  });

  it("bring it in good time though somebody speaks all the time", () => {
    const stage = Stage.talking();
    const at = stage.now + 200_000;
    stage.play({ type: "credentials_expire", at });
    stage.callerSays("Story");
    stage.say("Once upon.", 2000, { last: false });
    stage.pass(200_000 - LIMITS.credentialsAtOnceMs - 1);
    expect(opened(stage)).toEqual([]);
    stage.pass(1);
    expect(opened(stage)).toEqual([2]);
  });

  it("bring none when the stream was replaced since", () => {
    const stage = Stage.talking();
    stage.play({ type: "credentials_expire", at: stage.now + 200_000 });
    stage.play({ type: "rotate" });
    stage.model(OPENED, 2);
    stage.pass(200_000);
    expect(opened(stage)).toEqual([2]);
  });

  it("bring one though another was being dialled with them", () => {
    const stage = Stage.talking();
    stage.play({ type: "rotate" });
    stage.play({ type: "credentials_expire", at: stage.now + 200_000 });
    stage.model(OPENED, 2);
    stage.pass(200_000);
    expect(opened(stage)).toEqual([2, 3]);
  });

  it("bring one more when those of the fresh stream expire as well", () => {
    const stage = Stage.talking();
    stage.play({ type: "rotate" });
    stage.model(OPENED, 2);
    stage.play({ type: "credentials_expire", at: stage.now + 200_000 });
    stage.pass(200_000);
    expect(opened(stage)).toEqual([2, 3]);
  });
});
