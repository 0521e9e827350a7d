import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AgentDefinition } from "../../src/agent/agent.ts";
import type { Edge } from "../../src/agent/segment.ts";
import { LIMITS } from "../../src/base/limits.ts";
import type { ModelEvent, StreamEnd, ToolSpec } from "../../src/conversation/events.ts";
import { BALANCE, Stage, segment } from "./stage.ts";

const OPENED: ModelEvent = { type: "opened", connectMs: 80 };
const LOST: ModelEvent = { type: "ended", end: { type: "lost", cause: "gone" } };
const SHUT: ModelEvent = { type: "ended", end: { type: "unreachable", cause: "shut" } };
const ELSEWHERE = "amazon.nova-2-5-sonic";

const VERIFY: ToolSpec = { ...BALANCE, name: "verify", inputSchema: { type: "object" } };
const edge = (to: string, differs: Partial<Edge> = {}): Edge => ({
  ...{ to, when: null, by: ["model", "client"], say: null },
  ...differs,
});

/** `far` is behind another door than `home` and `near`. */
const AGENT: Partial<AgentDefinition> = {
  start: "home",
  facts: { verified: { description: null, secret: false, setBy: ["verify"] } },
  segments: [
    segment("home", { goesTo: [edge("far", { when: { verified: true } }), edge("near"), edge("far")] }),
    segment("near", { goesTo: [edge("far"), edge("home")] }),
    segment("far", { model: ELSEWHERE, goesTo: [edge("home")] }),
  ],
};

const latest = (stage: Stage) => {
  const opened = stage.of("stream.open").at(-1);
  if (opened === undefined) throw new Error("no stream was opened");
  return opened;
};

/** The talk was on its way to `far`, and its stream was lost meanwhile. */
function deaf(to = "far"): Stage {
  const stage = Stage.talking(AGENT, [VERIFY]);
  stage.callerSays("I want a mortgage.");
  stage.command({ type: "go_to", segment: to });
  stage.model(LOST);
  return stage;
}

/** Whatever is opened next for the door of `far` stays shut, so many times. */
function staysShut(stage: Stage, times: number, event = SHUT): void {
  for (let i = 0; i < times; i++) {
    expect(latest(stage).target.model).toBe(ELSEWHERE);
    stage.model(event, latest(stage).generation);
    stage.pass(5_000);
  }
}

describe("a stream lost on the way to a segment whose door stays shut", () => {
  it("is replaced where the talk is, once the move's attempts are used up", () => {
    const stage = deaf();
    staysShut(stage, LIMITS.transitionAttempts);
    expect(latest(stage).target.model).not.toBe(ELSEWHERE);
    stage.model(OPENED, latest(stage).generation);
    expect(stage.notices("segment")).toMatchObject([{ name: "home", reason: "recovery" }]);
    expect(stage.of("stream.text").map(({ text }) => text)).toEqual([
      expect.stringContaining("I want a mortgage."),
    ]);
    expect(stage.of("log").map(({ event }) => event)).toContain("transition_failed");
    expect(stage.of("end")).toEqual([]);
  });

  it("is replaced there at once when AWS refuses the other for good", () => {
    const stage = deaf();
    staysShut(stage, 1, { type: "ended", end: { type: "refused", cause: "no access to that model" } });
    stage.model(OPENED, latest(stage).generation);
    expect(stage.notices("segment")).toMatchObject([{ name: "home", reason: "recovery" }]);
  });

  it("counts the attempts that were made while the old one could still be heard", () => {
    const stage = Stage.talking(AGENT, [VERIFY]);
    stage.command({ type: "go_to", segment: "far" });
    staysShut(stage, LIMITS.transitionAttempts - 1);
    stage.model(LOST);
    staysShut(stage, 1);
    stage.model(OPENED, latest(stage).generation);
    expect(stage.notices("segment")).toMatchObject([{ name: "home", reason: "recovery" }]);
  });

  it("leads there all the same when the door opens in time", () => {
    const stage = deaf();
    staysShut(stage, LIMITS.transitionAttempts - 1);
    stage.model(OPENED, latest(stage).generation);
    expect(stage.notices("segment")).toMatchObject([{ name: "far", reason: "transition", by: "client" }]);
  });

  it("is looked for again behind the fact that led there, once somebody hears the caller", () => {
    const stage = Stage.talking(AGENT, [VERIFY]);
    stage.callerSays("It is me.");
    stage.useTool("u1", "verify", "{}");
    const outcome = { status: "ok", value: 1 } as const;
    stage.play({ type: "tool_result", call: "t1", outcome, word: { facts: { verified: true } } });
    stage.model(LOST);
    staysShut(stage, LIMITS.transitionAttempts);
    const { generation, target } = latest(stage);
    expect(target.model).not.toBe(ELSEWHERE);
    stage.model(OPENED, generation);
    stage.say("One moment.", 300, { generation });
    stage.pass(10_000).callerSays("And now?", generation);
    stage.say("Let me see.", 300, { generation });
    expect(latest(stage)).toMatchObject({ target: { model: ELSEWHERE } });
  });

  it("ends the session when the talk's own door stays shut, too, after as many attempts as ever", () => {
    const stage = deaf();
    staysShut(stage, LIMITS.transitionAttempts);
    for (let i = 0; i <= LIMITS.streamAttempts; i++) {
      expect(stage.of("end")).toEqual([]);
      stage.model(SHUT, latest(stage).generation);
      stage.pass(20_000);
    }
    expect(stage.of("end")).toMatchObject([{ reason: { error: { code: "model_unavailable" } } }]);
  });

  it("is not looked for elsewhere where it is the same door", () => {
    const stage = deaf("near");
    for (let i = 0; i < LIMITS.streamAttempts; i++) {
      stage.model(SHUT, latest(stage).generation);
      stage.pass(20_000);
    }
    stage.model(OPENED, latest(stage).generation);
    expect(stage.notices("segment")).toMatchObject([{ name: "near", reason: "transition" }]);
  });

  it("also when the session was brought back on its way there", () => {
    const before = Stage.talking(AGENT, [VERIFY]);
    before.callerSays("I want a mortgage.");
    before.command({ type: "go_to", segment: "far" });
    const stage = Stage.restored(before, AGENT, [], [VERIFY]);
    staysShut(stage, LIMITS.transitionAttempts);
    stage.back(latest(stage).generation);
    expect(stage.conversation.progress.segment).toBe("home");
    expect(stage.specs).toHaveLength(1);
  });
});

