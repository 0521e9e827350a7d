/**
 * A bank whose talk has segments, signed in or not: what the tests of moving between segments share.
 */
import type { AgentDefinition } from "../../src/agent/agent.ts";
import type { Edge, SegmentDefinition } from "../../src/agent/segment.ts";
import type { ToolSpec, ToolWord } from "../../src/conversation/events.ts";
import { BALANCE, Stage, segment } from "./stage.ts";

export const OPENED = { type: "opened", connectMs: 80 } as const;
export const LOST = { type: "lost", cause: "x" } as const;
export const VERIFY: ToolSpec = { ...BALANCE, name: "verify", inputSchema: { type: "object" } };
export const MONEY: ToolSpec = { ...BALANCE, requires: { verified: true } };

export const edge = (to: string, differs: Partial<Edge> = {}): Edge => ({
  to,
  when: null,
  by: ["model", "client"],
  say: null,
  ...differs,
});

/** A bank in small: sign-in, banking once the caller is verified, mortgages. */
export const bank = (differs: Record<string, Partial<SegmentDefinition>> = {}): Partial<AgentDefinition> => ({
  start: "sign_in",
  facts: {
    verified: { description: "the caller has signed in", secret: false, setBy: ["verify"] },
    customer: { description: null, secret: true, setBy: ["verify"] },
  },
  segments: [
    segment("sign_in", {
      tools: ["verify"],
      goesTo: [edge("banking", { when: { verified: true }, by: [] }), edge("mortgage")],
      ...differs.sign_in,
    }),
    segment("banking", {
      requires: { verified: true },
      tools: ["get_balance"],
      goesTo: [edge("mortgage"), edge("sign_in")],
      ...differs.banking,
    }),
    segment("mortgage", {
      purpose: "loans for houses",
      tools: [],
      goesTo: [edge("banking")],
      ...differs.mortgage,
    }),
  ],
});

export const calling = (differs: Record<string, Partial<SegmentDefinition>> = {}): Stage =>
  Stage.talking(bank(differs), [VERIFY, MONEY]);

export const VERIFIED: ToolWord = { facts: { verified: true, customer: "c-1" } };

/** The caller signs in; `verify` was the only tool so far. */
export function signIn(stage: Stage, word: ToolWord = VERIFIED): void {
  stage.callerSays("I was born on the first of May 1980.");
  stage.useTool("u1", "verify", "{}");
  stage.play({ type: "tool_result", call: "t1", outcome: { status: "ok", value: { name: "Ana" } }, word });
}

/** Signed in, with the stream of the banking part live. */
export function banking(differs: Record<string, Partial<SegmentDefinition>> = {}): Stage {
  const stage = calling(differs);
  signIn(stage);
  stage.model(OPENED, 2);
  stage.say("Thank you, Ana.", 300, { generation: 2 });
  stage.pass(1000);
  stage.effects.length = 0;
  return stage;
}

export const texts = (stage: Stage, generation: number): string[] =>
  stage.of("stream.text").flatMap((effect) => (effect.generation === generation ? [effect.text] : []));

export const toolsOf = (stage: Stage): string[] => stage.specs.at(-1)?.tools.map(({ name }) => name) ?? [];
