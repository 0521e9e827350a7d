import { describe, expect, test } from "vitest";
import { INTERRUPTED_TEXT } from "../../../emulator/engine/speaker.ts";
import { createBench } from "../support/bench.ts";
import * as nova from "../support/events.ts";
import { LETTER_MS, say, use } from "../support/senses.ts";

const SPEECH = ["userSpeechStart", "userSpeechEnd"];

/** The id of the n-th tool use that the client has seen. */
const toolUseId = (bench: ReturnType<typeof createBench>, index = 0): string => {
  const uses = bench
    .received()
    .flatMap((frame) => (frame.type === "event" && frame.name === "toolUse" ? [frame] : []));
  return String(uses[index]?.body.toolUseId);
};

describe("a turn", () => {
  test("is told in Nova's order: what the caller said, then each sentence announced, spoken and confirmed", async () => {
    const bench = createBench({ heard: ["hello"], script: { hello: [say("Good day. How are you?")] } });
    bench.send(nova.prologue());
    await bench.play(nova.utterance());
    await bench.clock.advance(5000);
    expect(bench.story()).toEqual([
      "completionStart",
      ...SPEECH,
      "USER FINAL: hello",
      "TEXT end PARTIAL_TURN",
      "ASSISTANT SPECULATIVE: Good day.",
      "TEXT end PARTIAL_TURN",
      "AUDIO start",
      "AUDIO end PARTIAL_TURN",
      "ASSISTANT FINAL: Good day.",
      "TEXT end PARTIAL_TURN",
      "ASSISTANT SPECULATIVE: How are you?",
      "TEXT end PARTIAL_TURN",
      "AUDIO start",
      "AUDIO end END_TURN",
      "ASSISTANT FINAL: How are you?",
      "TEXT end END_TURN",
    ]);
  });

  test("is not over with what is said before a tool is called", async () => {
    const bench = createBench({ heard: ["hello"], script: { hello: [say("One moment."), use("look")] } });
    bench.send(nova.prologue({ tools: [nova.tool("look")] }));
    await bench.play(nova.utterance());
    await bench.clock.advance(5000);
    expect(bench.story()).toContain("AUDIO end PARTIAL_TURN");
    expect(bench.story().filter((line) => line.includes("END_TURN"))).toEqual([]);
  });

  test("has one open content at a time, each with its own id", async () => {
    const bench = createBench({
      heard: ["hello"],
      script: { hello: [say("One. Two."), use("look"), say("Three.")] },
    });
    bench.send(nova.prologue({ tools: [nova.tool("look")] }));
    await bench.play(nova.utterance());
    await bench.clock.advance(5000);
    let open: unknown;
    const seen = new Set<unknown>();
    for (const frame of bench.received()) {
      if (frame.type !== "event") continue;
      if (frame.name === "contentStart") {
        expect(open).toBeUndefined();
        open = frame.body.contentId;
        expect(seen.has(open)).toBe(false);
        seen.add(open);
      }
      if (["textOutput", "audioOutput", "toolUse", "contentEnd"].includes(frame.name)) {
        expect(frame.body.contentId).toBe(open);
      }
      if (frame.name === "contentEnd") open = undefined;
    }
    expect(seen.size).toBe(1 + 3 * 3 + 1);
  });

  test("speaks after the first-audio latency, then faster than real time but never all at once", async () => {
    const bench = createBench({ settings: { firstAudioMs: 700 }, script: { hi: [say("x".repeat(50))] } });
    bench.send(nova.prologue(), nova.typed("t", "hi"));
    const chunks = (): number =>
      bench.received().filter((f) => f.type === "event" && f.name === "audioOutput").length;
    await bench.clock.advance(699);
    expect(chunks()).toBe(0);
    await bench.clock.advance(1);
    expect(chunks()).toBe(1);
    const whole = (50 * LETTER_MS) / 80;
    await bench.clock.advance((50 * LETTER_MS) / 6);
    expect(chunks()).toBeGreaterThan(whole * 0.4);
    expect(chunks()).toBeLessThan(whole * 0.6);
    await bench.clock.advance((50 * LETTER_MS) / 6);
    expect(chunks()).toBe(whole);
  });

  test("speaks at the rate that was asked for", async () => {
    const bench = createBench({ script: { hi: [say("abcde")] } });
    bench.send(nova.prologue({ rate: 24_000 }), nova.typed("t", "hi"));
    await bench.clock.advance(2000);
    const audio = bench
      .received()
      .flatMap((frame) => (frame.type === "event" && frame.name === "audioOutput" ? [frame] : []));
    const bytes = audio.reduce(
      (sum, frame) => sum + Buffer.from(String(frame.body.content), "base64").length,
      0,
    );
    expect(bytes).toBe((5 * LETTER_MS * 24_000 * 2) / 1000);
  });

  test("with words that were not understood has no answer", async () => {
    const bench = createBench({ heard: [""], script: { "": [say("What?")] } });
    bench.send(nova.prologue());
    await bench.play(nova.utterance());
    await bench.clock.advance(2000);
    expect(bench.story()).toEqual(["completionStart", ...SPEECH]);
  });

  test("without the undocumented speech events looks as AWS documents it", async () => {
    const bench = createBench({ heard: ["hello"], settings: { speechEvents: false } });
    bench.send(nova.prologue());
    await bench.play(nova.utterance());
    expect(bench.story()).toEqual(["completionStart", "USER FINAL: hello", "TEXT end PARTIAL_TURN"]);
  });

  test("tells where speech began and ended, counted in what was heard", async () => {
    const bench = createBench({ heard: ["hello"] });
    bench.send(nova.prologue());
    await bench.play([...nova.silence(1240), ...nova.utterance(400)]);
    const offsets = bench
      .received()
      .flatMap((f) => (f.type === "event" && SPEECH.includes(f.name) ? [f.body.inputAudioOffsetMs] : []));
    expect(offsets).toEqual([1240, 1640]);
  });

  test("reports tokens: totals that add up the deltas, and silence for free", async () => {
    const bench = createBench({ heard: ["hello"], script: { hello: [say("Good day. How are you?")] } });
    bench.send(nova.prologue());
    await bench.play([...nova.silence(2000), ...nova.utterance(400)]);
    await bench.clock.advance(5000);
    interface Usage {
      readonly details: Record<
        "delta" | "total",
        { input: Record<string, number>; output: Record<string, number> }
      >;
      readonly totalInputTokens: number;
      readonly totalOutputTokens: number;
      readonly totalTokens: number;
    }
    const reports = bench
      .received()
      .flatMap((f) => (f.type === "event" && f.name === "usageEvent" ? [f.body as unknown as Usage] : []));
    expect(reports.length).toBeGreaterThanOrEqual(3);
    let speechIn = 0;
    let speechOut = 0;
    for (const { details, ...totals } of reports) {
      speechIn += details.delta.input.speechTokens ?? 0;
      speechOut += details.delta.output.speechTokens ?? 0;
      expect(details.total.input.speechTokens).toBe(speechIn);
      expect(details.total.output.speechTokens).toBe(speechOut);
      expect(totals.totalTokens).toBe(totals.totalInputTokens + totals.totalOutputTokens);
    }
    expect(speechIn).toBe(10);
    expect(speechOut).toBeGreaterThan(0);
  });
});

