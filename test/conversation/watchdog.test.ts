import { describe, expect, it } from "vitest";
import { LIMITS } from "../../src/base/limits.ts";
import { hush, music, noise, sound, speak } from "./caller.ts";
import { AGENT, Stage, segment } from "./stage.ts";

const OPENED = { type: "opened", connectMs: 80 } as const;
const STARTED = { type: "speech_started", offsetMs: null } as const;
const STOPPED = { type: "speech_stopped", offsetMs: null } as const;
const TEN = { status: "ok", value: { balance: 10 } } as const;

const opened = (stage: Stage): number[] => stage.of("stream.open").map(({ generation }) => generation);
const newest = (stage: Stage): number => opened(stage).at(-1) ?? 1;
const aborted = (stage: Stage): number[] => stage.of("stream.abort").map(({ generation }) => generation);
const causes = (stage: Stage): string[] =>
  stage.of("log").map(({ fields }) => `${fields.why}: ${fields.cause}`);
const texts = (stage: Stage, generation: number): string[] =>
  stage.of("stream.text").flatMap((effect) => (effect.generation === generation ? [effect.text] : []));

/** The agent's stream is healthy: it tells of speech as Nova does, and answers. */
function turn(stage: Stage, question: string, generation = 1): void {
  speak(stage, 200);
  stage.model(STARTED, generation);
  speak(stage, 1_500);
  hush(stage, 1_750);
  stage.model(STOPPED, generation);
  stage.model({ type: "caller_text", text: question }, generation);
  stage.pass(800).say("Yes, of course.", 1_500, { generation });
  hush(stage, 3_000);
}

const TWO_PARTS = {
  segments: [
    segment("main", { goesTo: [{ to: "loans", when: null, by: ["client"], say: null }] }),
    segment("loans", { opening: "Say that this is about loans." }),
  ],
};

/** Ways in which another stream comes to hear the caller. The first has told of speech, so what it is like is known. */
const SWAPS: readonly (readonly [string, () => Stage])[] = [
  [
    "a rotation",
    () => {
      const stage = Stage.talking();
      turn(stage, "Hi");
      stage.play({ type: "rotate" });
      stage.model(OPENED, 2);
      return stage;
    },
  ],
  [
    "a rotation while the agent speaks",
    () => {
      const stage = Stage.talking();
      turn(stage, "Hi");
      stage.callerSays("Story");
      stage.say("Once upon.", 2_000, { last: false });
      stage.play({ type: "rotate" });
      stage.pass(LIMITS.rotateWishMs).model(OPENED, 2);
      stage.say("The end.", 500);
      stage.pass(3_000);
      return stage;
    },
  ],
  [
    "a transition",
    () => {
      const stage = Stage.talking(TWO_PARTS);
      turn(stage, "Hi");
      stage.command({ type: "go_to", segment: "loans" });
      stage.model(OPENED, 2);
      return stage;
    },
  ],
  [
    "a recovery",
    () => {
      const stage = Stage.talking();
      turn(stage, "Hi");
      stage.model({ type: "ended", end: { type: "lost", cause: "socket closed" } });
      stage.pass(0).model(OPENED, 2);
      return stage;
    },
  ],
];

describe.each(SWAPS)("a caller who talks right after %s", (_, swap) => {
  it("is heard by another stream, from the first word on, when the fresh one is deaf", () => {
    const stage = swap();
    speak(stage, 3_000);
    hush(stage, 3_000);
    expect([aborted(stage).includes(2), newest(stage)]).toEqual([true, 3]);
    stage.model(OPENED, 3);
    const heardMs = stage.fedMs(3);
    expect(heardMs).toBeGreaterThanOrEqual(6_000);
    expect(stage.notices("segment").at(-1)).toMatchObject({ reason: "recovery" });
    expect(stage.notices("segment").at(-1)?.gapMs).toBeGreaterThan(3_000);
    turn(stage, "Do you hear me?", 3);
    expect(stage.notices("transcript").at(-1)).toMatchObject({ role: "agent", final: true });
  });

  it("is answered by another stream when the fresh one is dead, and answered once", () => {
    const stage = swap();
    stage.callerSays("What is my balance?", 2);
    stage.pass(LIMITS.answerWatchMs - 1);
    expect(aborted(stage)).not.toContain(2);
    stage.pass(1);
    expect([aborted(stage).includes(2), newest(stage)]).toEqual([true, 3]);
    stage.model(OPENED, 3);
    expect(texts(stage, 3)).toEqual(["What is my balance?"]);
    stage.say("Ten dollars.", 500, { generation: 3 });
    hush(stage, 20_000);
    expect(newest(stage)).toBe(3);
  });

  it("is served as ever when the fresh one is well", () => {
    const stage = swap();
    stage.say("This is about loans.", 800, { generation: 2 });
    for (const question of ["One", "Two", "Three"]) turn(stage, question, 2);
    expect(aborted(stage)).toEqual([]);
  });

  it("is heard when they were speaking all along", () => {
    const stage = swap();
    turn(stage, "And then?", 2);
    speak(stage, 300);
    stage.model(STARTED, 2);
    stage.play({ type: "rotate" });
    speak(stage, LIMITS.rotateWishMs);
    stage.model(OPENED, 3);
    speak(stage, 8_000);
    expect(aborted(stage)).toContain(3);
    expect(causes(stage)).toEqual(["deaf: nothing was told of clear speech"]);
  });
});

