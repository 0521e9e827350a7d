import { describe, expect, it } from "vitest";
import { LIMITS } from "../../src/base/limits.ts";
import { spreadOf } from "../../src/base/spread.ts";
import { Conversation } from "../../src/conversation/conversation.ts";
import type { StreamEnd } from "../../src/conversation/events.ts";
import { LINE_WAS_DOWN } from "../../src/conversation/words.ts";
import { AGENT, START, Stage } from "./stage.ts";

const LOST: StreamEnd = { type: "lost", cause: "socket closed" };
const OPENED = { type: "opened", connectMs: 80 } as const;
const asked = (stage: Stage, generation = 2) =>
  stage
    .of("stream.text")
    .filter((effect) => effect.generation >= generation)
    .map(({ text }) => text);

/** The stream is lost, and the next takes `ms` to open. */
const deafFor = (stage: Stage, ms: number, generation = 1): void => {
  stage.model({ type: "ended", end: LOST }, generation);
  stage.pass(ms).model(OPENED, generation + 1);
};

describe("a caller whom nobody heard for long", () => {
  it("is told sorry, and asked to go on", () => {
    const stage = Stage.talking();
    stage.callerSays("Hello");
    stage.say("Hi there.", 500);
    stage.pass(1000);
    deafFor(stage, LIMITS.apologyAfterMs);
    expect(asked(stage)).toEqual([LINE_WAS_DOWN]);
  });

  it("is told sorry before the answer that is owed", () => {
    const stage = Stage.talking();
    stage.callerSays("What is my balance?");
    deafFor(stage, LIMITS.apologyAfterMs);
    expect(asked(stage)).toHaveLength(1);
    expect(asked(stage)[0]).toMatch(/sorry[\s\S]*What is my balance\?$/);
  });

  it("is told sorry once, though the stream that says it is lost as well", () => {
    const stage = Stage.talking();
    stage.callerSays("Hello");
    stage.say("Hi there.", 500);
    stage.pass(1000);
    deafFor(stage, LIMITS.apologyAfterMs);
    deafFor(stage, LIMITS.apologyAfterMs, 2);
    expect(asked(stage, 3)).toEqual([LINE_WAS_DOWN]);
    stage.say("Sorry for that, please go on.", 500, { generation: 3 });
    stage.pass(1000);
    deafFor(stage, 0, 3);
    expect(asked(stage, 4)).toEqual([]);
  });

  it("is not, when it was for a moment only", () => {
    const stage = Stage.talking();
    stage.callerSays("Hello");
    stage.say("Hi there.", 500);
    stage.pass(1000);
    deafFor(stage, LIMITS.apologyAfterMs - 1);
    expect(asked(stage)).toEqual([]);
  });

  it("is not told sorry for a beginning that took long: nobody was interrupted", () => {
    const stage = new Stage({ greeting: "Say welcome." });
    stage.play({ type: "start", tools: [] });
    stage.play({ type: "client_joined" });
    stage.command({ type: "hello", inputRate: 16000, outputRate: 24000 });
    stage.pass(2 * LIMITS.apologyAfterMs).model({ type: "ended", end: LOST });
    stage.pass(2 * LIMITS.apologyAfterMs).model(OPENED, 2);
    expect(asked(stage)).toHaveLength(1);
    expect(asked(stage)[0]).toContain("Say welcome.");
  });
});

describe("sessions whose streams are lost together", () => {
  /** Ms between a session's second and third attempt. */
  const pauseOf = (session: string): number => {
    const conversation = new Conversation(
      { session, agent: AGENT, inputRate: 16000, outputRate: 24000, jitter: spreadOf(session) },
      START,
    );
    conversation.on({ type: "start", tools: [] }, START);
    const ended = { type: "ended", end: LOST } as const;
    const effects = conversation.on({ type: "model", generation: 1, event: ended }, START);
    const timer = effects.find((effect) => effect.type === "timer.set" && effect.timer === "reopen");
    return timer?.type === "timer.set" ? timer.at - START : Number.NaN;
  };

  it("come back spread over the pause and as much again, each at its own time", () => {
    const pauses = Array.from({ length: 1000 }, (_, index) => pauseOf(`session-${index}`));
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(LIMITS.streamBackoffMs);
    expect(Math.max(...pauses)).toBeLessThan(2 * LIMITS.streamBackoffMs);
    const tenths = Array.from(
      { length: 10 },
      (_, tenth) =>
        pauses.filter(
          (ms) => Math.floor((10 * (ms - LIMITS.streamBackoffMs)) / LIMITS.streamBackoffMs) === tenth,
        ).length,
    );
    for (const count of tenths) expect(count).toBeGreaterThan(60);
    expect(pauseOf("session-1")).toBe(pauseOf("session-1"));
  });
});

it("a session that keeps losing its streams ends, though each of them works for a while", () => {
  const stage = Stage.talking();
  let generation = 1;
  for (; stage.of("end").length === 0 && generation < 1000; generation++) {
    stage.callerSays("Hello", generation);
    stage.say("Hi there.", 500, { generation });
    stage.pass(1000);
    deafFor(stage, 0, generation);
  }
  expect(generation - 1).toBe(LIMITS.sessionLosses + 1);
  expect(stage.of("end")).toMatchObject([{ reason: { error: { code: "model_unavailable" } } }]);
});

it("a session that goes on for longer may lose as many streams again in each hour", () => {
  const stage = Stage.talking({ limits: { ...AGENT.limits, sessionMs: 2 * 3_600_000 } });
  let generation = 1;
  // One in two minutes: 30 in an hour, and 60 in all.
  for (; stage.of("end").length === 0 && generation < 1000; generation++) {
    stage.callerSays("Hello", generation);
    stage.say("Hi there.", 500, { generation });
    stage.pass(2 * 60_000);
    deafFor(stage, 0, generation);
  }
  expect(stage.of("end")).toMatchObject([{ reason: { type: "time_limit" } }]);
});
