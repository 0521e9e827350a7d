/**
 * What the compiler refuses of segments: the mistakes below are errors for `tsc`, which checks this file with the rest.
 * At run time each of them is an error at start-up as well.
 */
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { AgentError } from "../../src/agent/agent-error.ts";
import { defineAgent } from "../../src/agent/define-agent.ts";
import { mcp } from "../../src/agent/mcp-list.ts";
import { bedrock, subAgent, worker } from "../../src/agent/sub-agent-list.ts";
import { binding, clientTool, fn, type ListedTool } from "../../src/agent/tool-list.ts";
import { bank, facts, tools } from "./support/bank.ts";

const agent = { name: "bank", prompt: "You are kind.", tools, facts } as const;
const refused = (define: () => unknown) => expect(define).toThrow(AgentError);

describe("the compiler takes", () => {
  it("an agent in segments as a builder writes it, in one piece or in pieces", () => {
    expect(defineAgent(bank).segments.map(({ name }) => name)).toEqual(["sign_in", "banking", "mortgage"]);
    defineAgent({
      name: "bank",
      prompt: "You are kind.",
      tools: [
        binding("BANK", { only: ["bank___pay", "look"], rename: { bank___pay: "pay" } }),
        mcp({ name: "m", url: "https://m.example", only: ["a___find"], rename: { a___find: "find" } }),
        fn({ name: "now", description: "x", input: z.object({}), run: () => 1 }),
        clientTool({ name: "show", description: "x", input: z.object({}) }),
        subAgent({ name: "ask", description: "x", agent: worker("W") }),
      ],
      segments: {
        a: { tools: ["pay", "look", "find", "now", "show", "ask"], goesTo: ["b"] },
        b: { goesTo: ["a"] },
      },
    });
  });

  it("any name of a tool where a source tells its tools only later, unless it is told them before", () => {
    const some: readonly ListedTool[] = [
      fn({ name: "x", description: "x", input: z.object({}), run: () => 1 }),
    ];
    const open = [binding("BANK"), mcp({ name: "m", url: "https://m.example" })];
    for (const list of [...open.map((one) => [one]), [...open, ...some]])
      defineAgent({ ...agent, facts: {}, tools: list, segments: { a: { tools: ["anything"] } } });
    defineAgent({
      ...agent,
      facts: {},
      tools: [binding<"pay" | "refund">("SHOP")],
      segments: { a: { tools: ["pay"] }, b: { tools: ["refund"] } },
    });
    defineAgent({
      ...agent,
      facts: {},
      tools: [binding<"pay" | "refund">("SHOP")],
      // @ts-expect-error no such tool
      segments: { a: { tools: ["repay"] } },
    });
  });

  it("a sub-agent's own tool as what sets a fact", () => {
    const own = [binding("B", { only: ["check"] })];
    const ask = subAgent({ name: "ask", description: "x", agent: bedrock({ prompt: "x", tools: own }) });
    const only = { name: "bank", prompt: "x", tools: [ask] };
    defineAgent({ ...only, facts: { checked: { setBy: ["check", "ask"] } } });
    // @ts-expect-error the voice model is not offered it
    refused(() => defineAgent({ ...only, segments: { a: { tools: ["check"] } } }));
    // @ts-expect-error nobody has it
    refused(() => defineAgent({ ...only, facts: { checked: { setBy: ["chek"] } } }));
  });

  it("an agent without a prompt where its segments have one", () => {
    defineAgent({ name: "bank", segments: { a: { prompt: "Greet." } } });
    // @ts-expect-error nobody has one
    refused(() => defineAgent({ name: "bank" }));
  });
});

describe("the compiler and the start-up refuse", () => {
  it("a tool that does not exist", () => {
    // @ts-expect-error a slip
    refused(() => defineAgent({ ...agent, segments: { a: { tools: ["get_balanse"] } } }));
    // @ts-expect-error there are none at all
    refused(() => defineAgent({ name: "bank", prompt: "x", segments: { a: { tools: ["get_balance"] } } }));
    const renamed = [binding("BANK", { only: ["bank___pay"], rename: { bank___pay: "pay" } })];
    const only = { name: "bank", prompt: "x", tools: renamed };
    // @ts-expect-error its name before it was renamed
    refused(() => defineAgent({ ...only, segments: { a: { tools: ["bank___pay"] } } }));
    // @ts-expect-error in a prefetch
    refused(() => defineAgent({ ...agent, segments: { a: { prefetch: [{ tool: "balance" }] } } }));
    // @ts-expect-error as what sets a fact
    refused(() => defineAgent({ ...agent, facts: { verified: { setBy: ["verify"] } } }));
  });

  it("a segment that does not exist", () => {
    // @ts-expect-error as a name
    refused(() => defineAgent({ ...agent, segments: { a: { goesTo: ["c"] }, b: {} } }));
    // @ts-expect-error in a way
    refused(() => defineAgent({ ...agent, segments: { a: { goesTo: [{ to: "c" }] }, b: {} } }));
    // @ts-expect-error at the end of a budget
    refused(() => defineAgent({ ...agent, segments: { a: { budget: { turns: 2, to: "c" } }, b: {} } }));
    // @ts-expect-error whose talk is to be seen
    refused(() => defineAgent({ ...agent, segments: { a: { sees: { talk: ["c"] } }, b: {} } }));
    // @ts-expect-error to begin in
    refused(() => defineAgent({ ...agent, segments: { a: {}, b: {} }, start: "c" }));
  });

  it("a fact that does not exist", () => {
    // @ts-expect-error to get in
    refused(() => defineAgent({ ...agent, segments: { a: {}, b: { requires: { verfied: true } } } }));
    const b = {};
    // @ts-expect-error to leave by
    refused(() => defineAgent({ ...agent, segments: { a: { goesTo: [{ to: "b", when: { no: 1 } }] }, b } }));
    // @ts-expect-error to be seen
    refused(() => defineAgent({ ...agent, segments: { a: { sees: { facts: ["verfied"] } } } }));
    // @ts-expect-error to be written
    refused(() => defineAgent({ ...agent, segments: { a: { writes: ["verfied"] } } }));
    const none = { name: "bank", prompt: "x" };
    // @ts-expect-error where there are none at all
    refused(() => defineAgent({ ...none, segments: { a: {}, b: { requires: { ok: true } } } }));
  });

  it("a voice, a region, a setting or a value that does not exist", () => {
    // @ts-expect-error no such voice
    refused(() => defineAgent({ ...agent, segments: { a: { voice: "mathew" } } }));
    const model = "amazon.nova-2-5-sonic";
    // @ts-expect-error Nova 2.5 is not in Tokyo
    refused(() => defineAgent({ ...agent, segments: { a: { model, region: "ap-northeast-1" } } }));
    // @ts-expect-error a slip
    refused(() => defineAgent({ ...agent, segments: { a: { tool: [] } } }));
    // @ts-expect-error nobody's
    refused(() => defineAgent({ ...agent, segments: { a: { carries: "everything" } } }));
    const b = {};
    // @ts-expect-error tools are not asked, they say
    refused(() => defineAgent({ ...agent, segments: { a: { goesTo: [{ to: "b", by: ["tool"] }] }, b } }));
  });
});
