import { describe, expect, it } from "vitest";
import type { AgentLimits } from "../../src/agent/agent.ts";
import { LIMITS } from "../../src/base/limits.ts";
import { Conversation } from "../../src/conversation/conversation.ts";
import { AGENT, Stage } from "./stage.ts";

const talking = (limits: Partial<AgentLimits>): Stage =>
  Stage.talking({ limits: { ...AGENT.limits, ...limits } });

const asked = (stage: Stage, words: RegExp): number =>
  stage.of("stream.text").filter(({ text }) => words.test(text)).length;
const WARNING = /must end within a minute|ends after the caller's next question/;
const GOODBYE = /Say goodbye/;

/** One turn, heard to its end. */
function turn(stage: Stage, question = "Hi"): void {
  stage.callerSays(question);
  stage.say("Yes.", 500);
  stage.pass(1_000);
}

/** The agent does as it was asked, in a sentence of `ms`. */
function sentence(stage: Stage, ms = 1_000): void {
  stage.say("A sentence.", ms);
}

const used = (tokens: number) =>
  ({ type: "usage", tokens: { inputSpeech: tokens, inputText: 0, outputSpeech: 0, outputText: 0 } }) as const;

describe("a session's longest time", () => {
  it("is told the caller 30 s before, once, and ends with a goodbye", () => {
    const stage = talking({ sessionMs: 300_000 });
    turn(stage);
    stage.pass(300_000 - LIMITS.endWarningMs - 2_000);
    expect(asked(stage, WARNING)).toBe(0);
    stage.pass(1_000);
    expect(asked(stage, WARNING)).toBe(1);
    sentence(stage);
    stage.pass(LIMITS.endWarningMs - LIMITS.goodbyeMs);
    expect([asked(stage, WARNING), asked(stage, GOODBYE)]).toEqual([1, 1]);
    sentence(stage, 2_000);
    stage.pass(1_500);
    expect(stage.of("end")).toEqual([]);
    stage.pass(1_000);
    expect(stage.of("end")).toMatchObject([{ reason: { type: "time_limit" } }]);
    expect(stage.notices("closing")).toMatchObject([{ reason: { type: "time_limit" } }]);
  });

  it("waits with the warning until the agent has ended what it says", () => {
    const stage = talking({ sessionMs: 300_000 });
    stage.pass(300_000 - LIMITS.endWarningMs - 1_000);
    stage.callerSays("Story");
    stage.say("Once upon a time.", 4_000);
    stage.pass(3_000);
    expect(asked(stage, WARNING)).toBe(0);
    stage.pass(1_500);
    expect(asked(stage, WARNING)).toBe(1);
  });

  it("ends the session though nobody says goodbye, and though somebody speaks all the time", () => {
    const silent = talking({ sessionMs: 100_000 });
    silent.pass(100_000);
    expect(silent.of("end")).toMatchObject([{ reason: { type: "time_limit" } }]);
    const talkative = talking({ sessionMs: 100_000 });
    talkative.callerSays("Story");
    talkative.say("Once upon.", 200_000, { last: false });
    talkative.pass(99_999);
    expect(talkative.of("end")).toEqual([]);
    talkative.pass(1);
    expect(talkative.of("end")).toMatchObject([{ reason: { type: "time_limit" } }]);
  });
});

describe("a session of so many turns", () => {
  it("is told before the last, answers it, says goodbye and ends", () => {
    const stage = talking({ sessionTurns: 3 });
    turn(stage);
    expect(asked(stage, WARNING)).toBe(0);
    turn(stage);
    expect(asked(stage, /ends after the caller's next question/)).toBe(1);
    sentence(stage);
    stage.pass(1_500);
    stage.callerSays("The last one");
    stage.say("A long answer.", 30_000);
    stage.pass(29_000);
    expect([asked(stage, GOODBYE), stage.of("end").length]).toEqual([0, 0]);
    stage.pass(1_500);
    expect(asked(stage, GOODBYE)).toBe(1);
    sentence(stage);
    stage.pass(1_500);
    expect(stage.of("end")).toMatchObject([{ reason: { type: "budget", of: "turns" } }]);
    expect(asked(stage, WARNING)).toBe(1);
  });

  it("ends soon when the caller goes on over the last answer", () => {
    const stage = talking({ sessionTurns: 1 });
    stage.callerSays("One");
    stage.say("A long answer.", 20_000, { last: false });
    stage.pass(1_000).callerSays("Two");
    stage.say("Another.", 300_000, { last: false });
    stage.pass(LIMITS.goodbyeWaitMs + 1_000);
    expect(stage.of("end")).toMatchObject([{ reason: { type: "budget", of: "turns" } }]);
  });
});

describe("a session of so many tokens, or so much money", () => {
  it.each([
    ["tokens", { sessionTokens: 1_000 }, 899, 900, 1_000],
    // 3 dollars a million tokens of speech heard, and some for the platform.
    ["cost", { sessionCost: 3 }, 890_000, 902_000, 1_000_000],
  ] as const)(
    "is told at 90 %% of its %s, once, and ends when they are used up",
    (of, limits, before, lead, all) => {
      const stage = talking(limits);
      turn(stage);
      stage.model(used(before));
      expect(asked(stage, WARNING)).toBe(0);
      stage.model(used(lead));
      stage.model(used(lead + 1));
      expect(asked(stage, WARNING)).toBe(1);
      sentence(stage);
      stage.pass(2_000);
      stage.model(used(all));
      expect(asked(stage, GOODBYE)).toBe(1);
      sentence(stage);
      stage.pass(1_500);
      expect(stage.of("end")).toMatchObject([{ reason: { type: "budget", of } }]);
    },
  );

  it("does not wait for ever for a moment to say goodbye in", () => {
    const stage = talking({ sessionTokens: 1_000 });
    stage.callerSays("Story");
    stage.say("Once upon.", 300_000, { last: false });
    stage.model(used(1_000));
    stage.pass(LIMITS.goodbyeWaitMs - 1);
    expect(stage.of("end")).toEqual([]);
    stage.pass(LIMITS.rotateLookMs);
    expect(stage.of("end")).toMatchObject([{ reason: { type: "budget", of: "tokens" } }]);
  });

  it("ends though the goodbye never comes", () => {
    const stage = talking({ sessionTokens: 1_000 });
    turn(stage);
    stage.model(used(1_000));
    stage.pass(LIMITS.goodbyeMs);
    expect(stage.of("end")).toMatchObject([{ reason: { type: "budget", of: "tokens" } }]);
  });
});

describe("a session that was told of its end before its object was restarted", () => {
  it("is not told again", () => {
    const stage = talking({ sessionTurns: 2 });
    turn(stage);
    expect(asked(stage, WARNING)).toBe(1);
    const kept = stage.conversation.snapshot();
    expect(kept).toMatchObject({ warned: true });
    const limits = { ...AGENT.limits, sessionTurns: 2 };
    const options = {
      session: "s",
      agent: { ...AGENT, limits },
      inputRate: 16000,
      outputRate: 24000,
    } as const;
    expect(
      Conversation.restore(options, { ...kept, entries: stage.record, calls: [] }, stage.now).snapshot(),
    ).toMatchObject({ warned: true });
    expect(talking({}).conversation.snapshot()).not.toHaveProperty("warned");
  });
});
