/**
 * What is said of an agent that works and will hurt.
 */
import { describe, expect, it } from "vitest";
import * as z from "zod";
import type { AgentDefinition } from "../../src/agent/agent.ts";
import { describeWarnings } from "../../src/agent/agent-warnings.ts";
import { defineAgent } from "../../src/agent/define-agent.ts";
import { offeredWarnings, unknownTools } from "../../src/agent/offered-warnings.ts";
import { binding, fn } from "../../src/agent/tool-list.ts";
import { LIMITS } from "../../src/base/limits.ts";
import { bank } from "./support/bank.ts";

const RUNTIME = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/desk-Ab12";
const define = (more: object): AgentDefinition =>
  defineAgent({ name: "bank", prompt: "You are kind.", ...more } as never);
const places = (more: object): readonly string[] => define(more).warnings.map(({ place }) => place);

const named = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    fn({ name: `tool_${index}`, description: "x", input: z.object({}), run: () => 1 }),
  );
const names = (count: number) => Array.from({ length: count }, (_, index) => `tool_${index}`);
const round = (...segments: readonly string[]) =>
  Object.fromEntries(
    segments.map((name, index) => [name, { goesTo: [segments[(index + 1) % segments.length]] }]),
  );

describe("an agent is warned of", () => {
  it("nothing when it is well cut", () => {
    expect(defineAgent(bank).warnings).toEqual([]);
    expect(describeWarnings(defineAgent(bank))).toBe("");
  });

  it("more tools in a segment than a voice model picks well from, the ways to others counted", () => {
    const most = LIMITS.toolsPickedWell;
    const tools = named(most);
    const segments = (count: number) => ({ a: { tools: names(count), goesTo: ["b"] }, b: { goesTo: ["a"] } });
    expect(places({ tools, segments: segments(most - 1) })).toEqual([]);
    expect(define({ tools, segments: segments(most) }).warnings).toEqual([
      {
        place: "segments.a.tools",
        wrong: `in "a" the model picks from ${most} tools and 1 way to another segment; above ${most} a voice model picks slower and worse`,
        right: expect.stringContaining("3 or 4"),
      },
    ]);
  });

  it("the same in an agent that is not cut", () => {
    expect(places({ tools: named(LIMITS.toolsPickedWell) })).toEqual([]);
    expect(places({ tools: named(LIMITS.toolsPickedWell + 1) })).toEqual(["tools"]);
  });

  it("no ways that only others than the model can take", () => {
    const tools = named(LIMITS.toolsPickedWell);
    const by = ["client"];
    const a = { tools: names(LIMITS.toolsPickedWell), goesTo: [{ to: "b", by }] };
    expect(places({ tools, segments: { a, b: { goesTo: ["a"] } } })).toEqual([]);
  });

  it("a prompt that is too long, once, where it is", () => {
    const fits = "ä".repeat(LIMITS.promptBytes / 2);
    expect(places({ prompt: fits })).toEqual([]);
    expect(places({ prompt: `${fits}!` })).toEqual(["prompt"]);
    expect(places({ prompt: `${fits}!`, segments: round("a", "b") })).toEqual(["prompt"]);
    const { a, b } = round("a", "b");
    expect(places({ prompt: fits, segments: { a: { ...a, prompt: "Go." }, b } })).toEqual([
      "segments.a.prompt",
    ]);
  });

  it("more turns to carry than history has room for, and sooner before a hosted agent", () => {
    const room = LIMITS.historyBytes / LIMITS.historyMessageBytes / 2;
    const carrying = (turns: number, b: object = {}) => ({
      a: { goesTo: ["b"], carries: { turns } },
      b: { goesTo: ["a"], ...b },
    });
    expect(places({ segments: carrying(room) })).toEqual([]);
    expect(places({ segments: carrying(room + 1) })).toEqual(["segments.a.carries.turns"]);
    expect(places({ segments: carrying(5, { model: RUNTIME }) })).toEqual(["segments.a.carries.turns"]);
  });

  it("an order of regions where there is one region only", () => {
    const regionOrder = "nearest";
    expect(define({ regionOrder }).warnings).toEqual([
      { place: "regionOrder", wrong: expect.stringContaining("one region"), right: expect.any(String) },
    ]);
    expect(places({ regionOrder, regions: ["us-west-2"] })).toEqual(["regionOrder"]);
    expect(places({ regionOrder, model: RUNTIME })).toEqual(["regionOrder"]);
    expect(places({ regionOrder, regions: ["us-west-2", "us-east-1"] })).toEqual([]);
    expect(places({ regionOrder: "listed" })).toEqual([]);
    // One segment's regions are enough to have an order.
    const { a, b } = round("a", "b");
    expect(
      places({ regionOrder, segments: { a, b: { ...b, regions: ["us-west-2", "us-east-1"] } } }),
    ).toEqual([]);
  });

  it("a segment that no way leads to", () => {
    expect(places({ segments: { ...round("a", "b"), island: { goesTo: ["a"] } } })).toEqual([
      "segments.island",
    ]);
    const budget = { turns: 3, to: "c" };
    expect(places({ segments: { a: { budget }, c: { goesTo: ["a"] } } })).toEqual([]);
  });

  it("a segment that cannot be left, unless it is the only one", () => {
    expect(places({ segments: { a: { goesTo: ["b"] }, b: {} } })).toEqual(["segments.b.goesTo"]);
    expect(places({ segments: { a: {} } })).toEqual([]);
  });

  it.each(["auth_token", "pin", "apiKey", "PASSWORD", "card_cvv"])(
    "a fact that sounds like a secret and is told to the model: %s",
    (name) => {
      const setBy = ["tool_0"];
      const tools = named(1);
      expect(places({ tools, facts: { [name]: { setBy } } })).toEqual([`facts.${name}.secret`]);
      expect(places({ tools, facts: { [name]: { setBy, secret: true } } })).toEqual([]);
      expect(places({ tools, facts: { [name]: { setBy, secret: false } } })).toEqual([]);
    },
  );

  it.each(["pin_checked", "keyboard", "spinning", "verified"])("no fact like %s", (name) => {
    expect(places({ facts: { [name]: {} } })).toEqual([]);
  });
});

