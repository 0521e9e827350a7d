import { describe, expect, it } from "vitest";
import type { AgentDefinition } from "../../src/agent/agent.ts";
import type { Edge, SegmentDefinition } from "../../src/agent/segment.ts";
import { LIMITS } from "../../src/base/limits.ts";
import type { ToolSpec, ToolWord } from "../../src/conversation/events.ts";
import { BALANCE, Stage, segment } from "./stage.ts";

const OPENED = { type: "opened", connectMs: 80 } as const;
const LOST = { type: "lost", cause: "x" } as const;
const VERIFY: ToolSpec = { ...BALANCE, name: "verify", inputSchema: { type: "object" } };
const MONEY: ToolSpec = { ...BALANCE, requires: { verified: true } };

const edge = (to: string, differs: Partial<Edge> = {}): Edge => ({
  to,
  when: null,
  by: ["model", "client"],
  say: null,
  ...differs,
});

/** A bank in small: sign-in, banking once the caller is verified, mortgages. */
const bank = (differs: Record<string, Partial<SegmentDefinition>> = {}): Partial<AgentDefinition> => ({
  start: "sign_in",
  facts: {
    verified: { description: "the caller has signed in", secret: false, setBy: ["verify"] },
    customer: { description: null, secret: true, setBy: ["verify"] },
  },
  segments: [
    segment("sign_in", {
      tools: ["verify"],
      goesTo: [edge("banking", { when: { verified: true }, by: [] }), edge("mortgage")],
      ...differs.sign_in,
    }),
    segment("banking", {
      requires: { verified: true },
      tools: ["get_balance"],
      goesTo: [edge("mortgage"), edge("sign_in")],
      ...differs.banking,
    }),
    segment("mortgage", {
      purpose: "loans for houses",
      tools: [],
      goesTo: [edge("banking")],
      ...differs.mortgage,
    }),
  ],
});

const calling = (differs: Record<string, Partial<SegmentDefinition>> = {}): Stage =>
  Stage.talking(bank(differs), [VERIFY, MONEY]);

const VERIFIED: ToolWord = { facts: { verified: true, customer: "c-1" } };

/** The caller signs in; `verify` was the only tool so far. */
function signIn(stage: Stage, word: ToolWord = VERIFIED): void {
  stage.callerSays("I was born on the first of May 1980.");
  stage.useTool("u1", "verify", "{}");
  stage.play({ type: "tool_result", call: "t1", outcome: { status: "ok", value: { name: "Ana" } }, word });
}

/** Signed in, with the stream of the banking part live. */
function banking(differs: Record<string, Partial<SegmentDefinition>> = {}): Stage {
  const stage = calling(differs);
  signIn(stage);
  stage.model(OPENED, 2);
  stage.say("Thank you, Ana.", 300, { generation: 2 });
  stage.pass(1000);
  stage.effects.length = 0;
  return stage;
}

const texts = (stage: Stage, generation: number): string[] =>
  stage.of("stream.text").flatMap((effect) => (effect.generation === generation ? [effect.text] : []));

const toolsOf = (stage: Stage): string[] => stage.specs.at(-1)?.tools.map(({ name }) => name) ?? [];

describe("what a segment is given", () => {
  it("is its own tools, and a way to each segment that its model may ask for", () => {
    const stage = new Stage(bank());
    stage.play({ type: "start", tools: [VERIFY, MONEY] });
    stage.model(OPENED);
    expect(toolsOf(stage)).toEqual(["verify", "go_to_mortgage"]);
    expect(stage.specs[0]?.tools[1]?.description).toContain("loans for houses");
    expect(stage.specs[0]?.prompt).toBe("You are the sign_in part of a bank's voice.");
  });
});