describe("typed text", () => {
  test("is answered without a word from the caller", async () => {
    const bench = createBench({ script: { hi: [say("Hello.")] } });
    bench.send(nova.prologue(), nova.silence(20), nova.typed("t", "hi"));
    await bench.clock.advance(2000);
    expect(bench.story()).toContain("ASSISTANT FINAL: Hello.");
  });

  test("during an answer waits for its end", async () => {
    const bench = createBench({ script: { one: [say("First answer.")], two: [say("Second.")] } });
    bench.send(nova.prologue(), nova.typed("t1", "one"));
    await bench.clock.advance(400);
    bench.send(nova.typed("t2", "two"));
    await bench.clock.advance(5000);
    expect(bench.story().filter((line) => line.startsWith("ASSISTANT FINAL"))).toEqual([
      "ASSISTANT FINAL: First answer.",
      "ASSISTANT FINAL: Second.",
    ]);
  });
});

describe("barge-in", () => {
  const long = { hello: [say("This is a long sentence that can be interrupted. And another one.")] };

  test("closes the audio as END_TURN, says so in Nova's words, and no FINAL follows", async () => {
    const bench = createBench({ heard: ["hello", "stop"], script: long });
    bench.send(nova.prologue());
    await bench.play(nova.utterance());
    await bench.clock.advance(500);
    const before = bench.story().length;
    await bench.play(nova.utterance());
    await bench.clock.advance(10_000);
    expect(bench.story().slice(before)).toEqual([
      "userSpeechStart",
      "AUDIO end END_TURN",
      `ASSISTANT FINAL: ${INTERRUPTED_TEXT}`,
      "TEXT end INTERRUPTED",
      "userSpeechEnd",
      "USER FINAL: stop",
      "TEXT end PARTIAL_TURN",
    ]);
    expect(INTERRUPTED_TEXT).toBe('{ "interrupted" : true }');
  });

  test("counts while the client is still playing what was sent long ago", async () => {
    const bench = createBench({ heard: ["hello", "stop"], script: { hello: [say("x".repeat(100))] } });
    bench.send(nova.prologue());
    await bench.play(nova.utterance());
    await bench.clock.advance(2000);
    expect(bench.story().at(-1)).toBe("TEXT end END_TURN");
    const before = bench.story().length;
    await bench.play(nova.loud(100));
    expect(bench.story().slice(before)).toEqual([
      "userSpeechStart",
      `ASSISTANT FINAL: ${INTERRUPTED_TEXT}`,
      "TEXT end INTERRUPTED",
    ]);
  });

  test("is none once the answer has been played to its end", async () => {
    const bench = createBench({ heard: ["hello", "more"], script: { hello: [say("Short.")] } });
    bench.send(nova.prologue());
    await bench.play(nova.utterance());
    await bench.clock.advance(3000);
    await bench.play(nova.utterance());
    expect(bench.story()).not.toContain("TEXT end INTERRUPTED");
  });

  test("before the first sound of an answer drops that answer in silence", async () => {
    const bench = createBench({ heard: ["hello", "more"], script: { ...long, more: [say("Yes.")] } });
    bench.send(nova.prologue());
    await bench.play(nova.utterance());
    await bench.clock.advance(100);
    await bench.play(nova.utterance());
    await bench.clock.advance(5000);
    expect(bench.story().filter((line) => line.startsWith("ASSISTANT"))).toEqual([
      "ASSISTANT SPECULATIVE: Yes.",
      "ASSISTANT FINAL: Yes.",
    ]);
  });

  test("leaves the conversation able to go on", async () => {
    const bench = createBench({ heard: ["hello", "stop"], script: { ...long, stop: [say("All right.")] } });
    bench.send(nova.prologue());
    await bench.play(nova.utterance());
    await bench.clock.advance(500);
    await bench.play(nova.utterance());
    await bench.clock.advance(3000);
    expect(bench.story()).toContain("ASSISTANT FINAL: All right.");
    expect(bench.ended()).toBe("open");
  });
});

