import { describe, expect, it } from "vitest";
import type { AgentDefinition } from "../../src/agent/agent.ts";
import type { Edge } from "../../src/agent/segment.ts";
import { LIMITS } from "../../src/base/limits.ts";
import type { ToolSpec, ToolWord } from "../../src/conversation/events.ts";
import { BALANCE, Stage, segment } from "./stage.ts";

const OPENED = { type: "opened", connectMs: 80 } as const;
const LOST = { type: "lost", cause: "x" } as const;
const VERIFY: ToolSpec = { ...BALANCE, name: "verify", inputSchema: { type: "object" } };
const OK = { status: "ok", value: { done: true } } as const;
const TAKEN_BACK: ToolWord = { facts: { verified: null } };
const MISSING = expect.stringContaining("the caller has signed in");

const way = (to: string, differs: Partial<Edge> = {}): Edge => ({
  to,
  when: null,
  by: ["model", "client"],
  say: null,
  ...differs,
});

/** A lobby, from which those who have signed in get to the vault. */
const house = (edge: Partial<Edge> = {}, vault = {}): Partial<AgentDefinition> => ({
  start: "lobby",
  facts: { verified: { description: "the caller has signed in", secret: false, setBy: ["verify"] } },
  segments: [
    segment("lobby", { goesTo: [way("vault", edge)] }),
    segment("vault", { requires: { verified: true }, ...vault }),
  ],
});

function check(stage: Stage, call: string, word: ToolWord, generation = 1): void {
  stage.useTool(`use-${call}`, "verify", "{}", generation);
  stage.play({ type: "tool_result", call, outcome: OK, word });
}

/** Signed in, in the lobby. */
function signedIn(edge: Partial<Edge> = {}, vault = {}): Stage {
  const stage = Stage.talking(house(edge, vault), [VERIFY]);
  stage.callerSays("My code is 1234.");
  check(stage, "t1", { facts: { verified: true } });
  stage.say("Thank you.", 300);
  stage.pass(1000);
  stage.effects.length = 0;
  return stage;
}

/** A tool, asked before, takes the sign-in back while the stream for the vault is dialled. */
function takeBack(stage: Stage): void {
  stage.play({ type: "tool_result", call: "t2", outcome: OK, word: TAKEN_BACK });
}

const vaultSpecs = (stage: Stage) => stage.specs.filter(({ prompt }) => prompt.includes("vault"));

describe("a move whose required facts are taken back while its stream is dialled", () => {
  it("comes to nothing: the model that wished it is told what is missing, and the client of the call", () => {
    const stage = signedIn();
    stage.callerSays("Is that still so? And show me the vault.");
    stage.useTool("use-t2", "verify", "{}");
    stage.useTool("go", "go_to_vault", "{}");
    takeBack(stage);
    stage.model(OPENED, 2);
    expect(vaultSpecs(stage)).toEqual([]);
    expect(stage.notices("segment")).toEqual([]);
    expect(stage.conversation.progress.segment).toBe("lobby");
    expect(stage.of("stream.abort")).toMatchObject([{ generation: 2 }]);
    expect(stage.of("stream.finish")).toEqual([]);
    expect(stage.of("stream.tool_result").filter(({ use }) => use === "go")).toMatchObject([
      { generation: 1, outcome: { status: "failed", reason: "not_allowed", say: MISSING } },
    ]);
    expect(stage.notices("tool_ended").filter(({ name }) => name === "go_to_vault")).toMatchObject([
      { outcome: { reason: "not_allowed" } },
    ]);
    expect(stage.of("log")).toMatchObject([
      { event: "transition_refused", fields: { to: "vault", by: "model", reason: "facts" } },
    ]);
  });

  it("is refused to the client that wished it, in the words of any other refusal", () => {
    const stage = signedIn();
    stage.callerSays("Is that still so?");
    stage.useTool("use-t2", "verify", "{}");
    stage.command({ type: "go_to", segment: "vault" });
    takeBack(stage);
    stage.model(OPENED, 2);
    expect(stage.notices("error")).toMatchObject([{ error: { code: "segment_refused", detail: MISSING } }]);
    expect(stage.conversation.progress.segment).toBe("lobby");
  });

  it("gives the tool that led there its result all the same", () => {
    const stage = Stage.talking(house({ when: { verified: true }, by: [] }), [VERIFY]);
    stage.callerSays("My code is 1234.");
    stage.useTool("use-t1", "verify", "{}");
    stage.useTool("use-t2", "verify", "{}");
    stage.play({ type: "tool_result", call: "t1", outcome: OK, word: { facts: { verified: true } } });
    expect(stage.of("stream.tool_result")).toEqual([]);
    takeBack(stage);
    stage.model(OPENED, 2);
    expect(stage.of("stream.tool_result").filter(({ use }) => use === "use-t1")).toMatchObject([
      { generation: 1, outcome: OK },
    ]);
    expect(vaultSpecs(stage)).toEqual([]);
  });

  it("tells the voice that has said goodbye already that it stays", () => {
    const stage = signedIn({ say: "Say that a colleague takes over." });
    stage.callerSays("Is that still so? And show me the vault.");
    stage.useTool("use-t2", "verify", "{}");
    stage.useTool("go", "go_to_vault", "{}");
    takeBack(stage);
    stage.effects.length = 0;
    stage.say("A colleague takes over.", 500);
    stage.model(OPENED, 2);
    expect(vaultSpecs(stage)).toEqual([]);
    expect(stage.of("stream.text")).toMatchObject([{ generation: 1, text: MISSING }]);
  });

  it("leaves nobody unheard when the old stream is lost meanwhile: the one that was dialled serves the lobby", () => {
    const stage = signedIn();
    stage.callerSays("Is that still so? And show me the vault.");
    stage.useTool("use-t2", "verify", "{}");
    stage.useTool("go", "go_to_vault", "{}");
    takeBack(stage);
    stage.model({ type: "ended", end: LOST });
    stage.model(OPENED, 2);
    expect(vaultSpecs(stage)).toEqual([]);
    expect(stage.specs.at(-1)?.prompt).toContain("lobby");
    expect(stage.notices("segment")).toMatchObject([{ name: "lobby", reason: "recovery" }]);
    stage.callerFrame(7);
    expect(stage.marks(2)).toEqual([7]);
  });

  it("leaves nobody unheard when a farewell was still owed: another stream is dialled where the model is another", () => {
    const stage = signedIn({ say: "Say that a colleague takes over." }, { model: "amazon.nova-2-5-sonic" });
    stage.callerSays("Is that still so? And show me the vault.");
    stage.useTool("use-t2", "verify", "{}");
    stage.useTool("go", "go_to_vault", "{}");
    stage.model(OPENED, 2);
    takeBack(stage);
    stage.model({ type: "ended", end: LOST });
    expect(vaultSpecs(stage)).toEqual([]);
    expect(stage.of("stream.abort")).toMatchObject([{ generation: 2 }]);
    stage.model(OPENED, 3);
    expect(stage.specs.at(-1)?.prompt).toContain("lobby");
    stage.pass(LIMITS.farewellMs);
    expect(stage.conversation.progress.segment).toBe("lobby");
  });
});
