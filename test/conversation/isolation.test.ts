import { describe, expect, it } from "vitest";
import type { AgentDefinition } from "../../src/agent/agent.ts";
import type { Edge } from "../../src/agent/segment.ts";
import type { ToolSpec } from "../../src/conversation/events.ts";
import type { KeptCall } from "../../src/conversation/snapshot.ts";
import { BALANCE, Stage, segment } from "./stage.ts";

const OPENED = { type: "opened", connectMs: 80 } as const;
const LOST = { type: "lost", cause: "x" } as const;
const VERIFY: ToolSpec = { ...BALANCE, name: "verify", inputSchema: { type: "object" } };
const edge = (to: string, differs: Partial<Edge> = {}): Edge => ({
  to,
  when: null,
  by: ["model", "client"],
  say: null,
  ...differs,
});

/** Nothing that was said or found while the caller signed in is for whoever comes after. */
const SECRETIVE: Partial<AgentDefinition> = {
  start: "sign_in",
  facts: { verified: { description: null, secret: false, setBy: ["verify"] } },
  segments: [
    segment("sign_in", {
      goesTo: [edge("banking", { when: { verified: true } })],
      carries: { type: "facts" },
    }),
    segment("banking", { opening: "Ask what you can do.", requires: { verified: true }, tools: [] }),
  ],
};
const OK = { status: "ok", value: { pin: 4711 } } as const;

function signedIn(): Stage {
  const stage = Stage.talking(SECRETIVE, [VERIFY]);
  stage.callerSays("My secret word is albatross.");
  stage.useTool("u1", "verify", "{}");
  stage.play({ type: "tool_result", call: "t1", outcome: OK, word: { facts: { verified: true } } });
  return stage;
}

const told = (stage: Stage, generation: number): string =>
  JSON.stringify([
    ...stage.of("stream.text").filter((effect) => effect.generation === generation),
    ...stage.of("stream.begin").filter((effect) => effect.generation === generation),
  ]);

describe("a segment that may not know what was said before it", () => {
  it("is not told by the loss of its stream in the same turn", () => {
    const stage = signedIn();
    stage.model(OPENED, 2);
    stage.model({ type: "agent_text", stage: "planned", text: "What can I do?" }, 2);
    stage.model({ type: "agent_audio", content: "c", pcm: new Uint8Array(9600) }, 2);
    stage.model({ type: "ended", end: LOST }, 2);
    stage.pass(1000).model(OPENED, 3);
    expect(told(stage, 3)).not.toMatch(/4711|albatross/);
    expect(told(stage, 3)).toContain("Ask what you can do.");
  });

  it("is not told by the loss of the voice that was to end its sentence", () => {
    const stage = Stage.talking(SECRETIVE, [VERIFY]);
    stage.callerSays("My secret word is albatross.");
    stage.useTool("u1", "verify", "{}");
    stage.say("One moment.", 3000, { last: false, spoken: false });
    stage.play({ type: "tool_result", call: "t1", outcome: OK, word: { facts: { verified: true } } });
    stage.model(OPENED, 2);
    stage.model({ type: "ended", end: LOST }, 1);
    expect(told(stage, 2)).not.toMatch(/4711|albatross/);
  });

  it("is not told by a restart, whose calls are told in words", () => {
    const before = signedIn();
    before.model(OPENED, 2);
    before.say("What can I do?", 300, { generation: 2 });
    const call: KeptCall = {
      call: "t9",
      name: "verify",
      arguments: { word: "albatross" },
      segment: "sign_in",
      result: { outcome: OK, word: {} },
    };
    const stage = Stage.restored(before, SECRETIVE, [call], [VERIFY]).back(3);
    expect(told(stage, 3)).not.toMatch(/4711|albatross/);
  });
});

describe("a tool that ended just before a restart", () => {
  const calls = (name: string, word: object): KeptCall[] => [
    { call: "t9", name, arguments: {}, segment: "sign_in", result: { outcome: OK, word } },
  ];
  const begun = (): Stage => {
    const before = Stage.talking(SECRETIVE, [VERIFY]);
    before.callerSays("Hi");
    before.say("Hello there.", 300);
    return before;
  };

  it("sets no fact that its segment may not write", () => {
    const [signIn, ...rest] = SECRETIVE.segments ?? [];
    if (!signIn) throw new Error("no segment");
    const agent = { ...SECRETIVE, segments: [{ ...signIn, writes: [] }, ...rest] };
    const stage = Stage.restored(begun(), agent, calls("verify", { facts: { verified: true } }));
    expect(stage.conversation.progress.facts).toEqual({});
  });

  it("moves the talk where its fact leads", () => {
    const stage = Stage.restored(begun(), SECRETIVE, calls("verify", { facts: { verified: true } })).back(2);
    expect(stage.conversation.progress.segment).toBe("banking");
  });

  it("moves the talk where it said", () => {
    const agent = {
      ...SECRETIVE,
      segments: [segment("sign_in", { goesTo: [edge("banking")] }), segment("banking")],
    };
    const stage = Stage.restored(begun(), agent, calls("verify", { next: "banking" })).back(2);
    expect(stage.conversation.progress.segment).toBe("banking");
  });
});

it("a move that was under way is not forgotten by a restart: its fact will not turn true again", () => {
  const before = Stage.talking(SECRETIVE, [VERIFY]);
  before.callerSays("Albatross");
  before.useTool("u1", "verify", "{}");
  before.say("One moment, please.", 300);
  before.play({ type: "tool_result", call: "t1", outcome: OK, word: { facts: { verified: true } } });
  before.callerSays("Hello?");
  const stage = Stage.restored(before, SECRETIVE, [], [VERIFY]).back(3);
  expect(stage.conversation.progress.segment).toBe("banking");
});
