import { describe, expect, it } from "vitest";
import * as z from "zod";
import { AgentError } from "../../src/agent/agent-error.ts";
import { defineAgent } from "../../src/agent/define-agent.ts";
import { mcp } from "../../src/agent/mcp-list.ts";
import { a2a, agentCore, bedrock, subAgent, worker } from "../../src/agent/sub-agent-list.ts";
import { binding, clientTool, fn, type ListedTool } from "../../src/agent/tool-list.ts";
import { LIMITS } from "../../src/base/limits.ts";

const ARN = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/loans-Ab12";
const nothing = z.object({});
const define = (...tools: readonly ListedTool[]) => defineAgent({ name: "first", prompt: "x", tools });
const ask = (agent: Parameters<typeof subAgent>[0]["agent"], more: object = {}) =>
  subAgent({ name: "ask", description: "x", agent, ...more });
const server = (more: object) => mcp({ name: "bank", url: "https://bank.example/mcp", ...more });

describe("tools from elsewhere, as an agent lists them", () => {
  it("are complete when they are taken over", () => {
    const { tools } = define(
      server({}),
      binding("BANK", { only: ["pay"], rename: { pay: "transfer" }, calls: { pay: { idempotent: false } } }),
      ask(bedrock({ prompt: "Loans.", limits: { rounds: 2 }, tools: [binding("BANK")] })),
    );
    expect(tools).toEqual([
      { type: "mcp", name: "bank", url: "https://bank.example/mcp", auth: "none", only: null },
      {
        type: "binding",
        binding: "BANK",
        only: ["pay"],
        rename: { pay: "transfer" },
        calls: { pay: { idempotent: false } },
      },
      {
        type: "sub_agent",
        tool: expect.objectContaining({ name: "ask", timeoutMs: LIMITS.subAgentMs + 1_000 }),
        agent: {
          kind: "bedrock",
          model: "amazon.nova-2-lite-v1:0",
          region: null,
          prompt: "Loans.",
          tools: [{ type: "binding", binding: "BANK", only: null }],
          limits: { rounds: 2, ms: LIMITS.subAgentMs, tokens: LIMITS.subAgentTokens },
        },
        supersede: false,
        sayChars: LIMITS.subAgentSayChars,
      },
    ]);
  });

  const token = "a-token-that-is-no-name";
  it.each<[string, ListedTool, string, RegExp]>([
    ["an address in clear text", server({ url: "http://bank.example" }), "tools[0].url", /not encrypted/],
    ["no address", server({ url: "bank" }), "tools[0].url", /not an http\(s\) URL/],
    ["an address with a password", server({ url: "https://a:b@bank.example" }), "tools[0].url", /password/],
    [
      "a setting that is no name",
      server({ url: { setting: "bank url" } }),
      "tools[0].url.setting",
      /no setting's name/,
    ],
    [
      "a token in the place of its setting",
      server({ auth: { bearer: { setting: token } } }),
      "tools[0].auth.bearer.setting",
      /no setting's name/,
    ],
    ["an authorisation nobody knows", server({ auth: "basic" }), "tools[0].auth", /will not do/],
    ["a name no model takes", server({ rename: { a: "my tool" } }), "tools[0].rename.a", /no tool's name/],
    [
      "a name for what is not offered",
      server({ only: ["b"], rename: { a: "c" } }),
      "tools[0].rename.a",
      /not offered/,
    ],
    [
      "a word on calls nobody knows",
      server({ calls: { a: { cached: true } } }),
      "tools[0].calls.a",
      /unknown member/,
    ],
    [
      "a cache of what must not happen twice",
      server({ calls: { a: { cache: { freshMs: 1 }, idempotent: false } } }),
      "tools[0].calls.a",
      /kept/,
    ],
    [
      "the same in a function",
      fn({ name: "a", description: "a", input: nothing, run: () => 1, cache: { freshMs: -1 } }),
      "tools[0]",
      /cache/,
    ],
    ["a sub-agent without a prompt", ask(bedrock({ prompt: " " })), "tools[0].agent.prompt", /empty/],
    [
      "a model that is none",
      ask(bedrock({ prompt: "x", model: "nova 2" })),
      "tools[0].agent.model",
      /no model's id/,
    ],
    [
      "no rounds",
      ask(bedrock({ prompt: "x", limits: { rounds: 0 } })),
      "tools[0].agent.limits.rounds",
      /out of range/,
    ],
    [
      "a region that is none",
      ask(bedrock({ prompt: "x", region: "Ohio" })),
      "tools[0].agent.region",
      /no AWS region/,
    ],
    [
      "a sub-agent of a sub-agent",
      ask(bedrock({ prompt: "x", tools: [ask(worker("A"))] })),
      "tools[0].agent.tools[0]",
      /cannot use a sub-agent/,
    ],
    [
      "the client's tool for a sub-agent",
      ask(bedrock({ prompt: "x", tools: [clientTool({ name: "show", description: "x", input: nothing })] })),
      "tools[0].agent.tools[0]",
      /tool of the client/,
    ],
    [
      "a runtime by its id",
      ask(agentCore({ runtimeArn: "loans-Ab12" })),
      "tools[0].agent.runtimeArn",
      /not the ARN/,
    ],
    [
      "an agent in clear text",
      ask(a2a({ url: "http://agent.example" })),
      "tools[0].agent.url",
      /not encrypted/,
    ],
    [
      "a binding that is no name",
      ask(worker("my loans")),
      "tools[0].agent.binding",
      /cannot be a binding's name/,
    ],
    [
      "an answer too short to say anything",
      ask(worker("A"), { sayChars: 5 }),
      "tools[0].sayChars",
      /out of range/,
    ],
    ["a kind nobody knows", ask({ kind: "oracle" } as never), "tools[0].agent", /no sub-agent/],
  ])("are refused with the place and the mistake: %s", (_, tool, place, wrong) => {
    let error: unknown;
    try {
      define(tool);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(AgentError);
    const { problems } = error as AgentError;
    expect(problems.map((problem) => problem.place)).toEqual([place]);
    expect(problems[0]?.wrong).toMatch(wrong);
    expect(String(error)).not.toContain(token);
  });

  it("have each name once, whoever offers it", () => {
    const tools = [ask(worker("A")), binding("BANK", { rename: { a: "ask" } }), server({}), server({})];
    expect(() => define(...tools)).toThrow(
      /tools\[1\]\.rename\.a: tool "ask" is listed already[\s\S]*tools\[3\]: server "bank"/,
    );
  });

  it("may be on this machine in clear text, and behind settings", () => {
    expect(() =>
      define(
        server({ url: "http://127.0.0.1:8790/mcp" }),
        ask(agentCore({ runtimeArn: { setting: "LOANS_ARN" } })),
      ),
    ).not.toThrow();
    expect(() => define(ask(agentCore({ runtimeArn: ARN })))).not.toThrow();
  });
});
