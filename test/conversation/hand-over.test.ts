import { describe, expect, it } from "vitest";
import { silence } from "../../src/audio/frames.ts";
import { LIMITS } from "../../src/base/limits.ts";
import { Stage } from "./stage.ts";

const TEN = { status: "ok", value: { balance: 10 } } as const;
const OPENED = { type: "opened", connectMs: 80 } as const;

/** A talk whose first stream is old enough to be left at the next turn's end. */
function aged(): Stage {
  const stage = Stage.talking();
  stage.callerSays("Hi");
  stage.say("Hello.", 300);
  stage.pass(LIMITS.rotateAtTurnEndMs);
  return stage;
}

/** The caller is listening to answer 2 of the old stream while the new one hears the caller. */
function draining(): Stage {
  const stage = aged();
  stage.callerSays("Still there?");
  stage.say("Yes.", 300);
  stage.pass(1000).callerSays("Story");
  stage.say("Once upon.", 2000, { last: false });
  stage.model(OPENED, 2);
  stage.pass(500);
  expect(stage.of("stream.finish")).toEqual([]);
  return stage;
}

const finished = (stage: Stage) => stage.of("stream.finish").map((effect) => effect.generation);

describe("what the next stream is told", () => {
  it("has the last answer in it, though its final words come after its audio", () => {
    const stage = aged();
    stage.callerSays("Still there?");
    stage.say("Yes, I am.", 300, { spoken: false });
    stage.model({ type: "agent_text", stage: "spoken", text: "Yes, I am." });
    stage.model(OPENED, 2);
    expect(stage.specs.at(-1)?.history.at(-1)).toEqual({ role: "agent", text: "Yes, I am." });
  });

  it("has the last answer in it when its final words never come", () => {
    const stage = Stage.talking();
    stage.callerSays("Hi");
    stage.say("Hello there.", 300, { spoken: false });
    stage.pass(LIMITS.rotateAtSilenceMs + 1000);
    stage.model(OPENED, 2);
    expect(stage.specs.at(-1)?.history.at(-1)).toEqual({ role: "agent", text: "Hello there." });
  });

  it("has in it what is being said when there was no time to wait for its end", () => {
    const stage = Stage.talking();
    stage.callerSays("Story");
    stage.say("Once upon a time.", 2000, { last: false });
    stage.pass(LIMITS.rotateAtOnceMs + 1000);
    stage.model(OPENED, 2);
    expect(stage.specs.at(-1)?.history.at(-1)).toEqual({ role: "agent", text: "Once upon a time." });
  });

  it("has a turn in it that came and went while it was being dialled", () => {
    const stage = aged();
    stage.callerSays("Still there?");
    stage.say("Yes.", 300);
    stage.pass(1000).callerSays("And now?");
    stage.say("Still here.", 300);
    stage.model(OPENED, 2);
    expect(
      stage.specs
        .at(-1)
        ?.history.slice(-2)
        .map(({ text }) => text),
    ).toEqual(["And now?", "Still here."]);
  });
});

describe("a hand-over that finds every door shut", () => {
  it("does not cost the session its own recovery: the lost stream may have held the last place", () => {
    const stage = Stage.talking();
    stage.pass(LIMITS.rotateAtSilenceMs + 1000);
    const tries = LIMITS.streamAttempts + 2;
    for (let generation = 2; generation < 2 + tries; generation++) {
      stage.model({ type: "ended", end: { type: "busy", cause: "full" } }, generation);
      stage.pass(LIMITS.streamBackoffMs * 2 ** generation);
    }
    const last = stage.of("stream.open").at(-1)?.generation ?? 0;
    stage.model({ type: "ended", end: { type: "busy", cause: "full" } }, last);
    stage.model({ type: "ended", end: { type: "lost", cause: "8 minutes" } }, 1);
    stage.pass(0);
    expect(stage.of("end")).toEqual([]);
    expect(stage.of("stream.open").at(-1)?.generation).toBe(last + 1);
  });
});