describe("a fact that turns true", () => {
  it("moves the talk, and what the tool found is told where it goes on", () => {
    const stage = calling();
    signIn(stage);
    expect(stage.of("stream.tool_result")).toEqual([]);
    stage.model(OPENED, 2);
    expect(toolsOf(stage)).toEqual(["get_balance", "go_to_mortgage", "go_to_sign_in"]);
    expect(stage.notices("segment")).toEqual([
      { type: "segment", name: "banking", reason: "transition", from: "sign_in", by: "fact", gapMs: 0 },
    ]);
    expect(texts(stage, 2)).toEqual([expect.stringContaining('{"name":"Ana"}')]);
    expect(stage.of("stream.finish")).toMatchObject([{ generation: 1 }]);
  });

  it("finds its stream dialled already: the tool that could set it was running", () => {
    const stage = calling();
    stage.callerSays("I was born on the first of May 1980.");
    stage.useTool("u1", "verify", "{}");
    expect(stage.of("stream.open")).toMatchObject([{ generation: 2, target: { spare: true } }]);
    stage.model(OPENED, 2);
    expect(stage.specs).toEqual([]);
    stage.play({ type: "tool_result", call: "t1", outcome: { status: "ok", value: 1 }, word: VERIFIED });
    expect(stage.of("stream.open")).toHaveLength(1);
    expect(stage.specs).toHaveLength(1);
    expect(stage.notices("segment")).toMatchObject([{ name: "banking", gapMs: 0 }]);
  });

  it("that does not turn true lets the stream go that was dialled for it", () => {
    const stage = calling();
    signIn(stage, {});
    expect(stage.of("stream.tool_result")).toMatchObject([{ generation: 1, use: "u1" }]);
    stage.say("That does not match.", 500);
    stage.pass(LIMITS.standbyMs);
    expect(stage.of("stream.abort")).toMatchObject([{ generation: 2 }]);
  });

  it("is told the next voice, and a secret one is not", () => {
    const stage = calling();
    signIn(stage);
    stage.model(OPENED, 2);
    expect(stage.specs[0]?.prompt).toContain("verified: true (the caller has signed in)");
    expect(JSON.stringify(stage.of("stream.begin"))).not.toContain("c-1");
    expect(JSON.stringify(stage.of("notice"))).not.toContain("c-1");
    expect(JSON.stringify(stage.record)).not.toContain("c-1");
    expect(stage.conversation.progress.facts).toEqual({ verified: true });
  });

  it("is not set by a client, whatever it sends", () => {
    const stage = Stage.talking(bank(), [{ ...VERIFY, runs: "client" }, MONEY]);
    stage.callerSays("Let me in");
    stage.useTool("u1", "verify", "{}");
    const result = { status: "ok", value: 1, word: VERIFIED, facts: VERIFIED.facts } as const;
    stage.command({ type: "client_tool_result", call: "t1", result });
    expect(stage.conversation.progress).toMatchObject({ facts: {}, segment: "sign_in" });
  });

  it("is not set in a segment that may not write it, and the log says so", () => {
    const stage = calling({ sign_in: { writes: [] } });
    signIn(stage);
    expect(stage.conversation.progress.facts).toEqual({});
    expect(stage.of("log")).toMatchObject([{ event: "fact_refused", fields: { fact: "verified" } }, {}]);
  });
});

describe("a call that is not allowed", () => {
  it("is refused in a segment that does not list the tool, and never run", () => {
    const stage = calling();
    stage.callerSays("What do I have?");
    stage.useTool("u1");
    expect(stage.of("tool.run")).toEqual([]);
    expect(stage.of("stream.tool_result")).toMatchObject([
      { use: "u1", outcome: { status: "failed", reason: "not_allowed" } },
    ]);
  });

  it("is refused while a fact is missing that the tool requires; the model is told which", () => {
    const stage = calling({ sign_in: { tools: ["verify", "get_balance"] } });
    stage.callerSays("What do I have?");
    stage.useTool("u1");
    expect(stage.of("tool.run")).toEqual([]);
    expect(stage.of("stream.tool_result")[0]?.outcome).toMatchObject({
      reason: "not_allowed",
      say: expect.stringContaining("the caller has signed in"),
    });
  });

  it("is refused again once the fact was taken back", () => {
    const stage = banking();
    stage.callerSays("What do I have?", 2);
    stage.useTool("u1", "get_balance", "{}", 2);
    expect(stage.of("tool.run")).toHaveLength(1);
    const taken = { facts: { verified: null } };
    stage.play({ type: "tool_result", call: "t2", outcome: { status: "ok", value: 1 }, word: taken });
    stage.useTool("u2", "get_balance", "{}", 2);
    expect(stage.of("tool.run")).toHaveLength(1);
  });

  it("that is allowed has the facts its segment sees, secret ones too", () => {
    const stage = banking({ banking: { sees: { facts: ["customer"], talk: null } } });
    stage.callerSays("What do I have?", 2);
    stage.useTool("u1", "get_balance", "{}", 2);
    expect(stage.of("tool.run")[0]?.call).toMatchObject({ segment: "banking", facts: { customer: "c-1" } });
  });
});

