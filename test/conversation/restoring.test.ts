import { describe, expect, it } from "vitest";
import { LIMITS } from "../../src/base/limits.ts";
import { Conversation } from "../../src/conversation/conversation.ts";
import type { Effect } from "../../src/conversation/events.ts";
import { currentEntry, currentSnapshot, type KeptCall } from "../../src/conversation/snapshot.ts";
import { AGENT, BALANCE, PICK_COLOUR, Stage } from "./stage.ts";

const OPTIONS = { session: "s", agent: AGENT, inputRate: 16000, outputRate: 24000 } as const;

/** The talk of `stage` as another object finds it, with its stream open and its client back. */
function broughtBack(stage: Stage, calls: readonly KeptCall[] = []): readonly Effect[] {
  const snapshot = { ...stage.conversation.snapshot(), entries: stage.record, calls };
  const talk = Conversation.restore(OPTIONS, snapshot, stage.now);
  return [
    ...talk.on({ type: "start", tools: [BALANCE] }, stage.now),
    ...talk.on({ type: "client_joined" }, stage.now),
    ...talk.on(
      { type: "command", command: { type: "hello", inputRate: 16000, outputRate: 24000 } },
      stage.now,
    ),
    ...talk.on({ type: "model", generation: 2, event: { type: "opened", connectMs: 1 } }, stage.now),
    ...talk.on(
      {
        type: "model",
        generation: 2,
        event: { type: "tool_use", use: "u", name: "get_balance", argumentsText: "{}" },
      },
      stage.now,
    ),
  ];
}

function finishedTurn(): Stage {
  const stage = Stage.talking();
  stage.callerSays("Hi");
  stage.say("Hello there.", 300);
  return stage;
}

const textsOf = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => (effect.type === "stream.text" ? [effect.text] : []));

const CALL: KeptCall = {
  call: "t7",
  name: "transfer",
  arguments: { amount: 5 },
  segment: "main",
  result: null,
};

describe("a session whose object was lost", () => {
  it("goes on from its last finished turn, without greeting or saying ready again", () => {
    const effects = broughtBack(finishedTurn());
    expect(effects.find((effect) => effect.type === "stream.begin")).toMatchObject({
      spec: { history: [{ text: "Hi" }, { text: "Hello there." }] },
    });
    expect(textsOf(effects)).toEqual([]);
    const told = effects.flatMap((effect) => (effect.type === "notice" ? [effect.notice.type] : []));
    expect(told).not.toContain("ready");
    expect(told).toContain("segment");
  });

  it("answers what the caller said last, when nobody had answered it", () => {
    const stage = finishedTurn();
    stage.pass(1000).callerSays("And my balance?");
    const effects = broughtBack(stage);
    expect(textsOf(effects)).toEqual(["And my balance?"]);
    expect(JSON.stringify(effects.find((effect) => effect.type === "stream.begin"))).not.toContain(
      "And my balance?",
    );
  });

  it("does not answer again what the caller has heard to its end, though the last words of it were never told", () => {
    const stage = finishedTurn();
    stage.pass(1000).callerSays("And my balance?");
    stage.say("It is fine.", 300, { spoken: false });
    expect(stage.notices("answer").at(-1)).toMatchObject({ state: "ended" });
    const effects = broughtBack(stage);
    expect(textsOf(effects)).toEqual([]);
    expect(JSON.stringify(effects.find((effect) => effect.type === "stream.begin"))).toContain("It is fine.");
  });

  it("tells the result of a tool that ended just before, and does not run it again", () => {
    const outcome = { status: "ok", value: { moved: 5 } } as const;
    const effects = broughtBack(finishedTurn(), [{ ...CALL, result: { outcome, word: {} } }]);
    expect(textsOf(effects).join()).toContain('{"moved":5}');
    expect(effects.flatMap((effect) => (effect.type === "tool.run" ? [effect.call.name] : []))).toEqual([
      "get_balance",
    ]);
  });

  it("says that it is not known what became of a tool that was running", () => {
    const [text] = textsOf(broughtBack(finishedTurn(), [CALL]));
    expect(text).toContain("transfer");
    expect(text).toContain("not known whether it was done");
  });

  it("gives no number twice: neither to calls, which tools may know, nor to answers", () => {
    const effects = broughtBack(finishedTurn(), [CALL]);
    expect(effects.find((effect) => effect.type === "tool.run")).toMatchObject({ call: { call: "t108" } });
  });

  it("gives no number twice either when it is lost again before anything was stored", () => {
    const stored = { ...finishedTurn().conversation.snapshot(), entries: [], calls: [] };
    const numbers = [1, 2, 3].map((broughtBack) => {
      const stage = new Stage({}, { ...stored, broughtBack });
      stage.play({ type: "start", tools: [PICK_COLOUR] });
      stage.back(2);
      stage.useTool("u", "pick_colour", "{}", 2);
      stage.say("As I said,", 300, { generation: 2, spoken: false });
      return [stage.notices("client_tool_call")[0]?.call, stage.notices("answer")[0]?.answer];
    });
    expect(new Set(numbers.flat()).size).toBe(6);
  });

  it("knows the facts that a tool had set", () => {
    const agent = { facts: { verified: { description: null, secret: false, setBy: ["transfer"] } } };
    const stage = Stage.talking(agent);
    const outcome = { status: "ok", value: 1 } as const;
    const calls = [{ ...CALL, result: { outcome, word: { facts: { verified: true } } } }];
    const snapshot = { ...stage.conversation.snapshot(), entries: [], calls };
    const talk = Conversation.restore({ ...OPTIONS, agent: { ...AGENT, ...agent } }, snapshot, stage.now);
    expect(talk.progress.facts).toEqual({ verified: true });
  });

  it("is over when its client does not come back", () => {
    const stage = finishedTurn();
    const snapshot = { ...stage.conversation.snapshot(), entries: stage.record, calls: [] };
    const talk = Conversation.restore(OPTIONS, snapshot, stage.now);
    const [timer] = talk
      .on({ type: "start", tools: [] }, stage.now)
      .filter((effect) => effect.type === "timer.set" && effect.timer === "return");
    expect(timer).toMatchObject({ at: stage.now + LIMITS.resumeMs });
  });

  it("begins where its agent begins when a newer deployment has no such segment any more", () => {
    const stage = finishedTurn();
    const { visits, ...rest } = stage.conversation.snapshot();
    const gone = { ...visits[0], segment: "gone" };
    const snapshot = { ...rest, visits: [gone] as [typeof gone], entries: stage.record, calls: [] };
    const talk = Conversation.restore(OPTIONS, snapshot, stage.now);
    expect(talk.progress.segment).toBe("main");
    expect(talk.progress.path).toHaveLength(2);
  });
});

