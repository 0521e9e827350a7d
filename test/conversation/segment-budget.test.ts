import { describe, expect, it } from "vitest";
import type { SegmentDefinition } from "../../src/agent/segment.ts";
import { banking, calling, edge, OPENED, signIn, texts } from "./segmented-bank.ts";
import type { Stage } from "./stage.ts";

describe("a budget", () => {
  const limited = (budget: Partial<NonNullable<SegmentDefinition["budget"]>>) => ({
    banking: { budget: { ms: null, turns: null, tokens: null, to: "mortgage", ...budget } },
  });

  it("of time ends a visit at the first quiet moment", () => {
    const stage = banking(limited({ ms: 60_000 }));
    stage.pass(55_000).callerSays("Tell me everything.", 2);
    stage.pass(5_000);
    expect(stage.of("stream.open")).toEqual([]);
    stage.say("That is all.", 500, { generation: 2 });
    expect(stage.of("stream.open")).toHaveLength(1);
    stage.model(OPENED, 3);
    expect(stage.notices("segment")).toMatchObject([{ name: "mortgage", by: "budget" }]);
  });

  describe("whose next segment requires what is not so yet", () => {
    const waiting = (budget: Partial<NonNullable<SegmentDefinition["budget"]>>): Stage => {
      const unmet = { ms: null, turns: null, tokens: null, to: "banking", ...budget };
      const stage = calling({ sign_in: { goesTo: [edge("mortgage")], budget: unmet } });
      stage.pass(60_000);
      return stage;
    };
    const turn = (stage: Stage): void => {
      stage.pass(1_000).callerSays("One moment.");
      stage.say("Yes.", 300);
    };
    const refusals = (stage: Stage) => stage.of("log").filter(({ event }) => event === "transition_refused");

    it.each([
      ["time", { ms: 60_000 }],
      ["turns", { turns: 1 }],
    ])("of %s ends it at the end of a turn once that is so, and the log is told once", (_, budget) => {
      const stage = waiting(budget);
      for (let turns = 0; turns < 9; turns++) turn(stage);
      expect(refusals(stage)).toMatchObject([{ fields: { by: "budget", to: "banking", reason: "facts" } }]);
      expect(stage.pending).not.toContain("budget");
      expect(stage.of("stream.open")).toEqual([]);
      signIn(stage);
      stage.say("Thank you, Ana.", 300);
      expect(stage.of("stream.open")).toHaveLength(1);
      stage.model(OPENED, 2);
      expect(stage.notices("segment")).toMatchObject([{ name: "banking", by: "budget" }]);
    });

    it("ends it later, when that was taken back on the way", () => {
      const stage = waiting({ ms: 100_000 });
      signIn(stage);
      stage.say("Thank you, Ana.", 300);
      stage.pass(40_000);
      expect(stage.of("stream.open")).toHaveLength(1);
      const verify = (use: string, call: string, verified: boolean | null) => {
        stage.useTool(use, "verify", "{}");
        const word = { facts: { verified } };
        stage.play({ type: "tool_result", call, outcome: { status: "ok", value: 1 }, word });
        stage.say("Well.", 300);
      };
      stage.callerSays("That was not me.");
      verify("u2", "t2", null);
      stage.model(OPENED, 2);
      expect(stage.conversation.progress.segment).toBe("sign_in");
      stage.callerSays("It was, after all.");
      verify("u3", "t3", true);
      stage.model(OPENED, stage.of("stream.open").at(-1)?.generation ?? 0);
      expect(stage.conversation.progress.segment).toBe("banking");
    });
  });

  it("of turns ends it with the last answer", () => {
    const stage = banking(limited({ turns: 2 }));
    for (const text of ["One", "Two"]) {
      expect(stage.of("stream.open")).toEqual([]);
      stage.pass(1000).callerSays(text, 2);
      stage.say("Yes.", 300, { generation: 2 });
    }
    expect(stage.of("stream.open")).toHaveLength(1);
  });

  it("of tokens ends it with the answer that went over it", () => {
    const stage = banking(limited({ tokens: 1000 }));
    const tokens = { inputSpeech: 600, inputText: 0, outputSpeech: 500, outputText: 0 };
    stage.callerSays("One", 2);
    stage.model({ type: "usage", tokens }, 2);
    stage.say("Yes.", 300, { generation: 2 });
    expect(stage.of("stream.open")).toHaveLength(1);
  });
});

describe("what a segment may know of another", () => {
  const said = (stage: Stage): string => JSON.stringify(stage.specs.at(-1));

  /** In banking "Story" was told; the talk has moved on to mortgages. */
  function moved(differs: Record<string, Partial<SegmentDefinition>>): Stage {
    const stage = banking(differs);
    for (const text of ["First story", "Second story"]) {
      stage.pass(1000).callerSays(text, 2);
      stage.say(`${text} told.`, 300, { generation: 2 });
    }
    stage.pass(1000).command({ type: "go_to", segment: "mortgage" });
    stage.model(OPENED, 3);
    return stage;
  }

  it("is all that was said, unless told otherwise", () => {
    expect(said(moved({}))).toMatch(/1980.*First story.*Second story/);
  });

  it("is the last turns where no more is carried over", () => {
    const text = said(moved({ banking: { carries: { type: "turns", turns: 1 } } }));
    expect(text).not.toContain("First story");
    expect(text).toContain("Second story");
  });

  it("is a summary, and not in the history", () => {
    const stage = moved({ banking: { carries: { type: "summary" } } });
    expect(JSON.stringify(stage.specs.at(-1)?.history)).not.toMatch(/(First|Second) story/);
    expect(stage.specs.at(-1)?.prompt).toContain("the caller said: Second story");
  });

  it("is its facts and none of its words", () => {
    const stage = moved({ banking: { carries: { type: "facts" } } });
    expect(said(stage)).not.toMatch(/(First|Second) story/);
    expect(said(stage)).toContain("verified: true");
  });

  it("is nothing at all where nothing is carried over", () => {
    const stage = moved({ sign_in: { carries: { type: "nothing" } }, mortgage: { tools: null } });
    expect(said(stage)).not.toMatch(/1980|verified: true/);
  });

  it("is nothing where it may not see it, not even a result that comes late or words not yet answered", () => {
    const stage = banking({ mortgage: { sees: { facts: [], talk: [] } } });
    stage.callerSays("What do I have?", 2);
    stage.useTool("u1", "get_balance", "{}", 2);
    stage.command({ type: "go_to", segment: "mortgage" });
    stage.model(OPENED, 3);
    stage.play({ type: "tool_result", call: "t2", outcome: { status: "ok", value: { balance: 77 } } });
    expect(said(stage)).not.toMatch(/1980|verified|What do I have/);
    expect(texts(stage, 3).join()).not.toMatch(/77|What do I have/);
  });

  it("finds its own part again when the talk comes back", () => {
    const stage = moved({ banking: { carries: { type: "nothing" } } });
    stage.command({ type: "go_to", segment: "banking" });
    stage.model(OPENED, 4);
    expect(said(stage)).toContain("Second story told.");
  });
});