describe("the model's wish to go elsewhere", () => {
  it("moves the talk, and the caller's words are answered there", () => {
    const stage = banking();
    stage.callerSays("I want a mortgage.", 2);
    stage.useTool("u9", "go_to_mortgage", '{"reason":"a mortgage"}', 2);
    stage.model(OPENED, 3);
    expect(stage.of("stream.tool_result")).toEqual([]);
    expect(stage.notices("segment")).toMatchObject([{ name: "mortgage", from: "banking", by: "model" }]);
    expect(texts(stage, 3)).toEqual(["I want a mortgage."]);
    expect(stage.specs.at(-1)?.history.map(({ text }) => text)).not.toContain("I want a mortgage.");
  });

  it("takes along words that were said while a tool runs for earlier ones", () => {
    const stage = banking();
    stage.callerSays("What is my balance?", 2);
    stage.useTool("u8", "get_balance", "{}", 2);
    stage.callerSays("And I want a mortgage.", 2);
    stage.useTool("u9", "go_to_mortgage", "{}", 2);
    stage.model(OPENED, 3);
    expect(texts(stage, 3)).toEqual(["And I want a mortgage."]);
    stage.play({ type: "tool_result", call: "t2", outcome: { status: "ok", value: { cents: 5 } } });
    expect(texts(stage, 3)).toEqual([expect.any(String), expect.stringContaining('"cents":5')]);
  });

  it("lets the old voice end its sentence, and then the new one goes on from it", () => {
    const stage = banking();
    stage.callerSays("I want a mortgage.", 2);
    stage.say("Of course, one moment.", 800, { generation: 2, last: false });
    stage.useTool("u9", "go_to_mortgage", "{}", 2);
    stage.model(OPENED, 3);
    expect(stage.of("stream.finish")).toEqual([]);
    expect(texts(stage, 3)).toEqual([]);
    stage.model({ type: "agent_audio_ended", content: "x", last: true }, 2);
    expect(stage.of("stream.finish")).toMatchObject([{ generation: 2 }]);
    expect(texts(stage, 3)).toEqual([expect.stringContaining('"I want a mortgage."')]);
  });

  it("is refused with the reason while a fact is missing, and the talk stays", () => {
    const stage = calling({ sign_in: { goesTo: [edge("banking")] } });
    stage.callerSays("My balance, please.");
    stage.useTool("u1", "go_to_banking", "{}");
    expect(stage.of("stream.open")).toEqual([]);
    expect(stage.of("stream.tool_result")[0]?.outcome).toMatchObject({
      reason: "not_allowed",
      say: expect.stringContaining("the caller has signed in"),
    });
    expect(stage.notices("tool_ended")).toMatchObject([{ name: "go_to_banking" }]);
    expect(stage.of("log")).toMatchObject([{ event: "transition_refused" }]);
  });

  it("has no way where the segment has none: the tool is unknown", () => {
    const stage = calling();
    stage.callerSays("Hi");
    stage.useTool("u1", "go_to_banking", "{}");
    expect(stage.of("stream.tool_result")[0]?.outcome).toMatchObject({ reason: "unknown_tool" });
  });

  it("comes to nothing when no stream can be had, and the old one is told", () => {
    const stage = banking();
    stage.callerSays("I want a mortgage.", 2);
    stage.useTool("u9", "go_to_mortgage", "{}", 2);
    for (let generation = 3; generation < 3 + LIMITS.transitionAttempts; generation++) {
      stage.model({ type: "ended", end: { type: "busy", cause: "full" } }, generation);
      stage.pass(1000);
    }
    expect(stage.of("stream.tool_result")).toMatchObject([{ use: "u9", outcome: { reason: "unreachable" } }]);
    expect(stage.conversation.progress.segment).toBe("banking");
    stage.say("I am sorry, that cannot be reached.", 500, { generation: 2 });
    expect(stage.notices("answer")).toHaveLength(2);
  });
});

