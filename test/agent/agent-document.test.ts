/**
 * An agent as a JSON document: the same agent, the same checks, and a schema for editors.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { agentFromJson, agentSchema } from "../../src/agent/agent-document.ts";
import { AgentError } from "../../src/agent/agent-error.ts";
import { defineAgent } from "../../src/agent/define-agent.ts";
import { mcp } from "../../src/agent/mcp-list.ts";
import { a2a, agentCore, bedrock, subAgent, worker } from "../../src/agent/sub-agent-list.ts";
import { binding, clientTool } from "../../src/agent/tool-list.ts";
import { bank } from "./support/bank.ts";

const { tools: _, ...settings } = bank;
const document = {
  $schema: "./agent.schema.json",
  ...settings,
  tools: [
    { type: "binding", binding: "BANK_TOOLS", only: ["verify_identity", "get_balance", "transfer"] },
    {
      type: "sub_agent",
      name: "mortgage_advisor",
      description: "Knows mortgages.",
      agent: { kind: "worker", binding: "MORTGAGES" },
    },
    { type: "client", name: "show_card", description: "Shows a card.", input: { type: "object" } },
  ],
};
const problemsOf = (written: unknown): readonly string[] => {
  try {
    agentFromJson(written);
  } catch (error) {
    if (error instanceof AgentError)
      return error.problems.map(({ place, wrong, right }) => `${place}: ${wrong}. ${right}`);
    throw error;
  }
  return [];
};

describe("an agent written in JSON", () => {
  it("is the same as one written in TypeScript", () => {
    expect(agentFromJson(JSON.parse(JSON.stringify(document)))).toEqual(defineAgent(bank));
  });

  it("may list tools of every kind that is data", () => {
    const schema = { type: "object", properties: { to: { type: "string", minLength: 1 } }, required: ["to"] };
    const input = z.object({ to: z.string().min(1) });
    const described = { description: "x" };
    const url = { setting: "BANK_URL" };
    const auth = { sigv4: { region: "us-east-1" } };
    const select = { only: ["a___b"], rename: { a___b: "b" }, calls: { a___b: { idempotent: false } } };
    const asked = (name: string, agent: object) => ({ type: "sub_agent", name, ...described, agent });
    const runtimeArn = { setting: "DESK_ARN" };
    const own = { type: "mcp", name: "own", url: "https://own.example/mcp" };
    expect(
      agentFromJson({
        name: "bank",
        prompt: "x",
        tools: [
          { type: "binding", binding: "BANK" },
          { type: "mcp", name: "gate", url, auth, ...select },
          { type: "client", name: "show", ...described, input: schema, timeoutMs: 5_000 },
          {
            ...asked("ask_1", { kind: "bedrock", prompt: "x", tools: [own] }),
            input: schema,
            supersede: true,
          },
          asked("ask_2", { kind: "agent_core", runtimeArn }),
          asked("ask_3", { kind: "a2a", url: "https://a2a.example", auth: { bearer: { setting: "TOKEN" } } }),
          asked("ask_4", { kind: "worker", binding: "W" }),
        ],
      }),
    ).toEqual(
      defineAgent({
        name: "bank",
        prompt: "x",
        tools: [
          binding("BANK"),
          mcp({ name: "gate", url, auth, ...select }),
          clientTool({ name: "show", ...described, input, timeoutMs: 5_000 }),
          subAgent({
            name: "ask_1",
            ...described,
            agent: bedrock({ prompt: "x", tools: [mcp({ name: "own", url: "https://own.example/mcp" })] }),
            input,
            supersede: true,
          }),
          subAgent({ name: "ask_2", ...described, agent: agentCore({ runtimeArn }) }),
          subAgent({
            name: "ask_3",
            ...described,
            agent: a2a({ url: "https://a2a.example", auth: { bearer: { setting: "TOKEN" } } }),
          }),
          subAgent({ name: "ask_4", ...described, agent: worker("W") }),
        ],
      }),
    );
  });

  it.each<[string, object, string]>([
    [
      "a function, which JSON cannot hold",
      { type: "function", name: "now" },
      'tools[0].type: a function cannot be written in JSON. Put it into a Worker and list that as { "type": "binding" }, or describe the agent in TypeScript, with fn({…})',
    ],
    [
      "a function that is one",
      () => 1,
      'tools[0].type: a function cannot be written in JSON. Put it into a Worker and list that as { "type": "binding" }, or describe the agent in TypeScript, with fn({…})',
    ],
    [
      "a mistyped kind",
      { type: "bindng" },
      'tools[0].type: "bindng" is not one of its values. Did you mean "binding"?',
    ],
    ["no kind", {}, 'tools[0].type: it is missing. Choose one of "binding", "mcp", "client", "sub_agent"'],
    [
      "a mistyped setting",
      { type: "binding", binding: "A", ony: [] },
      'tools[0].ony: there is no such setting. Did you mean "only"?',
    ],
    ["a server without an address", { type: "mcp", name: "a" }, "tools[0].url: it is missing. Give one"],
    [
      "a mistyped authorisation",
      { type: "mcp", name: "a", url: "https://a.example", auth: { sigv4: { regio: "x" } } },
      'tools[0].auth.sigv4.regio: there is no such setting. Did you mean "region"?',
    ],
    [
      "arguments that are no object",
      { type: "client", name: "a", description: "x", input: { type: "string" } },
      'tools[0].input.type: "string" is not one of its values. Choose one of "object"',
    ],
    [
      "a sub-agent nobody knows",
      { type: "sub_agent", name: "a", description: "x", agent: { kind: "oracle" } },
      'tools[0].agent.kind: "oracle" is not one of its values. Choose one of "bedrock", "agent_core", "a2a", "worker"',
    ],
    [
      "the client's tool for a sub-agent",
      {
        type: "sub_agent",
        name: "a",
        description: "x",
        agent: { kind: "bedrock", prompt: "x", tools: [{ type: "client" }] },
      },
      'tools[0].agent.tools[0].type: "client" is not one of its values. Choose one of "binding", "mcp"',
    ],
    [
      "what the source checks find",
      { type: "binding", binding: "no name" },
      'tools[0].binding: "no name" cannot be a binding\'s name. Use the name under [[services]] in wrangler.toml, such as "BANK_TOOLS"',
    ],
    ["a name", "BANK_TOOLS" as never, 'tools[0]: "BANK_TOOLS" is no object. Give an object'],
  ])("is told of %s", (_, tool, told) => {
    expect(problemsOf({ name: "bank", prompt: "x", tools: [tool] })).toEqual([told]);
  });

  it("is told of slips in segments as one in TypeScript is", () => {
    expect(problemsOf({ ...document, segments: { a: { tools: ["transfr"] } } })).toEqual([
      'segments.a.tools[0]: there is no tool "transfr". Did you mean "transfer"?',
    ]);
  });

  it.each([["text"], [null], [undefined], [[]], [5]])("is not %j", (nonsense) => {
    expect(problemsOf(nonsense)).toEqual([expect.stringContaining("the description:")]);
  });

  it("is not what JSON could never say", () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    expect(problemsOf(circle)).toEqual(["the description: it is no JSON. Give what JSON.parse gives back"]);
  });

  it("cannot reach what every object has", () => {
    const polluted = JSON.parse(
      '{"name":"bank","prompt":"x","segments":{"a":{},"__proto__":{"tools":["x"]}}}',
    );
    expect(agentFromJson(polluted).segments.map(({ name }) => name)).toEqual(["a"]);
    expect(problemsOf({ ...document, segments: { a: { goesTo: ["constructor"] } } })).toHaveLength(1);
  });
});

describe("the schema for editors", () => {
  it("is up to date: npm run agent -- schema writes it", () => {
    const file = readFileSync(new URL("../../agents/agent.schema.json", import.meta.url), "utf8");
    expect(file).toBe(`${JSON.stringify(agentSchema(), null, 2)}\n`);
  });

  it("takes a document that is right and refuses one that is not", () => {
    // zod reads the schema back: a second opinion on what it says.
    const schema = z.fromJSONSchema(agentSchema() as never);
    expect(schema.safeParse(document).error).toBeUndefined();
    const wrong = [
      { ...document, name: "The Bank" },
      { ...document, segments: { a: { carries: "all" } } },
      { ...document, segments: { a: { goesto: [] } } },
      { ...document, tools: [{ type: "function", name: "x" }] },
    ];
    expect(wrong.map((one) => schema.safeParse(one).success)).toEqual(wrong.map(() => false));
  });
});
