import { describe, expect, it } from "vitest";
import type { AgentDefinition } from "../../src/agent/agent.ts";
import { LIMITS } from "../../src/base/limits.ts";
import type { ToolSpec } from "../../src/conversation/events.ts";
import { BALANCE, Stage, segment } from "./stage.ts";

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