describe("what the next stream hears", () => {
  it("has the words that the old one had heard but not yet understood", () => {
    const stage = Stage.talking();
    stage.pass(LIMITS.rotateAtSilenceMs - 100);
    for (const mark of [1, 2, 3]) stage.callerFrame(mark);
    stage.model({ type: "speech_started", offsetMs: null });
    stage.model({ type: "speech_stopped", offsetMs: null });
    stage.pass(1000).model(OPENED, 2);
    expect(stage.marks(2)).toEqual([1, 2, 3]);
  });

  it("has all that was said while it opened, however slowly it did", () => {
    const stage = Stage.talking();
    stage.pass(LIMITS.rotateAtSilenceMs + 1000);
    const marks = Array.from({ length: 45 }, (_, i) => i + 1);
    for (const mark of marks) {
      stage.callerFrame(mark, 100);
      stage.pass(100);
    }
    stage.model(OPENED, 2);
    expect(stage.marks(2)).toEqual(marks);
  });

  it("has nothing that was understood and answered", () => {
    const stage = Stage.talking();
    stage.callerFrame(1);
    stage.callerSays("Hi");
    stage.say("Hello.", 300);
    stage.pass(LIMITS.rotateAtSilenceMs + 1000).model(OPENED, 2);
    expect(stage.marks(2)).toEqual([]);
  });
});

describe("a stream that is still saying what it began", () => {
  it("is talked over like any other, and let go", () => {
    const stage = draining();
    stage.model({ type: "speech_started", offsetMs: null }, 2);
    expect(stage.notices("interrupted")).toMatchObject([{ answer: 3, by: "caller" }]);
    expect(finished(stage)).toEqual([1]);
  });

  it("is talked over also where the model tells only the words", () => {
    const stage = draining();
    stage.model({ type: "caller_text", text: "Stop" }, 2);
    expect(stage.notices("interrupted")).toMatchObject([{ answer: 3, by: "caller" }]);
    expect(finished(stage)).toEqual([1]);
  });

  it("has the last say on an interruption that it heard before it was left", () => {
    const stage = draining();
    stage.model({ type: "interrupted" }, 1);
    expect(stage.notices("interrupted")).toMatchObject([{ answer: 3, by: "caller" }]);
    expect(finished(stage)).toEqual([1]);
  });

  it("is let go when the new one begins to speak", () => {
    const stage = draining();
    stage.say("Listen.", 300, { generation: 2 });
    expect(finished(stage)).toEqual([1]);
    const answers = stage.notices("audio").length;
    stage.model({ type: "agent_audio", content: "late", pcm: silence(100, 24000) }, 1);
    expect(stage.notices("audio")).toHaveLength(answers);
  });

  it("is let go when the client stops it", () => {
    const stage = draining();
    stage.command({ type: "interrupt" });
    expect(finished(stage)).toEqual([1]);
  });

  it("is let go when it never comes to an end", () => {
    const stage = draining();
    stage.pass(LIMITS.drainMs);
    expect(finished(stage)).toEqual([1]);
    expect(stage.notices("answer").at(-1)).toMatchObject({ answer: 3, state: "ended" });
  });

  it("is let go once, and its final words still count", () => {
    const stage = draining();
    stage.say("The end, planned.", 300, { spoken: false });
    stage.model({ type: "agent_text", stage: "spoken", text: "The end, spoken." });
    stage.pass(LIMITS.drainMs);
    expect(finished(stage)).toEqual([1]);
    expect(stage.record.at(-1)).toMatchObject({ text: "Once upon. The end, spoken." });
  });

  it("has its tool run, and the new one is told the result", () => {
    const stage = draining();
    stage.useTool("u9");
    stage.play({ type: "tool_result", call: "t1", outcome: TEN });
    expect(stage.of("tool.run")).toHaveLength(1);
    expect(stage.of("stream.tool_result")).toEqual([]);
    expect(stage.of("stream.text").at(-1)).toMatchObject({ generation: 2 });
    expect(stage.of("stream.text").at(-1)?.text).toContain('{"balance":10}');
  });
});