describe("a segment that a newer deployment no longer has", () => {
  it("lets nothing go that it may have kept to itself, neither words nor facts", () => {
    const agent = { ...AGENT, facts: { verified: { description: null, secret: false, setBy: ["x"] } } };
    const stage = Stage.talking(agent);
    stage.callerSays("Only between us");
    stage.say("Of course.", 300);
    const { visits, facts: _, ...rest } = stage.conversation.snapshot();
    const gone = { ...visits[0], segment: "gone" };
    const facts = [{ name: "verified", value: true, segment: "gone", at: stage.now }];
    const entries = stage.record.map((entry) => ({ ...entry, segment: "gone" }));
    const snapshot = { ...rest, facts, visits: [gone] as [typeof gone], entries, calls: [] };
    const talk = Conversation.restore({ ...OPTIONS, agent }, snapshot, stage.now);
    talk.on({ type: "start", tools: [] }, stage.now);
    const begun = talk.on(
      { type: "model", generation: 2, event: { type: "opened", connectMs: 1 } },
      stage.now,
    );
    const spec = JSON.stringify(begun.find((effect) => effect.type === "stream.begin"));
    expect(spec).not.toMatch(/between us|verified/);
  });
});

describe("what older code has stored", () => {
  it("is read: a snapshot from before there were segments", () => {
    const tokens = { inputSpeech: 1, inputText: 2, outputSpeech: 3, outputText: 4 };
    const stored = {
      version: 1,
      startedAt: 5,
      incoming: 6,
      greeted: true,
      turn: 2,
      answers: 3,
      streams: 1,
      toolCalls: 1,
      tokens,
    } as const;
    expect(currentSnapshot(stored, "main")).toMatchObject({
      version: 2,
      turn: 2,
      facts: [],
      visits: [{ segment: "main", enteredAt: 5 }],
      tokens: [tokens],
    });
    const entry = { type: "caller", index: 0, turn: 1, at: 5, text: "Hi", typed: false };
    expect(currentEntry(entry as never, "main")).toMatchObject({ segment: "main", text: "Hi" });
  });
});