describe("words that nobody answers", () => {
  it.each<[string, (stage: Stage) => void]>([
    ["typed ones", (stage) => stage.command({ type: "text", text: "Hello?" })],
    ["spoken ones", (stage) => stage.callerSays("Hello?")],
  ])("are put to another stream: %s", (_, put) => {
    const stage = Stage.talking();
    put(stage);
    stage.pass(LIMITS.answerWatchMs).pass(0).model(OPENED, 2);
    expect([aborted(stage), texts(stage, 2)]).toEqual([[1], ["Hello?"]]);
    expect(causes(stage)).toEqual(["dead: no answer came in time"]);
  });

  it("are put to another stream when they are the greeting", () => {
    const stage = Stage.talking({ greeting: "Say welcome." });
    stage.pass(LIMITS.answerWatchMs).model(OPENED, 2);
    expect(texts(stage, 2)).toEqual([expect.stringContaining("Say welcome.")]);
  });

  it("are put to another stream when a segment opens with them", () => {
    const stage = Stage.talking(TWO_PARTS);
    stage.command({ type: "go_to", segment: "loans" });
    stage.model(OPENED, 2);
    stage.pass(LIMITS.answerWatchMs).model(OPENED, 3);
    expect(texts(stage, 3)).toEqual([expect.stringContaining("about loans")]);
  });

  it("are not put to the voice of another segment when they opened this one", () => {
    const stage = Stage.talking(TWO_PARTS);
    stage.command({ type: "go_to", segment: "loans" });
    stage.model(OPENED, 2);
    stage.play({ type: "go_to", segment: "main" });
    stage.model(OPENED, 3);
    expect(stage.notices("segment").at(-1)).toMatchObject({ name: "main" });
    expect(texts(stage, 3)).toEqual([]);
  });

  it("are told again when they are a tool's result", () => {
    const stage = Stage.talking();
    stage.callerSays("Balance?");
    stage.useTool("u1");
    stage.pass(9_000).play({ type: "tool_result", call: "t1", outcome: TEN });
    stage.pass(LIMITS.answerWatchMs - 1);
    expect(aborted(stage)).toEqual([]);
    stage.pass(1).model(OPENED, 2);
    expect(texts(stage, 2)).toEqual([expect.stringContaining('{"balance":10}')]);
    expect(stage.of("tool.run")).toHaveLength(1);
  });

  it("cost a turn so many streams and an apology, and no more", () => {
    const stage = Stage.talking();
    stage.callerSays("Hi");
    for (let generation = 2; generation <= 6; generation++) {
      stage.pass(LIMITS.answerWatchMs + 3_000);
      if (newest(stage) === generation) stage.model(OPENED, generation);
    }
    stage.pass(60_000);
    expect(aborted(stage)).toHaveLength(LIMITS.answerAttempts + 1);
    expect(stage.of("stream.text").at(-1)?.text).toContain("cannot be answered");
    expect(stage.of("end")).toEqual([]);
  });

  it("wait as long as the agent's builder says", () => {
    const stage = Stage.talking({ limits: { ...AGENT.limits, answerWatchMs: 30_000 } });
    stage.callerSays("Hi");
    stage.pass(29_999);
    expect(aborted(stage)).toEqual([]);
    stage.pass(1);
    expect(aborted(stage)).toEqual([1]);
  });
});