describe("tools", () => {
  const tools = [nova.tool("balance"), nova.tool("weather")];
  const script = {
    money: [say("Let me look."), use("balance", { account: 1 })],
    both: [use("balance"), use("weather")],
    chat: [say("Nice day.")],
    "results of balance": [say("You have {}.")],
    "results of balance and weather": [say("Both: {}.")],
  };

  test("are called, and the result is spoken", async () => {
    const bench = createBench({ heard: ["money"], script });
    bench.send(nova.prologue({ tools }));
    await bench.play(nova.utterance());
    await bench.clock.advance(2000);
    expect(bench.story().slice(-3)).toEqual(["TOOL start", 'use balance {"account":1}', "TOOL end TOOL_USE"]);
    bench.send(nova.toolResult("r", toolUseId(bench), '{"euros":12}'));
    await bench.clock.advance(2000);
    expect(bench.story()).toContain('ASSISTANT FINAL: You have {"euros":12}.');
  });

  test("may be answered in any order; the model speaks when all it asked for is there", async () => {
    const bench = createBench({ heard: ["both"], script });
    bench.send(nova.prologue({ tools }));
    await bench.play(nova.utterance());
    await bench.clock.advance(1000);
    bench.send(nova.toolResult("r2", toolUseId(bench, 1), '"rain"'));
    await bench.clock.advance(1000);
    expect(bench.story().at(-1)).toBe("TOOL end TOOL_USE");
    bench.send(nova.toolResult("r1", toolUseId(bench, 0), "12"));
    await bench.clock.advance(3000);
    expect(bench.story()).toContain('ASSISTANT FINAL: Both: 12 and "rain".');
  });

  test("do not hold up the conversation, and a late result is still told", async () => {
    const bench = createBench({ heard: ["money", "chat"], script });
    bench.send(nova.prologue({ tools }));
    await bench.play(nova.utterance());
    await bench.clock.advance(3000);
    await bench.play(nova.utterance());
    await bench.clock.advance(3000);
    expect(bench.story()).toContain("ASSISTANT FINAL: Nice day.");
    bench.send(nova.toolResult("r", toolUseId(bench), "12"));
    await bench.clock.advance(3000);
    expect(bench.story()).toContain("ASSISTANT FINAL: You have 12.");
  });

  test("give a result that is told after the caller, who began to speak just when it came", async () => {
    const bench = createBench({ heard: ["money", "chat"], script });
    bench.send(nova.prologue({ tools }));
    await bench.play(nova.utterance());
    await bench.clock.advance(3000);
    bench.send(nova.toolResult("r", toolUseId(bench), "12"));
    await bench.clock.advance(50);
    await bench.play(nova.utterance());
    await bench.clock.advance(8000);
    expect(bench.story()).toContain("ASSISTANT FINAL: You have 12.");
    expect(bench.story()).toContain("ASSISTANT FINAL: Nice day.");
  });

  test("find Nova 2.5 silent until the result is there, where Nova 2 speaks first", async () => {
    const bench = createBench({ heard: ["money"], script, model: "amazon.nova-2-5-sonic" });
    bench.send(nova.prologue({ tools }));
    await bench.play(nova.utterance());
    await bench.clock.advance(2000);
    expect(bench.story().filter((line) => line.startsWith("ASSISTANT"))).toEqual([]);
    bench.send(nova.toolResult("r", toolUseId(bench), "12"));
    await bench.clock.advance(2000);
    expect(bench.story()).toContain("ASSISTANT FINAL: You have 12.");
  });
});

