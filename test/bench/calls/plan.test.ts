import { describe, expect, it } from "vitest";
import {
  answerFrame,
  bargesIn,
  type CallPlan,
  callOf,
  cueOf,
  frameOf,
  markOf,
  PACES,
  speaksIn,
  USUAL,
} from "../../../bench/calls/plan.ts";

const plan = (over: Partial<CallPlan> = {}): CallPlan => ({
  ...USUAL,
  ...PACES.real,
  calls: 6,
  frames: 3_000,
  ...over,
});

const cues = (of: CallPlan, call: number) =>
  Array.from({ length: of.frames }, (_, frame) => ({ frame, cue: cueOf(of, call, frame) })).filter(
    ({ cue }) => cue !== null,
  );

describe("the plan of a call", () => {
  it.each([10, 20, 32, 100])("says each thing once, at frames of %i ms", (frameMs) => {
    const of = plan({ frameMs, frames: 36_000 / frameMs });
    const answers = cues(of, 0).filter(({ cue }) => cue === "answer_now");
    expect(answers).toHaveLength(6);
    expect(answers.map(({ frame }) => frame)).toEqual(
      [0, 1, 2, 3, 4, 5].map((turn) => answerFrame(of, 0, turn)),
    );
    expect(cues(of, 0).filter(({ cue }) => cue === "barge_in")).toHaveLength(2);
  });

  it("lets whoever cuts in speak on into the next turn, which does not begin again", () => {
    const of = plan();
    const all = cues(of, 0);
    const [cutsIn] = all.filter(({ cue }) => cue === "barge_in");
    const next = all.find(({ frame }) => frame > (cutsIn?.frame ?? 0));
    expect(next?.cue).toBe("answer_now");
    for (let frame = cutsIn?.frame ?? 0; frame < (next?.frame ?? 0); frame++)
      expect(speaksIn(of, 0, frame)).toBe(true);
  });

  it("spreads the calls, and who cuts in", () => {
    const of = plan();
    const firsts = Array.from({ length: of.calls }, (_, call) => cues(of, call)[0]?.frame);
    expect(new Set(firsts).size).toBe(of.calls);
    expect([0, 1, 2].filter((call) => bargesIn(of, call, 1))).toHaveLength(1);
  });

  it("numbers frames so that call and frame can be told", () => {
    for (const [call, frame] of [
      [0, 0],
      [255, 65_535],
      [17, 4_000],
    ] as const) {
      expect(callOf(markOf(call, frame))).toBe(call);
      expect(frameOf(markOf(call, frame))).toBe(frame);
    }
  });
});
