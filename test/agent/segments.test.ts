/**
 * What becomes of segments as a builder writes them, and what is told of those that cannot work.
 */
import { describe, expect, it } from "vitest";
import * as z from "zod";
import type { AgentDefinition } from "../../src/agent/agent.ts";
import { AgentError } from "../../src/agent/agent-error.ts";
import { defineAgent } from "../../src/agent/define-agent.ts";
import { mcp } from "../../src/agent/mcp-list.ts";
import { oneSegment } from "../../src/agent/one-segment.ts";
import { a2a, bedrock, subAgent } from "../../src/agent/sub-agent-list.ts";
import { binding, clientTool, fn } from "../../src/agent/tool-list.ts";
import { LIMITS } from "../../src/base/limits.ts";
import { bank, facts, tools } from "./support/bank.ts";

const RUNTIME = "arn:aws:bedrock-agentcore:eu-west-1:123456789012:runtime/desk-Ab12";

/** As JavaScript, or a cast, would let a builder write it. */
const defineLoosely = (more: object): AgentDefinition =>
  defineAgent({ name: "bank", prompt: "You are kind.", tools, facts, ...more } as never);

const problemsOf = (more: object): readonly string[] => {
  try {
    defineLoosely(more);
  } catch (error) {
    if (error instanceof AgentError)
      return error.problems.map(({ place, wrong, right }) => `${place}: ${wrong}. ${right}`);
    throw error;
  }
  return [];
};

describe("segments", () => {
  const { segments, start, facts: known } = defineAgent(bank);
  const [signIn, banking, mortgage] = segments;

  it("have from their agent what they do not say themselves", () => {
    expect(signIn).toMatchObject({
      model: "amazon.nova-2-sonic-v1:0",
      region: "us-east-1",
      voice: "tiffany",
      endpointing: "MEDIUM",
      prompt: "You are the voice of a bank.\n\nAsk for the customer number.",
    });
    expect(banking?.prompt).toBe("You are the voice of a bank.");
    expect(mortgage).toMatchObject({ voice: "matthew", carries: { type: "turns", turns: 2 } });
  });

  it("may use only the tools they list", () => {
    expect(defineLoosely({ segments: { a: {} } }).segments[0]?.tools).toEqual([]);
  });

  it("are led to by whoever asks, or by facts alone where a way waits for them", () => {
    expect(signIn?.goesTo).toEqual([{ to: "banking", when: { verified: true }, by: [], say: null }]);
    expect(banking?.goesTo).toEqual([
      { to: "mortgage", when: null, by: ["model", "client"], say: null },
      { to: "sign_in", when: null, by: ["client"], say: null },
    ]);
    expect(mortgage?.goesTo[0]?.say).toBe("Say that you hand back to the bank.");
  });

  it("begin with the first, or with the one that is named", () => {
    expect(start).toBe("sign_in");
    expect(defineLoosely({ segments: { a: {}, b: {} }, start: "b" }).start).toBe("b");
  });

  it("see, write and carry everything unless they say otherwise", () => {
    expect(signIn).toMatchObject({
      sees: { facts: null, talk: null },
      writes: null,
      carries: { type: "facts" },
    });
    expect(mortgage?.budget).toEqual({ ms: 600_000, turns: 20, tokens: 50_000, to: "banking" });
    expect(
      defineLoosely({ segments: { a: { budget: { turns: 1, to: "b" } }, b: {} } }).segments[0]?.budget,
    ).toEqual({ ms: null, turns: 1, tokens: null, to: "b" });
  });

  it("know facts with who may set them", () => {
    expect(known).toEqual({
      verified: { description: "the caller has signed in", secret: false, setBy: ["verify_identity"] },
      customer: { description: null, secret: true, setBy: ["verify_identity"] },
    });
  });

  it("with a hosted agent of their own are where its ARN says, and the rest stay where they were", () => {
    const agent = defineLoosely({ segments: { a: { model: RUNTIME }, b: {} } });
    expect(agent.segments.map(({ region }) => region)).toEqual(["eu-west-1", "us-east-1"]);
    // A stream to Nova ends sooner: the sooner one decides.
    expect(agent.limits.rotateAtOnceMs).toBe(LIMITS.rotateAtOnceMs);
    const hosted = defineLoosely({ segments: { a: { model: RUNTIME }, b: { model: RUNTIME } } });
    expect(hosted.limits.rotateAtOnceMs).toBe(LIMITS.runtimeRotateAtOnceMs);
    const mixed = defineLoosely({
      model: RUNTIME,
      segments: { a: {}, b: { model: "amazon.nova-2-sonic-v1:0" } },
    });
    expect(mixed.segments[1]).toMatchObject({ region: "us-east-1" });
  });

  it("are one, with all tools, where an agent is not cut", () => {
    const { segments: _, start: __, warnings: ___, facts: ____, ...fields } = defineLoosely({});
    const whole = oneSegment(fields);
    expect(whole).toEqual(defineLoosely({ facts: {} }));
    expect(whole.segments).toEqual([
      expect.objectContaining({ name: "main", tools: null, prompt: fields.prompt }),
    ]);
  });
});