describe("a healthy stream is left alone", () => {
  it("while a tool works, however long", () => {
    const stage = Stage.talking();
    stage.callerSays("Balance?");
    stage.useTool("u1");
    stage.pass(9_500).play({ type: "tool_result", call: "t1", outcome: TEN });
    stage.pass(5_000).useTool("u2");
    stage.pass(9_500).play({ type: "tool_result", call: "t2", outcome: TEN });
    stage.pass(5_000).say("Ten.", 500);
    stage.pass(60_000);
    expect(aborted(stage)).toEqual([]);
  });

  it("while one of two tools works that it waits for", () => {
    const stage = Stage.talking();
    stage.callerSays("Both balances?");
    stage.useTool("u1");
    stage.useTool("u2");
    stage.pass(500).play({ type: "tool_result", call: "t1", outcome: TEN });
    stage.pass(9_000).play({ type: "tool_result", call: "t2", outcome: TEN });
    stage.pass(5_000).say("Ten each.", 500);
    stage.pass(60_000);
    expect(aborted(stage)).toEqual([]);
  });

  it("while the caller talks for minutes, having been heard to begin", () => {
    const stage = Stage.talking();
    speak(stage, 300);
    stage.model(STARTED);
    speak(stage, 180_000);
    hush(stage, 2_000);
    stage.model(STOPPED);
    stage.model({ type: "caller_text", text: "A long story" });
    stage.pass(2_000).say("I see.", 500);
    expect(aborted(stage)).toEqual([]);
  });

  it("while the caller talks for minutes to a model that tells only what was said", () => {
    const stage = Stage.talking();
    speak(stage, 120_000);
    hush(stage, 5_000);
    stage.model({ type: "caller_text", text: "A long story" });
    stage.pass(2_000).say("I see.", 500);
    hush(stage, 20_000);
    expect(aborted(stage)).toEqual([]);
  });

  it("while it ends an answer that the caller typed over", () => {
    const stage = Stage.talking();
    stage.callerSays("Story");
    stage.say("Once upon a time.", 1_000, { last: false });
    stage.pass(500).command({ type: "text", text: "Stop, what is my balance?" });
    for (let i = 0; i < 12; i++) {
      stage.pass(1_000);
      stage.model({ type: "agent_audio", content: "Once upon a time.", pcm: sound(-30) });
    }
    stage.model({ type: "agent_audio_ended", content: "Once upon a time.", last: true });
    stage.pass(5_000).say("Ten dollars.", 500);
    stage.pass(60_000);
    expect(aborted(stage)).toEqual([]);
  });

  it("while it speaks, and the caller's microphone hears it", () => {
    const stage = Stage.talking();
    turn(stage, "Hi");
    stage.callerSays("Story");
    stage.say("Once upon a time.", 20_000, { last: false });
    speak(stage, 15_000);
    expect(aborted(stage)).toEqual([]);
  });

  it("when the caller coughs, or a door slams", () => {
    const stage = Stage.talking();
    turn(stage, "Hi");
    for (let i = 0; i < 20; i++) {
      speak(stage, 400);
      hush(stage, 5_000);
    }
    expect(aborted(stage)).toEqual([]);
  });

  it("when the caller coughs, and it takes that for speech of no words", () => {
    const stage = Stage.talking();
    turn(stage, "Hi");
    speak(stage, 400);
    stage.model(STARTED);
    hush(stage, 2_000);
    stage.model(STOPPED);
    hush(stage, 60_000);
    expect(aborted(stage)).toEqual([]);
  });

  it.each([-70, -50, -40, -30, -20])("in a steady noise of %i dBFS", (dbfs) => {
    const stage = Stage.talking();
    turn(stage, "Hi");
    noise(stage, 120_000, dbfs);
    expect(aborted(stage).length).toBeLessThanOrEqual(1);
  });

  it("while what it hears is music, but for once in a minute", () => {
    const stage = Stage.talking();
    turn(stage, "Hi");
    const minutes = 6;
    for (let second = 0; second < minutes * 60; second++) {
      music(stage, 1_000);
      if (stage.now > 0 && aborted(stage).includes(newest(stage) - 1)) stage.model(OPENED, newest(stage));
    }
    expect(aborted(stage).length).toBeLessThanOrEqual(minutes);
    expect(stage.of("end")).toEqual([]);
  });

  it("while the caller is muted", () => {
    const stage = Stage.talking();
    turn(stage, "Hi");
    stage.command({ type: "mute", muted: true });
    speak(stage, 20_000);
    expect(aborted(stage)).toEqual([]);
  });
});

