import { describe, expect, it } from "vitest";
import { silence } from "../../src/audio/frames.ts";
import { Stage } from "./stage.ts";

describe("a turn", () => {
  it("shows what the caller said and what the agent answers, planned first and final later", () => {
    const stage = Stage.talking();
    stage.callerSays("What is my balance?");
    stage.say("You have ten dollars.", 1500);
    expect(stage.notices("transcript")).toMatchObject([
      { role: "caller", turn: 1, text: "What is my balance?", final: true },
      { role: "agent", turn: 1, answer: 1, text: "You have ten dollars.", final: false },
      { role: "agent", turn: 1, answer: 1, text: "You have ten dollars.", final: true },
    ]);
    expect(stage.record).toMatchObject([
      { type: "caller", text: "What is my balance?", typed: false },
      { type: "agent", text: "You have ten dollars.", interrupted: false },
    ]);
  });

  it("keeps an answer before its end is told, and again with the words as spoken", () => {
    const stage = Stage.talking();
    stage.callerSays("Hello");
    expect(stage.of("keep")).toHaveLength(1);
    stage.effects.length = 0;
    stage.say("Planned one.", 500, { last: false, spoken: false });
    expect(stage.of("keep")).toEqual([]);
    stage.say("Planned two.", 500, { spoken: false });
    const told = stage.effects.flatMap((effect) =>
      effect.type === "keep" || (effect.type === "notice" && effect.notice.type === "answer")
        ? [effect.type]
        : [],
    );
    expect(told).toEqual(["notice", "keep", "notice"]);
    expect(stage.record.at(-1)).toMatchObject({ text: "Planned one. Planned two." });
    stage.model({ type: "agent_text", stage: "spoken", text: "Spoken one." });
    stage.model({ type: "agent_text", stage: "spoken", text: "Spoken two." });
    expect(stage.of("keep")).toHaveLength(2);
    expect(stage.record.at(-1)).toMatchObject({ index: 1, text: "Spoken one. Spoken two." });
    expect(stage.notices("transcript").filter(({ final }) => final)).toHaveLength(1);
  });

  it("settles an answer whose final words never come when the caller goes on", () => {
    const stage = Stage.talking();
    stage.callerSays("Hello");
    stage.say("Hi there.", 500, { spoken: false });
    stage.pass(2000).callerSays("And my balance?");
    expect(stage.record.map((entry) => entry.type)).toEqual(["caller", "agent", "caller"]);
  });

  it("keeps all of an answer that goes on after the caller has said something", () => {
    const stage = Stage.talking();
    stage.callerSays("Story");
    stage.say("Once upon a time.", 500, { last: false });
    stage.model({ type: "caller_text", text: "Mhm" });
    stage.say("The end.", 500);
    expect(stage.record.find((entry) => entry.type === "agent")).toMatchObject({
      text: "Once upon a time. The end.",
    });
  });

  it("measures from the end of the caller's speech to the first audio of the answer", () => {
    const stage = Stage.talking();
    for (let i = 0; i < 50; i++) {
      stage.callerFrame(1);
      stage.pass(20);
    }
    stage.model({ type: "speech_started", offsetMs: 100 });
    stage.pass(1750);
    stage.model({ type: "speech_stopped", offsetMs: 1000 });
    stage.model({ type: "caller_text", text: "Balance?" });
    stage.pass(400).say("Ten.", 300);
    const [metrics] = stage.notices("metrics");
    expect(metrics?.metrics.firstAudioMs).toBe(400);
    expect(metrics?.metrics.sinceSpeechMs).toBeGreaterThanOrEqual(2150);
    expect(metrics?.metrics.sinceSpeechMs).toBeLessThanOrEqual(2290);
  });

  it("measures an interrupted answer by the question it answered, not by the words that broke into it", () => {
    const stage = Stage.talking();
    stage.callerSays("Story");
    stage.pass(500).say("One two three four.", 4000, { last: false });
    stage.pass(1000).model({ type: "speech_started", offsetMs: null });
    stage.model({ type: "interrupted" });
    stage.pass(2000).model({ type: "speech_stopped", offsetMs: null });
    stage.model({ type: "caller_text", text: "Stop" });
    expect(stage.notices("metrics")).toMatchObject([
      { metrics: { turn: 1, firstAudioMs: 500, interrupted: true } },
    ]);
  });

  it("is measured also when a tool of it is still running while the caller goes on", () => {
    const stage = Stage.talking();
    stage.callerSays("Balance?");
    stage.useTool("u1");
    stage.say("Let me look.", 500);
    stage.pass(2000).callerSays("Take your time");
    expect(stage.notices("metrics")).toMatchObject([{ metrics: { turn: 1 } }]);
  });

  it("says what was used and what it has cost at each turn's end", () => {
    const stage = Stage.talking();
    stage.callerSays("Hi");
    stage.model({
      type: "usage",
      tokens: { inputSpeech: 1000, inputText: 10, outputSpeech: 0, outputText: 0 },
    });
    stage.model({
      type: "usage",
      tokens: { inputSpeech: 2000, inputText: 20, outputSpeech: 500, outputText: 5 },
    });
    stage.say("Hello.", 300);
    const usage = stage.notices("usage").at(-1);
    expect(usage?.tokens).toEqual({ inputSpeech: 2000, inputText: 20, outputSpeech: 500, outputText: 5 });
    expect(usage?.cost.total).toBeGreaterThan(0.006);
  });
});