describe("leaving with a word", () => {
  const withFarewell = {
    banking: { goesTo: [edge("mortgage", { say: "Say that a colleague takes over." })] },
  };

  it("is said by the old voice before the new one is heard", () => {
    const stage = banking(withFarewell);
    stage.callerSays("I want a mortgage.", 2);
    stage.useTool("u9", "go_to_mortgage", "{}", 2);
    stage.model(OPENED, 3);
    expect(stage.of("stream.tool_result")).toMatchObject([
      { generation: 2, outcome: { status: "ok", value: expect.stringContaining("a colleague takes over") } },
    ]);
    expect(stage.specs).toEqual([]);
    stage.say("A colleague takes over.", 900, { generation: 2, last: false });
    expect(stage.notices("segment")).toMatchObject([{ name: "mortgage" }]);
    expect(texts(stage, 3)).toEqual([]);
    stage.model({ type: "agent_audio_ended", content: "x", last: true }, 2);
    expect(texts(stage, 3)).toEqual([expect.stringContaining("I want a mortgage.")]);
  });

  it("does not keep the caller waiting for a voice that says nothing", () => {
    const stage = banking(withFarewell);
    stage.callerSays("I want a mortgage.", 2);
    stage.useTool("u9", "go_to_mortgage", "{}", 2);
    stage.model(OPENED, 3);
    stage.pass(LIMITS.farewellMs);
    expect(stage.notices("segment")).toMatchObject([{ name: "mortgage" }]);
    expect(texts(stage, 3)).toEqual(["I want a mortgage."]);
  });
});

describe("the new voice", () => {
  it("is told how to open, once", () => {
    const stage = banking({ mortgage: { opening: "Introduce yourself as Max." } });
    stage.command({ type: "go_to", segment: "mortgage" });
    stage.model(OPENED, 3);
    expect(texts(stage, 3)).toEqual([expect.stringContaining("Introduce yourself as Max.")]);
  });

  it("lets a caller who is speaking finish, and answers that instead", () => {
    const stage = banking({ mortgage: { opening: "Introduce yourself as Max." } });
    stage.command({ type: "go_to", segment: "mortgage" });
    stage.model({ type: "speech_started", offsetMs: null }, 2);
    for (const mark of [1, 2, 3]) stage.callerFrame(mark);
    stage.model(OPENED, 3);
    expect(stage.marks(3)).toEqual([1, 2, 3]);
    stage.callerSays("How much may I borrow?", 3);
    expect(texts(stage, 3)).toEqual([]);
  });

  it("hears a long sentence from its start, though it took over in the middle of it", () => {
    const stage = banking();
    stage.model({ type: "speech_started", offsetMs: null }, 2);
    for (let mark = 1; mark <= 200; mark++) {
      stage.pass(20);
      stage.callerFrame(mark);
    }
    stage.command({ type: "go_to", segment: "mortgage" });
    stage.model(OPENED, 3);
    expect(stage.marks(3)).toHaveLength(200);
  });

  it("hears a long sentence from its start, though the old one had heard its end and not told the words yet", () => {
    const stage = banking();
    stage.model({ type: "speech_started", offsetMs: null }, 2);
    for (let mark = 1; mark <= 200; mark++) {
      stage.pass(20);
      stage.callerFrame(mark);
    }
    stage.model({ type: "speech_stopped", offsetMs: null }, 2);
    stage.callerFrame(201);
    stage.command({ type: "go_to", segment: "mortgage" });
    stage.model(OPENED, 3);
    expect(stage.marks(3)).toHaveLength(201);
  });

  it("speaks with its own voice and keeps its own pace", () => {
    const stage = banking({ mortgage: { voice: "matthew", endpointing: "LOW" } });
    stage.command({ type: "go_to", segment: "mortgage" });
    stage.model(OPENED, 3);
    expect(stage.specs.at(-1)).toMatchObject({ voice: "matthew", endpointing: "LOW" });
  });

  it("is never overheard before it is its turn", () => {
    const stage = banking();
    stage.callerSays("I want a mortgage.", 2);
    stage.say("One moment.", 800, { generation: 2, last: false });
    stage.useTool("u9", "go_to_mortgage", "{}", 2);
    stage.say("Hello?", 300, { generation: 3 });
    expect(stage.notices("answer")).toHaveLength(1);
  });
});

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

