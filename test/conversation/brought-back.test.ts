import { describe, expect, it } from "vitest";
import { LIMITS } from "../../src/base/limits.ts";
import { Stage, segment } from "./stage.ts";

function finishedTurn(agent = {}): Stage {
  const stage = Stage.talking(agent);
  stage.callerSays("Hi");
  stage.say("Hello there.", 300);
  stage.pass(1000);
  return stage;
}

describe("a caller who comes back to a session that was restarted", () => {
  it("is heard to be silent: the model is fed silence while they are muted", () => {
    const stage = Stage.restored(finishedTurn()).back(2);
    stage.command({ type: "mute", muted: true });
    stage.effects.length = 0;
    stage.pass(5000);
    const fed = stage.of("stream.audio").reduce((sum, { pcm }) => sum + pcm.byteLength / 32, 0);
    expect(fed).toBeGreaterThan(4_000);
  });

  it("does not stay in a segment for longer than its budget allows", () => {
    const segments = [
      segment("main", { budget: { turns: null, tokens: null, ms: 60_000, to: "person" } }),
      segment("person"),
    ];
    const before = finishedTurn({ segments });
    before.pass(20_000);
    const stage = Stage.restored(before, { segments }).back(2);
    stage.pass(30_000);
    expect(stage.of("stream.open")).toHaveLength(1);
    stage.pass(12_000);
    expect(stage.of("stream.open")).toHaveLength(2);
  });

  it("goes on counting the streams it has lost: what breaks every other minute is no call, restarted or not", () => {
    let stage = finishedTurn();
    let generation = 1;
    let losses = 0;
    const over = () => stage.of("end").length > 0;
    while (!over() && losses <= LIMITS.sessionLosses + 1) {
      stage.model({ type: "ended", end: { type: "lost", cause: "socket closed" } }, generation);
      losses++;
      if (over()) break;
      stage.pass(1000);
      generation = stage.of("stream.open").at(-1)?.generation ?? 0;
      stage.model({ type: "opened", connectMs: 80 }, generation);
      stage.pass(30_000).callerSays("Are you there?", generation);
      stage.say("Yes.", 300, { generation });
      if (losses % 10 !== 0) continue;
      stage = Stage.restored(stage);
      generation = stage.of("stream.open").at(-1)?.generation ?? 0;
      stage.back(generation);
    }
    expect(losses).toBe(LIMITS.sessionLosses + 1);
    expect(stage.of("end")).toMatchObject([{ reason: { error: { code: "model_unavailable" } } }]);
  });
});
