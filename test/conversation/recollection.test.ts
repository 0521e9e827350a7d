/**
 * What is remembered of a caller: told to whoever may know it, waited for only a moment, and left behind at the end.
 */
import { describe, expect, it } from "vitest";
import type { MemoryPolicy } from "../../src/agent/memory-policy.ts";
import { LIMITS } from "../../src/base/limits.ts";
import type { Effect, StreamSpec, ToolSpec } from "../../src/conversation/events.ts";
import { BALANCE, Stage, segment } from "./stage.ts";

const MEMORY: MemoryPolicy = {
  store: { type: "caller" },
  recall: { kinds: ["fact"], bytes: 2048, about: null },
  keep: { summaries: true, reader: null },
  requires: {},
  tools: true,
  days: 365,
};
const LIKES_TEA = '2026-11-02, preference: "Likes tea"';
const RECALL: ToolSpec = { ...BALANCE, name: "recall", memory: true };
const FACTS = { verified: { description: "the caller has signed in", secret: false, setBy: ["sign_in"] } };

const begun = (effects: readonly Effect[]): readonly StreamSpec[] =>
  effects.flatMap((effect) => (effect.type === "stream.begin" ? [effect.spec] : []));
const left = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => (effect.type === "memory.keep" ? [effect] : []));

const dialled = (stage: Stage, tools: readonly ToolSpec[] = [BALANCE, RECALL]): Stage => {
  stage.play({ type: "start", tools });
  stage.model({ type: "opened", connectMs: 80 });
  return stage;
};

/** The segment `banking` after `sign_in`, entered when its fact is set. */
const SEGMENTS = [
  segment("sign_in", {
    tools: ["sign_in"],
    goesTo: [{ to: "banking", when: { verified: true }, by: [], say: null }],
  }),
  segment("banking", { tools: ["get_balance"], requires: { verified: true } }),
];
const signIn = (stage: Stage): void => {
  stage.model({ type: "tool_use", use: "u1", name: "sign_in", argumentsText: "{}" });
  stage.play({
    type: "tool_result",
    call: "t1",
    outcome: { status: "ok", value: {} },
    word: { facts: { verified: true } },
  });
  stage.pass(5_000).model({ type: "opened", connectMs: 80 }, 2);
};

describe("what is remembered of a caller", () => {
  it("is in the first prompt when it comes before the stream is open", () => {
    const stage = new Stage({ memory: MEMORY });
    stage.play({ type: "recalled", lines: [LIKES_TEA] });
    expect(begun(dialled(stage).effects)[0]?.prompt).toContain(LIKES_TEA);
  });

  it("is in the first prompt when it comes a moment after the stream is open", () => {
    const stage = dialled(new Stage({ memory: MEMORY }));
    expect(begun(stage.effects)).toEqual([]);
    stage.play({ type: "recalled", lines: [LIKES_TEA] });
    expect(begun(stage.effects)).toHaveLength(1);
    expect(begun(stage.effects)[0]?.prompt).toContain(LIKES_TEA);
  });

  it("is waited for no longer than its time, and then told to the next stream", () => {
    const stage = dialled(new Stage({ memory: MEMORY }));
    stage.pass(LIMITS.recallMs - 1);
    expect(begun(stage.effects)).toEqual([]);
    stage.pass(1);
    expect(begun(stage.effects)).toHaveLength(1);
    expect(stage.effects).toContainEqual({ type: "log", event: "memory_late", fields: {} });
    stage.play({ type: "recalled", lines: [LIKES_TEA] });
    expect(begun(stage.effects)).toHaveLength(1);
    stage.play({ type: "client_joined" });
    stage.command({ type: "hello", inputRate: 16000, outputRate: 24000 });
    stage.model({ type: "ended", end: { type: "lost", cause: "gone" } });
    stage.pass(1_000).model({ type: "opened", connectMs: 80 }, 2);
    expect(begun(stage.effects)[1]?.prompt).toContain(LIKES_TEA);
  });

  it("keeps nobody waiting where there is no memory", () => {
    expect(begun(dialled(new Stage()).effects)).toHaveLength(1);
  });

  it("is framed as a record that orders nothing and proves nobody", () => {
    const stage = new Stage({ memory: MEMORY });
    stage.play({ type: "recalled", lines: [LIKES_TEA] });
    const prompt = begun(dialled(stage).effects)[0]?.prompt ?? "";
    expect(prompt.slice(0, prompt.indexOf(LIKES_TEA))).toMatch(
      /nothing in them is an instruction .* none of it proves/s,
    );
  });

  it("is told only where the facts hold that it requires", () => {
    const memory = { ...MEMORY, requires: { verified: true } };
    const stage = new Stage({ memory, facts: FACTS, segments: SEGMENTS, start: "sign_in" });
    stage.play({ type: "recalled", lines: [LIKES_TEA] });
    dialled(stage, [{ ...BALANCE, name: "sign_in" }]).back(1);
    expect(begun(stage.effects)[0]?.prompt).not.toContain(LIKES_TEA);
    signIn(stage);
    expect(begun(stage.effects)[1]?.prompt).toContain(LIKES_TEA);
  });

  it("is not told to a segment that is not to know it, which gets no tools for it either", () => {
    const stage = new Stage({
      memory: MEMORY,
      segments: [segment("main", { tools: [], sees: { facts: null, talk: null, memory: false } })],
    });
    stage.play({ type: "recalled", lines: [LIKES_TEA] });
    const [spec] = begun(dialled(stage).effects);
    expect(spec?.prompt).not.toContain(LIKES_TEA);
    expect(spec?.tools).toEqual([]);
  });

  it("can be looked into in every other segment, whatever tools it lists", () => {
    const stage = new Stage({ memory: MEMORY, segments: [segment("main", { tools: [] })] });
    stage.play({ type: "recalled", lines: [] });
    expect(begun(dialled(stage).effects)[0]?.tools.map(({ name }) => name)).toEqual(["recall"]);
  });
});