const ways = fc.constantFrom("home", "near", "far");
const happening = fc.record({
  passMs: fc.constantFrom(0, 100, 700, 3_000),
  what: fc.oneof(
    fc.constantFrom("answers", "answers", "answers", "lost", "says", "verify"),
    ways.map((to) => ({ to, by: "client" as const })),
    ways.map((to) => ({ to, by: "operator" as const })),
  ),
});
const shut = fc.constantFrom<StreamEnd>(
  { type: "unreachable", cause: "x" },
  { type: "busy", cause: "x" },
  { type: "refused", cause: "x" },
);

describe("whatever happens in whatever order while one door is shut and the others are open", () => {
  it("the session goes on behind an open one", () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 35, size: "max" }), shut, (happenings, end) => {
        const stage = Stage.talking(AGENT, [VERIFY]);
        const answered = new Set([1]);
        let hears = 1;
        let calls = 0;
        /** The door of each stream that was dialled answers. */
        const answer = () => {
          for (const { generation, target } of stage.of("stream.open")) {
            if (answered.has(generation)) continue;
            answered.add(generation);
            stage.model(target.model === ELSEWHERE ? { type: "ended", end } : OPENED, generation);
          }
          hears = stage.of("stream.begin").at(-1)?.generation ?? hears;
        };
        for (const { what, passMs } of happenings) {
          if (what === "answers") answer();
          else if (what === "lost") stage.model(LOST, hears);
          else if (what === "says") stage.callerSays("Hello?", hears);
          else if (what === "verify") {
            stage.useTool(`u${++calls}`, "verify", "{}", hears);
            const outcome = { status: "ok", value: 1 } as const;
            const facts = { verified: calls % 2 === 1 };
            stage.play({ type: "tool_result", call: `t${calls}`, outcome, word: { facts } });
          } else if (what.by === "client") stage.command({ type: "go_to", segment: what.to });
          else stage.play({ type: "go_to", segment: what.to });
          stage.pass(passMs);
          expect(stage.of("end")).toEqual([]);
        }
        for (let i = 0; i < 2 * LIMITS.streamAttempts; i++) {
          answer();
          stage.pass(5_000);
        }
        // A stream that says nothing may have been given up for another just now.
        answer();
        expect(stage.of("end")).toEqual([]);
        expect(stage.conversation.progress.segment).not.toBe("far");
        // Somebody hears the caller.
        const before = stage.of("stream.audio").length;
        stage.callerFrame(1);
        expect(stage.of("stream.audio").length).toBeGreaterThan(before);
      }),
      { numRuns: 300 },
    );
  });
});
