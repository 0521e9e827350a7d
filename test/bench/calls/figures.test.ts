import { describe, expect, it } from "vitest";
import { distributionOf, spreadOf } from "../../../bench/calls/distribution.ts";
import { answerFrame, type CallPlan, PACES, USUAL } from "../../../bench/calls/plan.ts";
import { createCallBook } from "../../../bench/engine/call-book.ts";
import { Call } from "../../../bench/load/call.ts";
import { figuresOf } from "../../../bench/load/figures.ts";

const MS = 1e6;
const PLAN: CallPlan = { ...USUAL, ...PACES.real, calls: 1, frames: 400 };

/** A call of 400 frames, sent every 20 ms from 1 s on, each 2 ms on its way. */
function ends() {
  const [call, book] = [new Call(PLAN, 0), createCallBook(PLAN)];
  call.frames = PLAN.frames;
  for (let frame = 0; frame < PLAN.frames; frame++) {
    call.sentAt[frame] = (1_000 + frame * 20) * MS;
    book.arrivals[frame] = (call.sentAt[frame] ?? 0) + 2 * MS;
  }
  return { call, book };
}

const ALL = { from: 1_000 * MS, to: 9_000 * MS };

describe("the figures of a call", () => {
  it("tell what frames took, and count those that never came", () => {
    const both = ends();
    both.book.arrivals[10] = 0;
    both.book.arrivals[11] = (both.call.sentAt[11] ?? 0) + 150 * MS;
    const { up, upFrames } = figuresOf(PLAN, [both], ALL);
    expect(up).toMatchObject({ count: 399, p50: 2, max: 150 });
    expect(upFrames).toEqual({ sent: 400, lost: 1, doubled: 0, late: 1 });
  });

  it("are of the time that counts only", () => {
    const { upFrames } = figuresOf(PLAN, [ends()], { from: 2_000 * MS, to: 3_000 * MS });
    expect(upFrames.sent).toBe(50);
  });

  it("leave a tool's own time out of its round trip, and of the time to first audio", () => {
    const both = ends();
    const due = (both.call.sentAt[answerFrame(PLAN, 0, 0)] ?? 0) + 2 * MS;
    both.book.turns.push({
      turn: 0,
      answerDueAt: due,
      toolAskedAt: due,
      toolAnsweredAt: due + 53 * MS,
      ...{ firstPiece: 0, pieces: 1, late: 0 },
      interruptedAt: 0,
    });
    both.book.pieces = 1;
    both.book.sent[0] = due + 53 * MS;
    both.call.cameAt[0] = due + 54 * MS;
    const { tool, firstAudio, down } = figuresOf(PLAN, [both], ALL);
    expect(tool?.p50).toBe(3);
    expect(down?.p50).toBe(1);
    expect(firstAudio?.p50).toBe(6);
  });

  it("tell how soon a client knew of an interruption, and what it heard of the answer afterwards", () => {
    const both = ends();
    const at = 5_000 * MS;
    // Five pieces, of which the last two were sent when it had been cut; then another answer.
    both.book.turns.push({
      ...{ turn: 0, answerDueAt: at - MS, toolAskedAt: 0, toolAnsweredAt: 0 },
      ...{ firstPiece: 0, pieces: 5, late: 2, interruptedAt: at },
    });
    both.book.pieces = 7;
    both.book.sent.set([at - 60 * MS, at - 40 * MS, at - 20 * MS, at, at, at + 900 * MS, at + 920 * MS]);
    both.call.interrupted(at - 100 * MS);
    both.call.interrupted(at + 3 * MS);
    // The third was overtaken, the fourth passed on, the fifth held back.
    both.call.cameAt.set([at - 59 * MS, at - 39 * MS, at + 4 * MS, at + 5 * MS, 0, at + 901 * MS, 0]);
    both.book.turns.push({
      ...{ turn: 1, answerDueAt: at, toolAskedAt: 0, toolAnsweredAt: 0 },
      ...{ firstPiece: 5, pieces: 2, late: 0, interruptedAt: at + 2_500 * MS },
    });
    const { bargeIn, staleBytes, untold, downFrames } = figuresOf(PLAN, [both], ALL);
    expect(bargeIn).toMatchObject({ count: 1, p50: 3 });
    expect(untold).toBe(1);
    expect(staleBytes).toBe(2 * 960);
    // What is to be held back is not lost; the last piece of the other answer is.
    expect(downFrames).toMatchObject({ sent: 5, lost: 1 });
  });
});

describe("the numbers", () => {
  it("are values that were measured, by nearest rank", () => {
    const thousand = Array.from({ length: 1_000 }, (_, index) => 1_000 - index);
    expect(distributionOf(thousand)).toEqual({
      count: 1_000,
      p50: 500,
      p90: 900,
      p99: 990,
      p999: 999,
      max: 1_000,
    });
    expect(distributionOf([])).toBeNull();
  });

  it("of several repetitions are the one in the middle, with the least and the most", () => {
    expect(spreadOf([3, 1, 9])).toEqual({ median: 3, least: 1, most: 9 });
    expect(spreadOf([1, 4])).toEqual({ median: 2.5, least: 1, most: 4 });
    expect(spreadOf([])).toBeNull();
  });
});