describe("a budget", () => {
  const limited = (budget: Partial<NonNullable<SegmentDefinition["budget"]>>) => ({
    banking: { budget: { ms: null, turns: null, tokens: null, to: "mortgage", ...budget } },
  });

  it("of time ends a visit at the first quiet moment", () => {
    const stage = banking(limited({ ms: 60_000 }));
    stage.pass(55_000).callerSays("Tell me everything.", 2);
    stage.pass(5_000);
    expect(stage.of("stream.open")).toEqual([]);
    stage.say("That is all.", 500, { generation: 2 });
    expect(stage.of("stream.open")).toHaveLength(1);
    stage.model(OPENED, 3);
    expect(stage.notices("segment")).toMatchObject([{ name: "mortgage", by: "budget" }]);
  });

  describe("whose next segment requires what is not so yet", () => {
    const waiting = (budget: Partial<NonNullable<SegmentDefinition["budget"]>>): Stage => {
      const unmet = { ms: null, turns: null, tokens: null, to: "banking", ...budget };
      const stage = calling({ sign_in: { goesTo: [edge("mortgage")], budget: unmet } });
      stage.pass(60_000);
      return stage;
    };
    const turn = (stage: Stage): void => {
      stage.pass(1_000).callerSays("One moment.");
      stage.say("Yes.", 300);
    };
    const refusals = (stage: Stage) => stage.of("log").filter(({ event }) => event === "transition_refused");

    it.each([
      ["time", { ms: 60_000 }],
      ["turns", { turns: 1 }],
    ])("of %s ends it at the end of a turn once that is so, and the log is told once", (_, budget) => {
      const stage = waiting(budget);
      for (let turns = 0; turns < 9; turns++) turn(stage);
      expect(refusals(stage)).toMatchObject([{ fields: { by: "budget", to: "banking", reason: "facts" } }]);
      expect(stage.pending).not.toContain("budget");
      expect(stage.of("stream.open")).toEqual([]);
      signIn(stage);
      stage.say("Thank you, Ana.", 300);
      expect(stage.of("stream.open")).toHaveLength(1);
      stage.model(OPENED, 2);
      expect(stage.notices("segment")).toMatchObject([{ name: "banking", by: "budget" }]);
    });

    it("ends it later, when that was taken back on the way", () => {
      const stage = waiting({ ms: 100_000 });
      signIn(stage);
      stage.say("Thank you, Ana.", 300);
      stage.pass(40_000);
      expect(stage.of("stream.open")).toHaveLength(1);
      const verify = (use: string, call: string, verified: boolean | null) => {
        stage.useTool(use, "verify", "{}");
        const word = { facts: { verified } };
        stage.play({ type: "tool_result", call, outcome: { status: "ok", value: 1 }, word });
        stage.say("Well.", 300);
      };
      stage.callerSays("That was not me.");
      verify("u2", "t2", null);
      stage.model(OPENED, 2);
      expect(stage.conversation.progress.segment).toBe("sign_in");
      stage.callerSays("It was, after all.");
      verify("u3", "t3", true);
      stage.model(OPENED, stage.of("stream.open").at(-1)?.generation ?? 0);
      expect(stage.conversation.progress.segment).toBe("banking");
    });
  });

  it("of turns ends it with the last answer", () => {
    const stage = banking(limited({ turns: 2 }));
    for (const text of ["One", "Two"]) {
      expect(stage.of("stream.open")).toEqual([]);
      stage.pass(1000).callerSays(text, 2);
      stage.say("Yes.", 300, { generation: 2 });
    }
    expect(stage.of("stream.open")).toHaveLength(1);
  });

  it("of tokens ends it with the answer that went over it", () => {
    const stage = banking(limited({ tokens: 1000 }));
    const tokens = { inputSpeech: 600, inputText: 0, outputSpeech: 500, outputText: 0 };
    stage.callerSays("One", 2);
    stage.model({ type: "usage", tokens }, 2);
    stage.say("Yes.", 300, { generation: 2 });
    expect(stage.of("stream.open")).toHaveLength(1);
  });
});