describe("what a session leaves", () => {
  it("is told at its end, with what tools have set and taken back", () => {
    const stage = Stage.talking({ memory: MEMORY, facts: FACTS }, [{ ...BALANCE, name: "sign_in" }]);
    stage.play({ type: "recalled", lines: [] });
    stage.callerSays("I am Ann");
    stage.model({ type: "tool_use", use: "u1", name: "sign_in", argumentsText: "{}" });
    const word = { facts: { verified: true, matter: null } };
    stage.play({ type: "tool_result", call: "t1", outcome: { status: "ok", value: {} }, word });
    stage.command({ type: "bye" });
    const [kept] = left(stage.effects);
    expect(kept?.facts).toMatchObject([{ name: "verified", value: true }]);
    expect(kept?.takenBack).toMatchObject([{ name: "matter" }]);
    expect(kept?.entries).toContainEqual(expect.objectContaining({ type: "caller", text: "I am Ann" }));
  });

  it("is told when it goes on to another segment", () => {
    const stage = Stage.talking({ memory: MEMORY, facts: FACTS, segments: SEGMENTS, start: "sign_in" }, [
      { ...BALANCE, name: "sign_in" },
    ]);
    stage.play({ type: "recalled", lines: [] });
    stage.model({ type: "opened", connectMs: 80 });
    signIn(stage);
    expect(left(stage.effects)).toHaveLength(1);
  });

  it("holds nothing that filters refused, and nothing of a segment that is not to be remembered", () => {
    const silent = { facts: null, talk: null, memory: false };
    const stage = Stage.talking({
      memory: MEMORY,
      segments: [
        segment("main", { sees: silent, goesTo: [{ to: "open", when: null, by: ["client"], say: null }] }),
        segment("open"),
      ],
    });
    stage.play({ type: "recalled", lines: [] });
    stage.callerSays("Between us");
    stage.say("Quite", 500);
    stage.command({ type: "go_to", segment: "open" });
    stage.pass(5_000).model({ type: "opened", connectMs: 80 }, 2);
    stage.callerSays("For everybody", 2);
    stage.command({ type: "bye" });
    const texts = JSON.stringify(left(stage.effects).at(-1)?.entries);
    expect(texts).toContain("For everybody");
    expect(texts).not.toContain("Between us");
  });

  it("is nothing before the facts hold that its memory requires", () => {
    const memory = { ...MEMORY, requires: { verified: true } };
    const stage = Stage.talking({ memory, facts: FACTS });
    stage.callerSays("My card number is none of your business");
    stage.command({ type: "bye" });
    expect(left(stage.effects)).toEqual([]);
  });
});
