import { describe, expect, it } from "vitest";
import {
  bank,
  banking,
  calling,
  edge,
  LOST,
  MONEY,
  OPENED,
  signIn,
  texts,
  VERIFY,
} from "./segmented-bank.ts";

describe("a client's wish to go elsewhere", () => {
  it("is refused where no way for a client leads there", () => {
    const stage = banking({ banking: { goesTo: [edge("mortgage", { by: ["model"] })] } });
    stage.command({ type: "go_to", segment: "mortgage" });
    expect(stage.notices("error")).toMatchObject([{ error: { code: "segment_refused" } }]);
  });

  it("is refused for a segment that there is not", () => {
    const stage = banking();
    stage.command({ type: "go_to", segment: "vault" });
    expect(stage.notices("error")).toMatchObject([{ error: { code: "segment_unknown" } }]);
  });

  it("that is misspelt is told what was meant, of what clients may ask for; others' ways are not told", () => {
    const goesTo = [edge("mortgage"), edge("sign_in", { by: ["model"] })];
    const stage = banking({ banking: { goesTo } });
    for (const name of ["mortage", "sign_inn"]) stage.command({ type: "go_to", segment: name });
    expect(stage.notices("error").map(({ error }) => [error.code, error.detail])).toEqual([
      ["segment_unknown", 'Did you mean "mortgage"?'],
      ["segment_unknown", undefined],
    ]);
    expect(stage.conversation.whyNot("sign_inn")).toMatchObject({ detail: 'Did you mean "sign_in"?' });
  });

  it("can take back a wish that is still on its way", () => {
    const stage = banking();
    stage.command({ type: "go_to", segment: "mortgage" });
    stage.command({ type: "go_to", segment: "banking" });
    expect(stage.of("stream.abort")).toMatchObject([{ generation: 3 }]);
    stage.model(OPENED, 3);
    expect(stage.conversation.progress.segment).toBe("banking");
  });
});

describe("an operator", () => {
  it("may go where no edge leads, but not past a guard", () => {
    const stage = calling();
    expect(stage.conversation.whyNot("banking")).toMatchObject({ code: "segment_refused" });
    expect(stage.conversation.whyNot("mortgage")).toBeNull();
    stage.play({ type: "go_to", segment: "mortgage" });
    stage.model(OPENED, 2);
    expect(stage.notices("segment")).toMatchObject([{ name: "mortgage", by: "operator" }]);
  });
});

describe("a tool's word where to go on", () => {
  it("is followed along an edge", () => {
    const stage = banking();
    stage.callerSays("What can I borrow?", 2);
    stage.useTool("u1", "get_balance", "{}", 2);
    const outcome = { status: "ok", value: { balance: 1 } } as const;
    stage.play({ type: "tool_result", call: "t2", outcome, word: { next: "mortgage" } });
    stage.model(OPENED, 3);
    expect(stage.notices("segment")).toMatchObject([{ name: "mortgage", by: "tool" }]);
    expect(texts(stage, 3)).toEqual([expect.stringContaining('{"balance":1}')]);
  });

  it("is written down and not followed where there is no way; the result is told as ever", () => {
    const stage = banking({ banking: { goesTo: [] } });
    stage.callerSays("What can I borrow?", 2);
    stage.useTool("u1", "get_balance", "{}", 2);
    const outcome = { status: "ok", value: { balance: 1 } } as const;
    stage.play({ type: "tool_result", call: "t2", outcome, word: { next: "mortgage" } });
    expect(stage.of("log")).toMatchObject([{ event: "transition_refused", fields: { reason: "no_way" } }]);
    expect(stage.of("stream.tool_result")).toMatchObject([{ outcome }]);
  });
});

describe("a result that is still to come", () => {
  it("reaches whoever is live by then", () => {
    const stage = banking();
    stage.callerSays("What do I have?", 2);
    stage.useTool("u1", "get_balance", "{}", 2);
    stage.command({ type: "go_to", segment: "mortgage" });
    stage.model(OPENED, 3);
    stage.play({ type: "tool_result", call: "t2", outcome: { status: "ok", value: { balance: 77 } } });
    expect(stage.of("stream.tool_result")).toEqual([]);
    expect(texts(stage, 3).join()).toContain('{"balance":77}');
  });
});

