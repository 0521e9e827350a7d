import { describe, expect, it } from "vitest";
import { LIMITS } from "../../src/base/limits.ts";
import {
  bank,
  banking,
  calling,
  edge,
  MONEY,
  OPENED,
  signIn,
  texts,
  toolsOf,
  VERIFIED,
  VERIFY,
} from "./segmented-bank.ts";
import { Stage } from "./stage.ts";

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