describe("a mistake in a segment is told with its place and what would be right:", () => {
  const b = {};
  it.each<[string, object, string]>([
    [
      "a tool that nobody offers",
      { segments: { a: { tools: ["get_balanc"] } } },
      'segments.a.tools[0]: there is no tool "get_balanc". Did you mean "get_balance"?',
    ],
    [
      "a tool listed twice",
      { segments: { a: { tools: ["transfer", "transfer"] } } },
      'segments.a.tools[1]: "transfer" is listed already. segments.a.tools[0] has it; name it once',
    ],
    [
      "a way to nowhere",
      { segments: { sign_in: { goesTo: ["bankng"] }, banking: b } },
      'segments.sign_in.goesTo[0]: there is no segment "bankng". Did you mean "banking"?',
    ],
    [
      "a way to itself",
      { segments: { a: { goesTo: ["a"] } } },
      "segments.a.goesTo[0]: it leads back to where it starts. Name another segment",
    ],
    [
      "two ways to one place",
      { segments: { a: { goesTo: ["b", { to: "b", by: ["model"] }] }, b } },
      'segments.a.goesTo[1]: a way to "b" is listed already. segments.a.goesTo[0] is one; say all of it there',
    ],
    [
      "a way that opens at once",
      { segments: { a: { goesTo: [{ to: "b", when: {} }] }, b } },
      "segments.a.goesTo[0].when: it names no fact, so the segment would be left at once. Name facts that must hold, or leave it out",
    ],
    [
      "a way without an end",
      { segments: { a: { goesTo: [{ when: { verified: true } }] } } },
      "segments.a.goesTo[0].to: it is missing. Give a string",
    ],
    [
      "a beginning that is none",
      { segments: { a: {}, b }, start: "nowhere" },
      'start: there is no segment "nowhere". Choose one of "a", "b"',
    ],
    [
      "a beginning that nobody may enter",
      { segments: { a: { requires: { verified: true }, tools: ["verify_identity"] } } },
      "segments.a.requires: a session begins here, when no fact holds yet. Begin in another segment (start), or leave it out",
    ],
    [
      "a beginning of what is not cut",
      { start: "a" },
      "start: the agent has no segments. Describe them, or leave it out",
    ],
    [
      "no segment at all",
      { segments: {} },
      "segments: there is none. Describe one at least, or leave it out",
    ],
    [
      "a name that is no tool's",
      { segments: { "sign-in": {} } },
      'segments.sign-in: "sign-in" will not do. A segment\'s name is 1 to 58 lower-case letters, digits and _, such as "sign_in"',
    ],
    [
      "a tool with the name of a way",
      {
        segments: { a: { goesTo: ["b"] }, b },
        tools: [...tools, fn({ name: "go_to_b", description: "x", input: z.object({}), run: () => 1 })],
      },
      'tools[3]: "go_to_b" is the way to segment "b". Give the tool another name',
    ],
    [
      "a voice of nobody",
      { segments: { a: { voice: "mathew" } } },
      'segments.a.voice: "mathew" is not a voice of amazon.nova-2-sonic-v1:0. Did you mean "matthew"?',
    ],
    [
      "a model of nobody",
      { segments: { a: { model: "amazon.nova-2-sonic" } } },
      'segments.a.model: "amazon.nova-2-sonic" cannot be used: it is not a speech model this gateway knows. Did you mean "amazon.nova-2-sonic-v1:0"?',
    ],
    [
      "an empty opening",
      { segments: { a: { opening: " " } } },
      'segments.a.opening: " " will not do. Say what the agent does on arrival, or leave it out',
    ],
    [
      "a slip",
      { segments: { a: { goesto: [] } } },
      'segments.a.goesto: there is no such setting. Did you mean "goesTo"?',
    ],
    [
      "a slip in a way",
      { segments: { a: { goesTo: [{ to: "b", wen: {} }] }, b } },
      'segments.a.goesTo[0].wen: there is no such setting. Did you mean "when"?',
    ],
    [
      "what carries nothing known",
      { segments: { a: { carries: "all" } } },
      'segments.a.carries: "all" will not do. Choose one of "talk", "summary", "facts", "nothing", { turns: 2 }',
    ],
    [
      "too many turns to carry",
      { segments: { a: { carries: { turns: 51 } } } },
      "segments.a.carries.turns: 51 will not do. Expected number to be <=50",
    ],
    [
      "a budget without a limit",
      { segments: { a: { budget: { to: "b" } }, b } },
      "segments.a.budget: it limits nothing. Give ms, turns or tokens, or leave it out",
    ],
    [
      "a budget that leads nowhere",
      { segments: { a: { budget: { ms: 1, to: "nowhere" } }, b } },
      'segments.a.budget.to: there is no segment "nowhere". Choose one of "a", "b"',
    ],
    [
      "a budget that leads back",
      { segments: { a: { budget: { ms: 1, to: "a" } } } },
      "segments.a.budget.to: it leads back to where it starts. Name another segment",
    ],
    [
      "a budget of nothing",
      { segments: { a: { budget: { turns: 0, to: "b" } }, b } },
      "segments.a.budget.turns: 0 will not do. Expected number to be >0",
    ],
    [
      "a prefetch of what is not listed",
      { segments: { a: { tools: ["transfer"], prefetch: [{ tool: "get_balance" }] } } },
      'segments.a.prefetch[0].tool: the segment does not list "get_balance". Choose one of "transfer"',
    ],
    [
      "talk of nobody",
      { segments: { a: { sees: { talk: ["nowhere"] } } } },
      'segments.a.sees.talk[0]: there is no segment "nowhere". Choose one of "a"',
    ],
    [
      "a fact of nobody",
      { segments: { a: { sees: { facts: ["verifed"] } } } },
      'segments.a.sees.facts[0]: there is no fact "verifed". Did you mean "verified"?',
    ],
    [
      "a fact that is an object",
      { segments: { a: {}, b: { requires: { verified: {} } } } },
      "segments.b.requires.verified: this object will not do. Give the value that it must have: true, false, a text or a number",
    ],
  ])("%s", (_, more, told) => {
    expect(problemsOf(more)).toEqual([told]);
  });

  it("of one that has no words, where the agent has none either", () => {
    expect(() => defineAgent({ name: "bank", segments: { a: { prompt: "Hi." }, b: {} } })).toThrow(
      "segments.b.prompt: it is missing, and the agent has none. Say who the agent is and what it does here",
    );
  });
});