describe("a stream that falls silent in the middle of a talk", () => {
  it("while the caller speaks is replaced once they have stopped, and the next one hears them", () => {
    const stage = Stage.talking();
    turn(stage, "Hi");
    speak(stage, 300);
    stage.model(STARTED);
    speak(stage, 2_000);
    hush(stage, LIMITS.certainPauseMs + LIMITS.hearWatchMs + 500);
    expect(causes(stage)).toEqual(["deaf: the end of speech was not told"]);
    stage.pass(0).model(OPENED, 2);
    const heardMs = stage.fedMs(2);
    expect(heardMs).toBeGreaterThan(LIMITS.certainPauseMs + LIMITS.hearWatchMs + 2_000);
  });

  it("is found out when the caller, whose pause it did not tell of, speaks again", () => {
    const stage = Stage.talking();
    turn(stage, "Hi");
    speak(stage, 300);
    stage.model(STARTED);
    speak(stage, 1_000);
    hush(stage, LIMITS.certainPauseMs + 1_000);
    speak(stage, 6_000);
    expect(causes(stage)).toEqual(["deaf: nothing was told of clear speech"]);
  });

  it("is found out though it went on with the answer that the caller typed over", () => {
    const stage = Stage.talking();
    stage.callerSays("Story");
    stage.say("Once upon a time.", 1_000, { last: false });
    stage.pass(500).command({ type: "text", text: "Stop, what is my balance?" });
    stage.pass(1_000);
    stage.model({ type: "agent_audio", content: "Once upon a time.", pcm: sound(-30) });
    stage.pass(LIMITS.answerWatchMs - 1);
    expect(aborted(stage)).toEqual([]);
    stage.pass(1);
    expect(aborted(stage)).toEqual([1]);
  });

  it("is found out though it never told when speech begins", () => {
    const stage = Stage.talking();
    speak(stage, 2_000);
    hush(stage, LIMITS.hearWatchTextMs - 500);
    expect(aborted(stage)).toEqual([]);
    hush(stage, 1_000);
    expect(aborted(stage)).toEqual([1]);
  });

  it("is found out in a noisy room", () => {
    const stage = Stage.talking();
    const room = sound(-45);
    hush(stage, 10_000, room);
    turn(stage, "Hi");
    hush(stage, 10_000, room);
    speak(stage, 6_000, room);
    expect(aborted(stage)).toEqual([1]);
  });

  it("gives way to the stream that is being dialled already", () => {
    const stage = Stage.talking();
    turn(stage, "Hi");
    speak(stage, 4_000);
    stage.play({ type: "rotate" });
    speak(stage, 2_000);
    expect([aborted(stage), opened(stage)]).toEqual([[1], [2]]);
    stage.model(OPENED, 2);
    const heardMs = stage.fedMs(2);
    expect(heardMs).toBeGreaterThanOrEqual(6_000);
  });
});

/** Of a sentence. */
const BEGUN = [
  { type: "agent_text", stage: "planned", text: "Once upon a time there was a king." },
  { type: "agent_audio_started", content: "c" },
  { type: "agent_audio", content: "c", pcm: sound(-20) },
] as const;

describe("an answer that stops in the middle", () => {
  it("is made again by another stream, when nothing more comes of it", () => {
    const stage = Stage.talking();
    stage.callerSays("Tell me a story");
    stage.pass(800);
    for (const event of BEGUN) stage.model(event);
    stage.pass(LIMITS.answerWatchMs - 1);
    expect(aborted(stage)).toEqual([]);
    stage.pass(1);
    expect(causes(stage)).toEqual(["dead: the rest of an answer did not come"]);
    stage.model(OPENED, 2);
    expect(texts(stage, 2)).toEqual(["Tell me a story"]);
  });

  it("is waited for as long as anything of it comes", () => {
    const stage = Stage.talking();
    stage.callerSays("Tell me a story");
    for (let sentence = 1; sentence <= 4; sentence++) {
      stage.pass(LIMITS.answerWatchMs - 1_000);
      stage.say(`Sentence ${sentence}.`, 500, { last: sentence === 4 });
    }
    hush(stage, 2 * LIMITS.answerWatchMs);
    expect(aborted(stage)).toEqual([]);
  });

  it("is not waited for when the caller has talked over it", () => {
    const stage = Stage.talking();
    stage.callerSays("Tell me a story");
    stage.pass(800);
    for (const event of BEGUN) stage.model(event);
    stage.model({ type: "interrupted" });
    hush(stage, 2 * LIMITS.answerWatchMs);
    expect(aborted(stage)).toEqual([]);
  });

  it("is not waited for while a tool works", () => {
    const stage = Stage.talking();
    stage.callerSays("My balance");
    stage.pass(800);
    for (const event of BEGUN) stage.model(event);
    stage.useTool("u1");
    stage.pass(LIMITS.answerWatchMs + 1_000);
    expect(aborted(stage)).toEqual([]);
  });
});
