/**
 * When a question counts as answered.
 */
import { describe, expect, it } from "vitest";
import { TalkProgress } from "../../scripts/lib/talk-progress.ts";
import type { ServerMessage } from "../../src/dialect/antiphon-v1/server-messages.ts";

const answer = (number: number, state: "started" | "ended"): ServerMessage => ({
  type: "answer",
  seq: 1,
  answer: number,
  turn: 1,
  state,
});
const callerSaid: ServerMessage = {
  type: "transcript",
  seq: 1,
  role: "caller",
  turn: 1,
  answer: null,
  item: "c1.1",
  text: "what is my balance",
  final: true,
};
const toolStarted: ServerMessage = { type: "tool_started", seq: 1, call: "t1", name: "balance" };
const toolEnded: ServerMessage = {
  type: "tool_ended",
  seq: 1,
  call: "t1",
  name: "balance",
  status: "ok",
  ms: 5,
};
const speech = (state: "started" | "stopped"): ServerMessage => ({ type: "speech", seq: 1, state });

/** All messages at time 0; complete is asked a long while later. */
const follow = (how: "aloud" | "typed", ...messages: ServerMessage[]): TalkProgress => {
  const progress = new TalkProgress();
  progress.ask(how);
  for (const message of messages) progress.on(message, 0);
  return progress;
};
const LATER = 60_000;

describe("a question", () => {
  it("is answered when an answer to it has ended and nobody speaks", () => {
    const progress = follow("aloud", callerSaid, answer(1, "started"), answer(1, "ended"));
    expect(progress.isComplete(LATER, false)).toBe(true);
  });

  it("is not answered while the answer still sounds, or right after its last sign", () => {
    const progress = follow("aloud", callerSaid, answer(1, "started"), answer(1, "ended"));
    expect(progress.isComplete(LATER, true)).toBe(false);
    expect(progress.isComplete(100, false)).toBe(false);
  });

  it.each([
    ["nothing was understood", [answer(1, "started"), answer(1, "ended")], "never said what it understood"],
    ["there is no answer", [callerSaid], "has not answered"],
    ["the answer goes on", [callerSaid, answer(1, "started")], "has not finished"],
    [
      "a tool still runs behind the filler",
      [callerSaid, toolStarted, answer(1, "started"), answer(1, "ended")],
      "a tool has not answered",
    ],
    [
      "the tool's result has not been spoken",
      [callerSaid, toolStarted, answer(1, "started"), answer(1, "ended"), toolEnded],
      "has not finished",
    ],
    [
      "the caller speaks again",
      [callerSaid, answer(1, "started"), answer(1, "ended"), speech("started")],
      "understood",
    ],
  ])("is not answered when %s", (_, messages, words) => {
    const progress = follow("aloud", ...messages);
    expect(progress.isComplete(LATER, false)).toBe(false);
    expect(progress.waitingFor()).toContain(words);
  });

  it("is answered when the tool's result came while the answer was being spoken", () => {
    const progress = follow(
      "aloud",
      callerSaid,
      toolStarted,
      answer(1, "started"),
      toolEnded,
      answer(1, "ended"),
    );
    expect(progress.isComplete(LATER, false)).toBe(true);
  });

  it("that moves the talk waits a while for the next segment's voice, which may have nothing to say", () => {
    const moved: ServerMessage = {
      type: "segment",
      seq: 1,
      name: "banking",
      reason: "transition",
      from: "front_desk",
      by: "model",
      gapMs: 0,
    };
    const farewell = [answer(1, "started"), answer(1, "ended")];
    const progress = follow("typed", ...farewell, moved);
    expect(progress.isComplete(3_999, false)).toBe(false);
    expect(progress.isComplete(4_000, false)).toBe(true);
    progress.on(answer(2, "started"), 0);
    expect(progress.isComplete(LATER, false)).toBe(false);
    progress.on(answer(2, "ended"), 0);
    expect(progress.isComplete(1_000, false)).toBe(true);
    const rotated = follow("typed", ...farewell, { ...moved, reason: "rotation", from: null, by: null });
    expect(rotated.isComplete(1_000, false)).toBe(true);
  });

  it("needs no hearing when it was typed", () => {
    expect(follow("typed", answer(1, "started"), answer(1, "ended")).isComplete(LATER, false)).toBe(true);
  });

  it("is not answered by the greeting", () => {
    const progress = new TalkProgress();
    progress.on(answer(1, "started"), 0);
    expect(progress.greeting).toBe("speaking");
    progress.on(answer(1, "ended"), 0);
    expect(progress.greeting).toBe("said");
    progress.ask("typed");
    expect(progress.isComplete(LATER, false)).toBe(false);
    progress.on(answer(2, "started"), 0);
    expect(progress.firstAnswer).toBe(2);
  });

  it("after another is not answered by what answered that one", () => {
    const progress = follow("typed", answer(1, "started"), answer(1, "ended"));
    expect(progress.isComplete(LATER, false)).toBe(true);
    progress.ask("typed");
    expect(progress.isComplete(LATER, false)).toBe(false);
    progress.on(answer(2, "started"), 0);
    progress.on(answer(2, "ended"), 0);
    expect(progress.isComplete(LATER, false)).toBe(true);
    expect(progress.firstAnswer).toBe(1);
  });

  it("waits for a greeting whose words have been told already", () => {
    const progress = new TalkProgress();
    expect(progress.greeting).toBe("none");
    progress.on({ ...callerSaid, role: "agent", answer: 1, final: false }, 0);
    expect(progress.greeting).toBe("speaking");
  });

  it("whose answer was cut off waits for the next one", () => {
    const cut: ServerMessage = {
      type: "interrupted",
      seq: 1,
      answer: 1,
      heardMs: 9,
      heardText: "",
      by: "caller",
    };
    const progress = follow("aloud", callerSaid, answer(1, "started"), cut);
    expect(progress.isComplete(LATER, false)).toBe(false);
    progress.on(answer(2, "started"), 0);
    progress.on(answer(2, "ended"), 0);
    expect(progress.isComplete(LATER, false)).toBe(true);
  });
});