describe("the end", () => {
  test("of a prompt is answered with completionEnd, and no earlier", async () => {
    const bench = createBench({ heard: ["hello"], script: { hello: [say("Good day.")] } });
    bench.send(nova.prologue());
    await bench.play(nova.utterance());
    await bench.clock.advance(3000);
    expect(bench.story()).not.toContain("completionEnd");
    bench.send(nova.contentEnd(nova.AUDIO), nova.promptEnd());
    expect(bench.story().at(-1)).toBe("completionEnd");
    expect(bench.ended()).toBe("open");
    bench.send(nova.sessionEnd());
    expect(bench.ended()).toBe("ended");
    expect(bench.closed()).toBe(1);
  });

  test("of a prompt lets the sentence that is being spoken end", async () => {
    const bench = createBench({ script: { hi: [say("A long good-bye to you.")] } });
    bench.send(nova.prologue(), nova.typed("t", "hi"));
    await bench.clock.advance(350);
    bench.send(nova.contentEnd(nova.AUDIO), nova.promptEnd());
    await bench.clock.advance(5000);
    expect(bench.story().slice(-2)).toEqual(["TEXT end END_TURN", "completionEnd"]);
  });

  test("of a session cuts an answer short, in order", async () => {
    const bench = createBench({ script: { hi: [say("A long good-bye to you.")] } });
    bench.send(nova.prologue(), nova.typed("t", "hi"));
    await bench.clock.advance(350);
    bench.send(nova.epilogue());
    expect(bench.story().slice(-2)).toEqual(["AUDIO end END_TURN", "completionEnd"]);
    expect(bench.ended()).toBe("ended");
    const sent = bench.writes.length;
    await bench.clock.advance(5000);
    expect(bench.writes.length).toBe(sent);
  });

  test("leaves later events unanswered, but noted", () => {
    const bench = createBench();
    bench.send(nova.prologue(), nova.epilogue());
    const sent = bench.writes.length;
    bench.send(nova.sessionStart(), nova.silence(20));
    expect(bench.writes.length).toBe(sent);
    expect(bench.trace.since(0).filter((entry) => entry.name === "ignored")).toHaveLength(2);
  });
});
