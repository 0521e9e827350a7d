import { describe, expect, it } from "vitest";
import { LIMITS } from "../../src/base/limits.ts";
import { Stage, segment } from "./stage.ts";

const OPENED = { type: "opened", connectMs: 80 } as const;
const LOST = { type: "ended", end: { type: "lost", cause: "x" } } as const;
const TO_MORTGAGE = {
  to: "mortgage",
  when: null,
  by: ["model", "client"],
  say: null,
} as const;

const OPENING = "Say that you do mortgages.";
const calling = (opening: string | null = OPENING): Stage =>
  Stage.talking({ segments: [segment("main", { goesTo: [TO_MORTGAGE] }), segment("mortgage", { opening })] });

const texts = (stage: Stage, generation: number): string[] =>
  stage.of("stream.text").flatMap((effect) => (effect.generation === generation ? [effect.text] : []));

describe("the new voice", () => {
  it("speaks though the sound it waited for turned out to be no words", () => {
    const stage = calling();
    stage.command({ type: "go_to", segment: "mortgage" });
    stage.model({ type: "speech_started", offsetMs: null });
    stage.model(OPENED, 2);
    stage.model({ type: "speech_stopped", offsetMs: null }, 2);
    stage.pass(LIMITS.replayRingMs + 1000);
    expect(texts(stage, 2)).toEqual([expect.stringContaining(OPENING)]);
  });

  it("does not speak over words that were said and are still to be told", () => {
    const stage = calling();
    stage.command({ type: "go_to", segment: "mortgage" });
    stage.model({ type: "speech_started", offsetMs: null });
    stage.model(OPENED, 2);
    stage.model({ type: "speech_stopped", offsetMs: null }, 2);
    stage.pass(1000);
    expect(texts(stage, 2)).toEqual([]);
    stage.model({ type: "caller_text", text: "What is the rate?" }, 2);
    stage.pass(10_000);
    expect(texts(stage, 2)).toEqual([]);
  });

  it("speaks though the stream it came with was lost while the old voice ended its sentence", () => {
    const stage = calling();
    stage.callerSays("Tell me something");
    stage.say("Well, once upon a time.", 5000, { last: false, spoken: false });
    stage.command({ type: "go_to", segment: "mortgage" });
    stage.model(OPENED, 2);
    stage.model(LOST, 2);
    stage.model({ type: "agent_audio_ended", content: "Well, once upon a time.", last: true }, 1);
    stage.pass(1000).model(OPENED, 3);
    stage.pass(5000);
    expect(texts(stage, 3)).toEqual([expect.stringContaining(OPENING)]);
  });

  it("answers the caller's last words though the line was down for long on the way", () => {
    const stage = calling(null);
    stage.callerSays("I want a loan");
    stage.useTool("u1", "go_to_mortgage", '{"reason":"loan"}');
    stage.model(LOST);
    stage.model(LOST, 2);
    stage.pass(LIMITS.apologyAfterMs).model(OPENED, 3);
    expect(texts(stage, 3)).toHaveLength(1);
    expect(texts(stage, 3)[0]).toMatch(/sorry[\s\S]*I want a loan/);
  });
});