describe("barge-in", () => {
  it("tells the client in the same breath, and no audio of that answer follows", () => {
    const stage = Stage.talking();
    stage.callerSays("Tell me a story");
    stage.say("Once upon a time there was a king.", 4000, { last: false });
    stage.pass(1000);
    stage.effects.length = 0;
    const effects = stage.model({ type: "interrupted" });
    expect(effects[0]).toMatchObject({
      type: "notice",
      notice: { type: "interrupted", answer: 1, by: "caller" },
    });
    stage.model({ type: "agent_audio", content: "late", pcm: silence(100, 24000) });
    expect(stage.notices("audio").filter((notice) => notice.answer === 1)).toEqual([]);
  });

  it("keeps the words the client has played, not those that were planned", () => {
    const stage = Stage.talking();
    stage.callerSays("Tell me a story");
    stage.say("One two three four.", 2000, { last: false });
    stage.say("Five six seven eight.", 2000, { last: false, spoken: false });
    stage.pass(5000).command({ type: "played", answer: 1, ms: 3000 });
    stage.model({ type: "interrupted" });
    expect(stage.notices("interrupted")).toMatchObject([
      { heardMs: 3000, heardText: "One two three four. Five six" },
    ]);
    expect(stage.record.at(-1)).toMatchObject({ text: "One two three four. Five six", interrupted: true });
  });

  it("goes by the clock when the client never reports what it played", () => {
    const stage = Stage.talking();
    stage.callerSays("Story");
    stage.say("One two three four.", 4000, { last: false });
    stage.pass(2000).model({ type: "interrupted" });
    expect(stage.notices("interrupted")).toMatchObject([{ heardMs: 2000, heardText: "One two" }]);
  });

  it("corrects the record when the client's last report says that less was heard", () => {
    const stage = Stage.talking();
    stage.callerSays("Story");
    stage.say("One two three four.", 4000, { last: false });
    stage.pass(2000).model({ type: "interrupted" });
    stage.command({ type: "played", answer: 1, ms: 1000 });
    expect(stage.record.at(-1)).toMatchObject({ text: "One", interrupted: true });
    expect(stage.of("keep").at(-1)?.entries).toMatchObject([{ index: 1, text: "One" }]);
  });

  it("corrects the record only where the report says something new", () => {
    const stage = Stage.talking();
    stage.callerSays("Story");
    stage.say("One two three four.", 4000, { last: false });
    stage.pass(2000).model({ type: "interrupted" });
    stage.command({ type: "played", answer: 1, ms: 1000 });
    stage.effects.length = 0;
    for (const ms of [1000, 1000, 900]) stage.command({ type: "played", answer: 1, ms });
    expect(stage.effects).toEqual([]);
  });

  it("stops an answer that is sent whole but still playing when the caller begins to speak", () => {
    const stage = Stage.talking();
    stage.callerSays("Story");
    stage.say("A long story.", 8000);
    stage.pass(2000).model({ type: "speech_started", offsetMs: null });
    expect(stage.notices("interrupted")).toMatchObject([{ answer: 1, heardMs: 2000 }]);
  });

  it("stops an answer that is still playing where the model tells only the caller's words", () => {
    const stage = Stage.talking();
    stage.callerSays("Story");
    stage.say("A long story.", 8000);
    stage.pass(2000).model({ type: "caller_text", text: "Stop" });
    expect(stage.notices("interrupted")).toMatchObject([{ answer: 1, heardMs: 2000, by: "caller" }]);
    expect(stage.record).toMatchObject([{ text: "Story" }, { interrupted: true }, { text: "Stop" }]);
  });

  it("is not told of an answer that the caller has heard to its end", () => {
    const stage = Stage.talking();
    stage.callerSays("Hi");
    stage.say("Hello.", 500);
    stage.pass(3000).model({ type: "speech_started", offsetMs: null });
    stage.model({ type: "interrupted" });
    expect(stage.notices("interrupted")).toEqual([]);
    expect(stage.record.at(-1)).toMatchObject({ interrupted: false });
  });

  it("is told where the model breaks off, though all that came of the answer had been heard", () => {
    const stage = Stage.talking();
    stage.callerSays("Story");
    // At the pace of speech, and its sound ended as at an answer's end, as Nova does before it says that it was interrupted.
    stage.say("One two three four.", 2000, { spoken: false });
    stage.pass(2000).model({ type: "interrupted" });
    expect(stage.notices("interrupted")).toMatchObject([{ answer: 1, heardMs: 2000, by: "caller" }]);
    expect(stage.record.at(-1)).toMatchObject({ text: "One two three four.", interrupted: true });
  });

  it("is not told of an answer of before, whose final words never came", () => {
    const stage = Stage.talking();
    stage.callerSays("Story");
    stage.say("One two.", 500, { spoken: false });
    stage.pass(3000).callerSays("And now?");
    stage.model({ type: "interrupted" });
    expect(stage.notices("interrupted")).toEqual([]);
  });

  it("lets the client stop the agent, and hears the next answer again", () => {
    const stage = Stage.talking();
    stage.callerSays("Story");
    stage.say("One two.", 2000, { last: false });
    stage.command({ type: "interrupt" });
    expect(stage.notices("interrupted")).toMatchObject([{ by: "client" }]);
    const before = stage.notices("audio").length;
    stage.say("Three four.", 2000);
    expect(stage.notices("audio")).toHaveLength(before);
    stage.callerSays("Next");
    stage.say("Yes?", 300);
    expect(stage.notices("audio").at(-1)?.answer).toBe(2);
  });
});

