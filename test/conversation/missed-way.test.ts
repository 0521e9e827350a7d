import { describe, expect, it } from "vitest";
import type { AgentDefinition } from "../../src/agent/agent.ts";
import { LIMITS } from "../../src/base/limits.ts";
import type { ToolSpec } from "../../src/conversation/events.ts";
import { AGENT, BALANCE, Stage, segment } from "./stage.ts";

const FULL = { type: "ended", end: { type: "busy", cause: "full" } } as const;
const VERIFY: ToolSpec = { ...BALANCE, name: "verify", inputSchema: { type: "object" } };

const bank: Partial<AgentDefinition> = {
  start: "front",
  facts: { verified: { description: null, secret: false, setBy: ["verify"] } },
  segments: [
    segment("front", { goesTo: [{ to: "banking", when: { verified: true }, by: [], say: null }] }),
    segment("banking", { requires: { verified: true } }),
  ],
};

/** The caller signs in. `use`: the how many-th call of the tool it is. */
function signIn(stage: Stage, verified: true | null = true, use = 1): void {
  stage.useTool(`u${use}`, "verify", "{}");
  const outcome = { status: "ok", value: 1 } as const;
  stage.play({ type: "tool_result", call: `t${use}`, outcome, word: { facts: { verified } } });
}

describe("a move that no stream could be had for", () => {
  it("is tried again after a wait that is not the same for every session", () => {
    const stage = Stage.talking(bank, [VERIFY], 0.5);
    stage.callerSays("It is me.");
    signIn(stage);
    stage.model(FULL, 2);
    const again = stage.of("timer.set").find(({ timer }) => timer === "reopen");
    expect(again?.at).toBe(stage.now + LIMITS.streamBackoffMs * 1.5);
  });
});

/** Signed in, and no stream was to be had for banking. The next one is number 5. */
function missed(differs: Partial<AgentDefinition> = {}): Stage {
  const stage = Stage.talking({ ...bank, ...differs }, [VERIFY]);
  stage.callerSays("It is me.");
  signIn(stage);
  for (let generation = 2; generation < 2 + LIMITS.transitionAttempts; generation++) {
    stage.model(FULL, generation);
    stage.pass(600);
  }
  stage.effects.length = 0;
  return stage;
}

/** One turn, long after the last. */
function turn(stage: Stage, ms = 1000): void {
  stage.pass(ms).callerSays("And now?");
  stage.say("One moment.", 300);
}

const OPENED = { type: "opened", connectMs: 80 } as const;

describe("a fact that leads where no stream could be had", () => {
  it("is followed at the end of the next turn, while it still holds", () => {
    const stage = missed();
    expect(stage.conversation.progress.segment).toBe("front");
    turn(stage);
    expect(stage.of("stream.open")).toMatchObject([{ generation: 5 }]);
    stage.model(OPENED, 5);
    expect(stage.notices("segment")).toMatchObject([{ name: "banking", by: "fact" }]);
  });

  it("is not followed once it was taken back, and is at once when it is so again", () => {
    const stage = missed();
    stage.pass(1000).callerSays("That was a mistake.");
    signIn(stage, null, 2);
    stage.say("You are signed out.", 300);
    turn(stage);
    expect(stage.of("stream.begin")).toEqual([]);
    expect(stage.conversation.progress.facts).toEqual({});
    stage.pass(LIMITS.standbyMs).callerSays("It is me, though.");
    stage.effects.length = 0;
    signIn(stage, true, 3);
    stage.model(OPENED, stage.of("stream.open").at(-1)?.generation ?? 0);
    expect(stage.notices("segment")).toMatchObject([{ name: "banking", by: "fact" }]);
  });

  it("is tried by one stream a turn, ever later, and not for ever", () => {
    const old = { rotateAtTurnEndMs: 3e6, rotateAtSilenceMs: 3e6, rotateAtOnceMs: 3e6 };
    const stage = missed({ limits: { ...AGENT.limits, ...old } });
    const tries: number[] = [];
    for (let turns = 0; turns < 200; turns++) {
      const before = stage.of("stream.open").length;
      turn(stage, 5000);
      const opened = stage.of("stream.open");
      if (opened.length === before) continue;
      expect(opened.length).toBe(before + 1);
      tries.push(turns);
      stage.model(FULL, opened.at(-1)?.generation ?? 0);
    }
    expect(tries).toHaveLength(LIMITS.factAttempts - LIMITS.transitionAttempts);
    const waits = tries.map((at, index) => at - (tries[index - 1] ?? 0));
    expect(waits.slice(1)).toEqual(waits.slice(1).toSorted((a, b) => a - b));
    expect(waits.at(-1)).toBeGreaterThan(40);
  });

  it("is followed also when the session was restarted meanwhile", () => {
    const before = missed();
    turn(before, 0);
    before.model(FULL, 5);
    turn(before, 0);
    const stage = Stage.restored(before, bank, [], [VERIFY]);
    const generation = stage.of("stream.open").at(-1)?.generation ?? 0;
    stage.back(generation);
    expect(stage.conversation.progress.segment).toBe("front");
    stage.callerSays("Are you there?", generation);
    stage.say("Yes.", 300, { generation });
    expect(stage.of("stream.open")).toHaveLength(2);
  });

  it("has its last word said once, not at every try", () => {
    const say = "Say that a colleague takes over.";
    const goesTo = [{ to: "banking", when: { verified: true }, by: [], say }];
    const [, ...others] = bank.segments ?? [];
    const stage = missed({ segments: [segment("front", { goesTo }), ...others] });
    stage.pass(LIMITS.farewellMs);
    turn(stage);
    expect(stage.of("stream.open")).toHaveLength(1);
    expect(stage.of("stream.text")).toEqual([]);
  });

  it("is forgotten when the talk has gone elsewhere", () => {
    const stage = missed();
    stage.play({ type: "go_to", segment: "banking" });
    stage.model(OPENED, 5);
    expect(stage.conversation.snapshot().missedWay).toBeUndefined();
  });
});