describe("what a segment may know of another", () => {
  const said = (stage: Stage): string => JSON.stringify(stage.specs.at(-1));

  /** In banking "Story" was told; the talk has moved on to mortgages. */
  function moved(differs: Record<string, Partial<SegmentDefinition>>): Stage {
    const stage = banking(differs);
    for (const text of ["First story", "Second story"]) {
      stage.pass(1000).callerSays(text, 2);
      stage.say(`${text} told.`, 300, { generation: 2 });
    }
    stage.pass(1000).command({ type: "go_to", segment: "mortgage" });
    stage.model(OPENED, 3);
    return stage;
  }

  it("is all that was said, unless told otherwise", () => {
    expect(said(moved({}))).toMatch(/1980.*First story.*Second story/);
  });

  it("is the last turns where no more is carried over", () => {
    const text = said(moved({ banking: { carries: { type: "turns", turns: 1 } } }));
    expect(text).not.toContain("First story");
    expect(text).toContain("Second story");
  });

  it("is a summary, and not in the history", () => {
    const stage = moved({ banking: { carries: { type: "summary" } } });
    expect(JSON.stringify(stage.specs.at(-1)?.history)).not.toMatch(/(First|Second) story/);
    expect(stage.specs.at(-1)?.prompt).toContain("the caller said: Second story");
  });

  it("is its facts and none of its words", () => {
    const stage = moved({ banking: { carries: { type: "facts" } } });
    expect(said(stage)).not.toMatch(/(First|Second) story/);
    expect(said(stage)).toContain("verified: true");
  });

  it("is nothing at all where nothing is carried over", () => {
    const stage = moved({ sign_in: { carries: { type: "nothing" } }, mortgage: { tools: null } });
    expect(said(stage)).not.toMatch(/1980|verified: true/);
  });

  it("is nothing where it may not see it, not even a result that comes late or words not yet answered", () => {
    const stage = banking({ mortgage: { sees: { facts: [], talk: [] } } });
    stage.callerSays("What do I have?", 2);
    stage.useTool("u1", "get_balance", "{}", 2);
    stage.command({ type: "go_to", segment: "mortgage" });
    stage.model(OPENED, 3);
    stage.play({ type: "tool_result", call: "t2", outcome: { status: "ok", value: { balance: 77 } } });
    expect(said(stage)).not.toMatch(/1980|verified|What do I have/);
    expect(texts(stage, 3).join()).not.toMatch(/77|What do I have/);
  });

  it("finds its own part again when the talk comes back", () => {
    const stage = moved({ banking: { carries: { type: "nothing" } } });
    stage.command({ type: "go_to", segment: "banking" });
    stage.model(OPENED, 4);
    expect(said(stage)).toContain("Second story told.");
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
