import { describe, expect, it } from "vitest";
import type { AgentDefinition } from "../../src/agent/agent.ts";
import type { Edge } from "../../src/agent/segment.ts";
import { LIMITS } from "../../src/base/limits.ts";
import { Stage, segment } from "./stage.ts";

const OPENED = { type: "opened", connectMs: 80 } as const;
const SHUT = { type: "ended", end: { type: "unreachable", cause: "x" } } as const;
const edge = (to: string): Edge => ({ to, when: null, by: ["model", "client"], say: null });
const AGENT_MODEL = "amazon.nova-2-sonic-v1:0";
const AGENT: Partial<AgentDefinition> = {
  segments: [
    segment("main", {
      goesTo: [edge("a"), edge("b")],
      budget: { turns: null, tokens: null, ms: 60_000, to: "a" },
    }),
    segment("a"),
    segment("b", { model: "amazon.nova-sonic-v1:0" }),
  ],
};

/** All tries to open a stream for the move fail. */
function doorStaysShut(stage: Stage, generation: number): void {
  for (let attempt = 0; attempt < LIMITS.transitionAttempts; attempt++) {
    stage.model(SHUT, generation + attempt);
    stage.pass(2000);
  }
}

describe("a move that comes to nothing", () => {
  it("answers every wish that waited for it, also one that another wish had overtaken", () => {
    const stage = Stage.talking(AGENT);
    stage.callerSays("A please");
    stage.useTool("u1", "go_to_a", '{"reason":"x"}');
    stage.command({ type: "go_to", segment: "b" });
    doorStaysShut(stage, 3);
    expect(stage.of("stream.tool_result").map(({ use }) => use)).toEqual(["u1"]);
  });

  it("answers a tool's result that was held back behind a wish for the same segment", () => {
    const agent: Partial<AgentDefinition> = {
      ...AGENT,
      facts: { done: { description: null, secret: false, setBy: ["get_balance"] } },
      segments: [segment("main", { goesTo: [{ ...edge("a"), when: { done: true } }] }), segment("a")],
    };
    const stage = Stage.talking(agent);
    stage.callerSays("Hi");
    stage.useTool("u1");
    stage.useTool("u2", "go_to_a", '{"reason":"x"}');
    const word = { facts: { done: true } };
    stage.play({ type: "tool_result", call: "t1", outcome: { status: "ok", value: 1 }, word });
    doorStaysShut(stage, 2);
    expect(
      stage
        .of("stream.tool_result")
        .map(({ use }) => use)
        .sort(),
    ).toEqual(["u1", "u2"]);
  });

  it("leaves the stream to be replaced when it is old", () => {
    const segments = AGENT.segments?.map((one) => ({ ...one, budget: null })) ?? [];
    const stage = Stage.talking({ segments });
    stage.callerSays("Hi");
    stage.say("Hello.", 300);
    stage.pass(LIMITS.rotateAtSilenceMs);
    expect(stage.of("stream.open")).toMatchObject([{ generation: 2 }]);
    stage.command({ type: "go_to", segment: "b" });
    doorStaysShut(stage, 3);
    expect(stage.of("stream.open").at(-1)).toMatchObject({ generation: 6, target: { model: AGENT_MODEL } });
  });

  it("does not use up the budget's end that fell into it", () => {
    const stage = Stage.talking(AGENT);
    stage.pass(59_000);
    stage.command({ type: "go_to", segment: "b" });
    stage.pass(2000);
    doorStaysShut(stage, 2);
    stage.pass(2000);
    stage.model(OPENED, Math.max(...stage.of("stream.open").map(({ generation }) => generation)));
    expect(stage.conversation.progress.segment).toBe("a");
  });
});

it("a wish that is taken back while no stream is open yet is not followed", () => {
  const stage = new Stage(AGENT);
  stage.play({ type: "start", tools: [] });
  stage.play({ type: "client_joined" });
  stage.command({ type: "hello", inputRate: 16000, outputRate: 24000 });
  stage.command({ type: "go_to", segment: "a" });
  stage.command({ type: "go_to", segment: "main" });
  stage.model(OPENED);
  expect(stage.conversation.progress.segment).toBe("main");
});

it("what the caller says while their voice is held back for a tool is heard where its fact leads", () => {
  const stage = Stage.talking({
    holdAudioDuringTools: true,
    facts: { done: { description: null, secret: false, setBy: ["get_balance"] } },
    segments: [segment("main", { goesTo: [{ ...edge("a"), when: { done: true } }] }), segment("a")],
  });
  stage.callerSays("Hi");
  stage.useTool("u1");
  for (let mark = 1; mark <= 6; mark++) {
    stage.callerFrame(mark);
    stage.callerFrame(0, 980);
    stage.pass(1000);
  }
  const word = { facts: { done: true } };
  stage.play({ type: "tool_result", call: "t1", outcome: { status: "ok", value: 1 }, word });
  stage.model(OPENED, 2);
  expect(stage.marks(2)).toEqual([1, 2, 3, 4, 5, 6]);
});
