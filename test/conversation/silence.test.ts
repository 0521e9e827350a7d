import { describe, expect, it } from "vitest";
import { silence } from "../../src/audio/frames.ts";
import { LIMITS } from "../../src/base/limits.ts";
import { Stage } from "./stage.ts";

const FRAME_MS = 20;
const speech = new Uint8Array(silence(FRAME_MS, 16000).length).fill(1);

const speaks = (stage: Stage, ms: number): void => {
  for (let at = 0; at < ms; at += FRAME_MS) {
    stage.command({ type: "audio", pcm: speech });
    stage.pass(FRAME_MS);
  }
};
/** Ms of made-up silence, and of the caller's own, that the stream was fed. */
const fed = (stage: Stage) => {
  const sum = (isOwn: boolean) =>
    stage
      .of("stream.audio")
      .filter(({ pcm }) => (pcm[0] === 1) === isOwn)
      .reduce((ms, { pcm }) => ms + pcm.byteLength / 32, 0);
  return { silence: sum(false), own: sum(true) };
};

describe("a caller whose audio stops", () => {
  it("for half a second, as mobile networks stall, is heard without a gap in their words", () => {
    const stage = Stage.talking();
    speaks(stage, 1_000);
    stage.pass(500);
    speaks(stage, 1_000);
    expect(fed(stage)).toEqual({ silence: 0, own: 2_000 });
  });

  it("altogether is heard to be silent from the moment when it stopped", () => {
    const stage = Stage.talking();
    speaks(stage, 1_000);
    stage.pass(LIMITS.keepAliveAfterMs + LIMITS.keepAliveEveryMs);
    expect(fed(stage).silence).toBeGreaterThanOrEqual(LIMITS.keepAliveAfterMs);
    const before = fed(stage).silence;
    stage.pass(10_000);
    expect(fed(stage).silence - before).toBeGreaterThan(9_800);
    expect(fed(stage).silence).toBeLessThan(11_000);
  });

  it("is not taken to have stopped between frames of a second each", () => {
    const stage = Stage.talking();
    for (let at = 0; at < 10; at++) {
      stage.command({ type: "audio", pcm: new Uint8Array(silence(1_000, 16000).length).fill(1) });
      stage.pass(1_000);
    }
    expect(fed(stage)).toEqual({ silence: 0, own: 10_000 });
    stage.pass(1_000 + LIMITS.keepAliveAfterMs);
    expect(fed(stage).silence).toBeGreaterThanOrEqual(1_000 + LIMITS.keepAliveAfterMs);
  });

  it("costs no pause that ends a turn: even for the most eager model it is made up for in time", () => {
    // Nova 2 takes its turn 1.5 s after speech at the earliest.
    expect(LIMITS.keepAliveAfterMs + 2 * LIMITS.keepAliveEveryMs).toBeLessThan(1_500);
    // What is owed at the latest after frames of a second.
    const owedMs = 1_000 + LIMITS.keepAliveAfterMs + LIMITS.keepAliveEveryMs;
    expect(LIMITS.keepAliveBurstMs).toBeGreaterThan(owedMs);
  });
});

it("A client without a microphone is heard to be silent soon after its hello", () => {
  const stage = Stage.talking();
  stage.pass(LIMITS.keepAliveAtFirstMs + LIMITS.keepAliveEveryMs);
  expect(fed(stage).silence).toBeGreaterThanOrEqual(LIMITS.keepAliveAtFirstMs);
});