describe("typing", () => {
  it("puts typed words to the model and interrupts what is being said", () => {
    const stage = Stage.talking();
    stage.callerSays("Story");
    stage.say("One two.", 2000, { last: false });
    stage.command({ type: "text", text: "Stop, my balance please" });
    expect(stage.notices("interrupted")).toHaveLength(1);
    expect(stage.of("stream.text")).toMatchObject([{ generation: 1, text: "Stop, my balance please" }]);
    expect(stage.record.at(-1)).toMatchObject({ type: "caller", typed: true, turn: 2 });
  });

  it("passes keys of a telephone as words", () => {
    const stage = Stage.talking();
    stage.command({ type: "dtmf", digits: "12#" });
    expect(stage.of("stream.text")[0]?.text).toContain("1 2 #");
    expect(stage.record).toMatchObject([{ text: "[12#]", typed: true }]);
  });

  it("passes keys as words again to the stream that takes a lost one's place", () => {
    const stage = Stage.talking();
    stage.command({ type: "dtmf", digits: "12#" });
    stage.model({ type: "ended", end: { type: "lost", cause: "x" } });
    stage.pass(0).model({ type: "opened", connectMs: 5 }, 2);
    expect(stage.of("stream.text").at(-1)?.text).toContain("1 2 #");
  });

  it("keeps words typed before the stream is open", () => {
    const stage = new Stage();
    stage.play({ type: "start", tools: [] });
    stage.play({ type: "client_joined" });
    stage.command({ type: "hello", inputRate: 16000, outputRate: 24000 });
    stage.command({ type: "text", text: "Hello?" });
    expect(stage.of("stream.text")).toEqual([]);
    stage.model({ type: "opened", connectMs: 5 });
    expect(stage.of("stream.text")).toMatchObject([{ generation: 1, text: "Hello?" }]);
  });
});
