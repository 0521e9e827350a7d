import { describe, expect, it } from "vitest";
import { LIMITS } from "../../src/base/limits.ts";
import { Stage } from "./stage.ts";

const FILLERS = { afterMs: 2000, phrases: ["One moment.", "Nearly there."] };
const TEN = { status: "ok", value: { balance: 10 } } as const;

const waiting = (): Stage => {
  const stage = Stage.talking({ fillers: FILLERS });
  stage.callerSays("Balance?");
  stage.useTool("u1");
  return stage;
};
const asked = (stage: Stage): string[] => stage.of("stream.text").map((effect) => effect.text);

describe("while a tool keeps the caller waiting", () => {
  it("the agent says something short, later and later, and never the same twice in a row", () => {
    const stage = waiting();
    stage.pass(1999);
    expect(asked(stage)).toEqual([]);
    stage.pass(1);
    expect(asked(stage)).toEqual([expect.stringContaining("One moment.")]);
    stage.pass(4000);
    expect(asked(stage).at(-1)).toContain("Nearly there.");
    expect(asked(stage)).toHaveLength(2);
  });

  it("nothing more is said once the result is there", () => {
    const stage = waiting();
    stage.pass(1000).play({ type: "tool_result", call: "t1", outcome: TEN });
    stage.pass(60_000);
    expect(asked(stage)).toEqual([]);
  });

  it("nothing is said while the caller speaks, or the agent", () => {
    const stage = waiting();
    stage.pass(1500).model({ type: "speech_started", offsetMs: null });
    stage.pass(1000);
    expect(asked(stage)).toEqual([]);
    stage.model({ type: "speech_stopped", offsetMs: null });
    stage.say("Let me look.", 1500);
    stage.pass(1000);
    expect(asked(stage)).toEqual([]);
    stage.pass(3000);
    expect(asked(stage)).toHaveLength(1);
  });

  it("what a slow tool tells of its progress is passed on", () => {
    const stage = waiting();
    stage.play({ type: "tool_progress", call: "t1", words: "Two of three banks have answered." });
    stage.pass(2000);
    expect(asked(stage)).toEqual([expect.stringContaining("Two of three banks have answered.")]);
    stage.play({ type: "tool_progress", call: "t99", words: "A stranger speaks." });
    stage.pass(4000);
    expect(asked(stage).at(-1)).toContain("Nearly there.");
  });

  it("it ends: a wait is bridged so often and no more", () => {
    const stage = Stage.talking({ fillers: { ...FILLERS, afterMs: 100 } });
    stage.useTool("u1");
    stage.pass(9_000);
    expect(asked(stage)).toHaveLength(LIMITS.fillersPerWait);
  });

  it("a sentence that bridges the wait does not pass for the answer when the stream is lost", () => {
    const stage = waiting();
    stage.useTool("u2");
    stage.play({ type: "tool_result", call: "t2", outcome: TEN });
    stage.pass(2000).say("One moment.", 500);
    stage.pass(1000).model({ type: "ended", end: { type: "lost", cause: "x" } });
    stage.pass(0).model({ type: "opened", connectMs: 80 }, 2);
    expect(asked(stage).at(-1)).toContain('{"balance":10}');
  });

  it("an agent without fillers is silent", () => {
    const stage = Stage.talking({ fillers: null });
    stage.useTool("u1");
    stage.pass(9_000);
    expect(asked(stage)).toEqual([]);
  });
});

describe("a model that cannot bear audio while a tool works", () => {
  it("hears what was said meanwhile after the result, whole and in order", () => {
    const stage = Stage.talking({ holdAudioDuringTools: true });
    stage.callerFrame(1);
    stage.useTool("u1");
    for (const mark of [2, 3]) stage.callerFrame(mark);
    stage.pass(1000);
    expect(stage.marks(1)).toEqual([1]);
    const sent = stage.of("stream.audio").length;
    stage.pass(1000);
    expect(stage.of("stream.audio")).toHaveLength(sent);
    stage.play({ type: "tool_result", call: "t1", outcome: TEN });
    stage.callerFrame(4);
    expect(stage.marks(1)).toEqual([1, 2, 3, 4]);
    const order = stage.effects.map((effect) => effect.type).filter((type) => type.startsWith("stream."));
    expect(order.indexOf("stream.tool_result")).toBeLessThan(order.lastIndexOf("stream.audio"));
  });

  it("hears it also when the words before it are told late: they are not these", () => {
    const stage = Stage.talking({ holdAudioDuringTools: true });
    stage.callerFrame(1);
    stage.useTool("u1");
    for (const mark of [2, 3]) stage.callerFrame(mark);
    stage.model({ type: "caller_text", text: "What is my balance?" });
    stage.callerFrame(4);
    stage.play({ type: "tool_result", call: "t1", outcome: TEN });
    expect(stage.marks(1)).toEqual([1, 2, 3, 4]);
  });

  it("hears the last of it after a long tool, and its client is told of the rest", () => {
    const stage = Stage.talking({ holdAudioDuringTools: true });
    stage.useTool("u1");
    for (let ms = 0; ms < LIMITS.callerBufferMs + 1_000; ms += 500) stage.callerFrame(1, 500);
    stage.play({ type: "tool_result", call: "t1", outcome: TEN });
    expect(stage.notices("error")).toMatchObject([
      { error: { detail: expect.stringContaining("1000 ms of audio sent while a tool worked") } },
    ]);
  });

  it("hears it on the next stream when the one that asked is lost", () => {
    const stage = Stage.talking({ holdAudioDuringTools: true });
    stage.useTool("u1");
    stage.callerFrame(5);
    stage.model({ type: "ended", end: { type: "lost", cause: "x" } });
    stage.pass(0).model({ type: "opened", connectMs: 80 }, 2);
    stage.callerFrame(6);
    expect(stage.marks(2)).toEqual([5, 6]);
  });
});