describe("losing a stream on the way", () => {
  it("is made good at once by the stream that was dialled for a move that did not come", () => {
    const stage = calling();
    signIn(stage, {});
    stage.model(OPENED, 2);
    stage.effects.length = 0;
    stage.model({ type: "ended", end: LOST });
    stage.pass(0);
    expect(stage.of("stream.open")).toEqual([]);
    expect(stage.specs).toHaveLength(1);
    expect(stage.notices("segment")).toMatchObject([{ name: "sign_in", reason: "recovery", gapMs: 0 }]);
  });

  it("leads to the new segment all the same when the old stream is lost first", () => {
    const stage = banking();
    stage.callerSays("I want a mortgage.", 2);
    stage.useTool("u9", "go_to_mortgage", "{}", 2);
    stage.model({ type: "ended", end: LOST }, 2);
    stage.pass(400).model(OPENED, 3);
    expect(stage.notices("segment")).toMatchObject([{ name: "mortgage", by: "model", gapMs: 400 }]);
    expect(texts(stage, 3)).toEqual(["I want a mortgage."]);
  });

  it("is followed by another try for the same segment", () => {
    const stage = banking();
    stage.callerSays("I want a mortgage.", 2);
    stage.useTool("u9", "go_to_mortgage", "{}", 2);
    stage.model({ type: "ended", end: LOST }, 3);
    stage.pass(1000).model(OPENED, 4);
    expect(stage.notices("segment")).toMatchObject([{ name: "mortgage", by: "model" }]);
  });
});

describe("what may be asked for soon", () => {
  const prefetch = [
    { tool: "get_balance", arguments: { account: "checking" }, when: { verified: true } },
    { tool: "get_balance", arguments: { account: "savings" }, when: null },
  ];

  it("is fetched as soon as its fact is so, and the rest on arrival", () => {
    const stage = calling({ banking: { prefetch } });
    signIn(stage);
    const accounts = () => stage.of("tool.prefetch").map(({ call }) => call.arguments);
    expect(accounts()).toEqual([{ account: "checking" }]);
    expect(stage.of("tool.prefetch")[0]?.call).toMatchObject({
      segment: "banking",
      facts: { verified: true, customer: "c-1" },
    });
    stage.model(OPENED, 2);
    expect(accounts()).toContainEqual({ account: "savings" });
  });

  it("is not fetched where the tool may not be called", () => {
    const stage = calling({ sign_in: { tools: ["verify", "get_balance"], prefetch } });
    expect(stage.of("tool.prefetch")).toEqual([]);
  });
});

describe("the way taken", () => {
  it("is told with the time, the turns and the tokens of each stay", () => {
    const stage = banking();
    stage.callerSays("One", 2);
    stage.model(
      { type: "usage", tokens: { inputSpeech: 5, inputText: 0, outputSpeech: 7, outputText: 0 } },
      2,
    );
    stage.say("Yes.", 300, { generation: 2 });
    stage.pass(5000).command({ type: "go_to", segment: "mortgage" });
    stage.model(OPENED, 3);
    const { path, segment: present } = stage.conversation.progress;
    expect(present).toBe("mortgage");
    expect(path).toMatchObject([
      { segment: "sign_in", by: null, turns: 1 },
      { segment: "banking", by: "fact", turns: 1, tokens: { inputSpeech: 5, outputSpeech: 7 } },
      { segment: "mortgage", by: "client", leftAt: null, turns: 0 },
    ]);
    expect(path[1]?.cost).toBeGreaterThan(0);
    expect(path[1]?.leftAt).toBe(path[2]?.enteredAt);
    expect(stage.record.filter(({ type }) => type === "transition")).toMatchObject([
      { from: "sign_in", segment: "banking", by: "fact" },
      { from: "banking", segment: "mortgage", by: "client" },
    ]);
  });

  it("is taken up again by a session that is brought back", async () => {
    const stage = banking();
    const { Conversation } = await import("../../src/conversation/conversation.ts");
    const { AGENT } = await import("./stage.ts");
    const options = {
      session: "s",
      agent: { ...AGENT, ...bank() },
      inputRate: 16000,
      outputRate: 24000,
    } as const;
    const restored = Conversation.restore(
      options,
      { ...stage.conversation.snapshot(), entries: stage.record, calls: [] },
      stage.now,
    );
    expect(restored.progress.segment).toBe("banking");
    expect(restored.progress.facts).toEqual({ verified: true });
    restored.on({ type: "start", tools: [VERIFY, MONEY] }, stage.now);
    const begun = restored.on({ type: "model", generation: 3, event: OPENED }, stage.now);
    expect(begun.find((effect) => effect.type === "stream.begin")).toMatchObject({
      spec: { prompt: expect.stringContaining("banking part") },
    });
  });
});