describe("a mistake in a fact is told with its place and what would be right:", () => {
  const onlySignIn = { a: { tools: ["verify_identity"] } };
  it.each<[string, object, string]>([
    [
      "a tool that nobody offers",
      { facts: { verified: { setBy: ["verify_identiy"] } } },
      'facts.verified.setBy[0]: there is no tool "verify_identiy". Did you mean "verify_identity"?',
    ],
    [
      "a tool of the client",
      { facts: { verified: { setBy: ["show_card"] } } },
      'facts.verified.setBy[0]: "show_card" is answered by the client, which nobody can trust. Let a tool behind a binding, at a server or in the gateway set it',
    ],
    [
      "nobody who could set it",
      { facts: { ok: {} }, segments: { a: {}, b: { requires: { ok: true } } } },
      'segments.b.requires.ok: nobody can set "ok". Say in facts.ok.setBy which tools may',
    ],
    [
      "a tool that no segment lists",
      { segments: { a: { goesTo: [{ to: "b", when: { verified: true } }] }, b: {} } },
      'segments.a.goesTo[0].when.verified: nobody can set "verified". List "verify_identity" in a segment that writes it',
    ],
    [
      "a tool whose segment may not write it",
      {
        segments: {
          a: { tools: ["verify_identity"], writes: ["customer"] },
          b: { requires: { verified: true } },
        },
      },
      'segments.b.requires.verified: nobody can set "verified". List "verify_identity" in a segment that writes it',
    ],
    [
      "one that a segment writes and nobody knows",
      { segments: { a: { writes: ["x"] } } },
      'segments.a.writes[0]: there is no fact "x". Choose one of "verified", "customer"',
    ],
    [
      "one that a tool's call waits for",
      {
        tools: [binding("BANK", { only: ["pay"], calls: { pay: { requires: { verifed: true } } } })],
        facts: { verified: {} },
      },
      'tools[0].calls.pay.requires.verifed: there is no fact "verifed". Did you mean "verified"?',
    ],
    [
      "one that a function waits for",
      {
        facts: {},
        tools: [
          fn({
            name: "pay",
            description: "x",
            input: z.object({}),
            requires: { verified: true },
            run: () => 1,
          }),
        ],
      },
      'tools[0].requires.verified: there is no fact "verified". The agent has no facts',
    ],
    [
      "one that a sub-agent's own tool waits for",
      {
        facts: {},
        tools: [
          subAgent({
            name: "ask",
            description: "x",
            agent: bedrock({
              prompt: "x",
              tools: [binding("B", { calls: { a: { requires: { ok: true } } } })],
            }),
          }),
        ],
      },
      'tools[0].agent.tools[0].calls.a.requires.ok: there is no fact "ok". The agent has no facts',
    ],
    [
      "one that a prefetch waits for",
      { segments: { a: { tools: ["get_balance"], prefetch: [{ tool: "get_balance", when: { x: 1 } }] } } },
      'segments.a.prefetch[0].when.x: there is no fact "x". Choose one of "verified", "customer"',
    ],
    [
      "a name with blanks",
      { facts: { "signed in": {} } },
      'facts.signed in: "signed in" will not do. A fact\'s name is 1 to 64 letters, digits and _, a letter first, such as "verified"',
    ],
    [
      "a slip",
      { facts: { verified: { setby: [] } } },
      'facts.verified.setby: there is no such setting. Did you mean "setBy"?',
    ],
  ])("%s", (_, more, told) => {
    expect(problemsOf(more)).toEqual([told]);
  });

  const lender = subAgent({
    name: "ask",
    description: "x",
    agent: bedrock({ prompt: "x", tools: [binding("B", { only: ["check"] })] }),
  });

  it("and a sub-agent's own tool may set it, wherever the sub-agent is listed", () => {
    const rest = { tools: [lender], facts: { checked: { setBy: ["check"] } } };
    const b = { requires: { checked: true } };
    expect(problemsOf({ ...rest, segments: { a: { tools: ["ask"] }, b } })).toEqual([]);
    expect(problemsOf({ ...rest, segments: { a: {}, b } })).toEqual([
      'segments.b.requires.checked: nobody can set "checked". List "check" in a segment that writes it',
    ]);
    expect(problemsOf({ ...rest, facts: { checked: { setBy: ["chek"] } } })).toHaveLength(1);
  });

  it("and none is told outside that nobody knows", () => {
    const server = mcp({ name: "m", url: "https://m.example", tells: ["customr"] });
    const asked = subAgent({
      name: "ask",
      description: "x",
      agent: a2a({ url: "https://a.example", tells: ["customr"] }),
    });
    expect(problemsOf({ tools: [server, asked], facts: { customer: {} } })).toEqual([
      'tools[0].tells[0]: there is no fact "customr". Did you mean "customer"?',
      'tools[1].agent.tells[0]: there is no fact "customr". Did you mean "customer"?',
    ]);
  });

  it("and it can be set where a segment lists the tool and may write it", () => {
    expect(problemsOf({ segments: { ...onlySignIn, b: { requires: { verified: true } } } })).toEqual([]);
  });
});

describe("names that only a source itself knows", () => {
  const open = [binding("BANK_TOOLS"), clientTool({ name: "show", description: "x", input: z.object({}) })];
  it("are believed until a session starts", () => {
    expect(
      problemsOf({
        tools: open,
        facts: { verified: { setBy: ["anything"] } },
        segments: { a: { tools: ["anything"] }, b: { requires: { verified: true } } },
      }),
    ).toEqual([]);
  });

  it("are not complained of where another mistake hides whose they are", () => {
    expect(problemsOf({ tools: [{}], facts: {}, segments: { a: { tools: ["anything"] } } })).toEqual([
      expect.stringContaining("tools[0]"),
    ]);
  });
});