describe("warnings", () => {
  it("are lines for a terminal, with the agent's name", () => {
    expect(describeWarnings(define({ segments: { a: { goesTo: ["b"] }, b: {} } }))).toBe(
      [
        'Agent "bank" can be served (1 warning):',
        '  segments.b.goesTo: "b" cannot be left: whoever gets there stays until the end. ' +
          "Right for a last segment; else say in goesTo or budget where the talk may go",
      ].join("\n"),
    );
  });
});

describe("when the sources have told their tools", () => {
  const agent = defineAgent({
    name: "bank",
    prompt: "x",
    tools: [binding("BANK")],
    facts: { verified: { setBy: ["verify"] } },
    segments: { a: { tools: ["get_balanc", "pay"], goesTo: ["b"] }, b: { goesTo: ["a"] } },
  });

  it("names that none of them offers are told with the near miss", () => {
    expect(unknownTools(agent, ["get_balance", "pay", "verify"])).toEqual([
      {
        place: "segments.a.tools[0]",
        wrong: 'no source offers a tool "get_balanc"',
        right: 'Did you mean "get_balance"?',
      },
    ]);
    expect(unknownTools(agent, []).map(({ right }) => right)).toEqual([
      "There is none",
      "There is none",
      "There is none",
    ]);
  });

  it("a tool that is called as a way is told", () => {
    const offered = ["get_balanc", "pay", "verify", "go_to_b"];
    expect(offeredWarnings(agent, offered).map(({ place }) => place)).toEqual(["segments.b"]);
  });

  it("too many of them in one piece are told", () => {
    const whole = defineAgent({ name: "bank", prompt: "x", tools: [binding("BANK")] });
    expect(offeredWarnings(whole, names(LIMITS.toolsPickedWell))).toEqual([]);
    expect(offeredWarnings(whole, names(LIMITS.toolsPickedWell + 1)).map(({ place }) => place)).toEqual([
      "tools",
    ]);
  });
});
