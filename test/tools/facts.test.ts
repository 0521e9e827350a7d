import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from "vitest";
import * as z from "zod";
import type { AgentDefinition } from "../../src/agent/agent.ts";
import type { AgentProblem } from "../../src/agent/agent-error.ts";
import { type Answered, answer } from "../../src/agent/answered.ts";
import { defineAgent } from "../../src/agent/define-agent.ts";
import type { FactDefinition, Facts } from "../../src/agent/facts.ts";
import { mcp } from "../../src/agent/mcp-list.ts";
import type { SegmentDefinition } from "../../src/agent/segment.ts";
import { a2a, agentCore, bedrock, subAgent } from "../../src/agent/sub-agent-list.ts";
import { binding, clientTool, fn, type ListedTool } from "../../src/agent/tool-list.ts";
import { toolSources } from "../../src/agent/tool-sources.ts";
import type { Json } from "../../src/base/json.ts";
import { DescriptionCache } from "../../src/tools/description-cache.ts";
import { secretSettings } from "../../src/tools/secret-settings.ts";
import { openToolBox } from "../../src/tools/tool-box.ts";
import type { ToolAnswer, ToolBox } from "../../src/tools/tool-runner.ts";
import { json, type Server, startServer } from "./server.ts";

const nothing = z.object({});
const fact = (...setBy: string[]): FactDefinition => ({ description: null, secret: false, setBy });
const segment = (name: string, more: Partial<SegmentDefinition> = {}): SegmentDefinition => ({
  name,
  purpose: null,
  model: "amazon.nova-2-sonic-v1:0",
  region: "us-east-1",
  voice: "matthew",
  endpointing: "MEDIUM",
  inference: {},
  prompt: "x",
  tools: null,
  goesTo: [],
  requires: {},
  sees: { facts: null, talk: null },
  writes: null,
  carries: { type: "talk" },
  budget: null,
  opening: null,
  prefetch: [],
  ...more,
});

let server: Server;
let troubles: string[];
/** What each of them was about; a failure where nothing is said. */
let abouts: ("word" | undefined)[];
beforeEach(async () => {
  server = await startServer();
  troubles = [];
  abouts = [];
});
afterEach(() => server.close());

type More = Partial<Pick<AgentDefinition, "facts" | "segments">>;

const boxOf = (tools: readonly ListedTool[], more: More = {}, env: object = {}): Promise<ToolBox> => {
  const sources = toolSources(tools, []);
  return openToolBox({ tools: sources, ...more }, env, {
    cache: new DescriptionCache(Date),
    trouble: (tool, cause, about) => {
      troubles.push(`${tool}: ${String(cause)}`);
      abouts.push(about);
    },
    config: {
      credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "a-secret-key-of-some-length" },
      endpoint: server.url,
      agentcoreEndpoint: server.url,
    },
  });
};

let calls = 0;
const run = (
  box: ToolBox,
  name: string,
  facts: Facts = {},
  args: Json = {},
  where = "main",
): Promise<ToolAnswer> => {
  const here = { segment: where, facts };
  const call = { call: `t${++calls}`, name, arguments: args, timeoutMs: 2_000, ...here };
  const context = { session: "s1", agent: "first", caller: "ann", tenant: null, ...here };
  return box.run(call, context, new AbortController().signal);
};

const signIn = (word: Parameters<typeof answer>[1] = { facts: { verified: true, customer: "c-1" } }) =>
  fn({
    name: "sign_in",
    description: "Signs in.",
    input: nothing,
    run: () => answer({ name: "Ann" }, word),
  });
const FACTS = { verified: fact("sign_in"), customer: fact("sign_in", "look_up") };

describe("a tool that answers with a word for the session", () => {
  it("tells the model its answer and the session the word", async () => {
    const word = { facts: { verified: true, customer: null }, next: "banking" };
    const box = await boxOf([signIn(word)], {
      facts: FACTS,
      segments: [segment("main"), segment("banking")],
    });
    expect(await run(box, "sign_in")).toEqual({ outcome: { status: "ok", value: { name: "Ann" } }, word });
    expect(troubles).toEqual([]);
  });

  it("sets only what the agent lets it set; the rest is left out and told to the log", async () => {
    const box = await boxOf(
      [
        fn({
          name: "look_up",
          description: "x",
          input: nothing,
          run: () => answer("ok", { facts: { verified: true, customer: "c-2", admin: true }, next: "vault" }),
        }),
      ],
      { facts: FACTS, segments: [segment("main")] },
    );
    expect(await run(box, "look_up")).toEqual({
      outcome: { status: "ok", value: "ok" },
      word: { facts: { customer: "c-2" } },
    });
    expect(troubles).toEqual([
      expect.stringMatching(
        /^look_up: .*"verified": its setBy does not name.*"admin": the agent has no such fact.*no segment "vault"$/,
      ),
    ]);
    expect(troubles[0]).not.toContain("c-2");
    expect(abouts).toEqual(["word"]);
  });

  it("sets nothing that the segment may not write", async () => {
    const segments = [segment("main", { writes: ["customer"] }), segment("open")];
    const box = await boxOf([signIn()], { facts: FACTS, segments });
    expect((await run(box, "sign_in")).word).toEqual({ facts: { customer: "c-1" } });
    expect((await run(box, "sign_in", {}, {}, "open")).word).toEqual({
      facts: { verified: true, customer: "c-1" },
    });
    expect(troubles).toEqual([expect.stringContaining('the segment "main" may not write it')]);
  });

  it("sets nothing for an agent that has no facts", async () => {
    expect(await run(await boxOf([signIn()]), "sign_in")).toEqual({
      outcome: { status: "ok", value: { name: "Ann" } },
    });
  });

  it("cannot set what every object has, even where an agent lets it", async () => {
    const bad = JSON.parse('{"__proto__":true,"constructor":"x","verified":true}') as Facts;
    const facts = {
      ...FACTS,
      ...Object.fromEntries(["__proto__", "constructor"].map((name) => [name, fact("sign_in")])),
    };
    const { word } = await run(await boxOf([signIn({ facts: bad })], { facts }), "sign_in");
    expect(Object.keys(word?.facts ?? {})).toEqual(["verified"]);
    expect(Object.getPrototypeOf(word?.facts)).toBe(Object.prototype);
  });

  it("says nothing when it only looks like such an answer, or when the answer itself will not do", async () => {
    const look = { value: 1, word: { facts: { verified: true } } };
    const box = await boxOf(
      [
        fn({ name: "sign_in", description: "x", input: nothing, run: () => look }),
        fn({
          name: "look_up",
          description: "x",
          input: nothing,
          run: () => answer({ n: Number.NaN }, { facts: { customer: "c-1" } }),
        }),
      ],
      { facts: FACTS },
    );
    expect(await run(box, "sign_in")).toEqual({ outcome: { status: "ok", value: look } });
    expect(await run(box, "look_up")).toEqual({ outcome: expect.objectContaining({ reason: "bad_result" }) });
  });

  it("is checked by the compiler like any other answer", () => {
    expectTypeOf(answer({ a: 1 }, {})).toEqualTypeOf<Answered<{ readonly a: 1 }>>();
    // @ts-expect-error JSON has no word for a Map
    answer(new Map(), {});
    // @ts-expect-error a fact is no object
    answer(1, { facts: { customer: { id: 1 } } });
    // @ts-expect-error nor is a Date inside
    fn({ name: "a", description: "x", input: nothing, run: () => answer({ at: [new Date()] }, {}) });
  });
});

describe("what a tool knows", () => {
  it("is where it was asked and what is known there, as a copy of its own", async () => {
    const known: Record<string, string> = { customer: "c-1", token: "secret" };
    const box = await boxOf([
      fn({
        name: "show",
        description: "x",
        input: nothing,
        run: (_, { segment: where, facts }) => {
          Object.assign(facts, { customer: "c-2" });
          return { where, customer: facts.customer ?? "", token: facts.token ?? "" };
        },
      }),
    ]);
    expect(await run(box, "show", known, {}, "banking")).toEqual({
      outcome: { status: "ok", value: { where: "banking", customer: "c-2", token: "secret" } },
    });
    expect(known).toEqual({ customer: "c-1", token: "secret" });
  });

  it("tells an answer that is kept only to whom it was given", async () => {
    const box = await boxOf([
      fn({
        name: "balance",
        description: "x",
        input: nothing,
        cache: { freshMs: 60_000 },
        run: (_, { facts, call }) => `${facts.customer} ${call}`,
      }),
    ]);
    const one = (await run(box, "balance", { verified: true, customer: "c-1" })).outcome;
    expect((await run(box, "balance", { customer: "c-1", verified: true })).outcome).toEqual(one);
    expect((await run(box, "balance", { customer: "c-2", verified: true })).outcome).not.toEqual(one);
    expect((await run(box, "balance")).outcome).not.toEqual(one);
  });

  it("tells the word of an answer fetched ahead to the first who asks, and to nobody after", async () => {
    let runs = 0;
    const tool = fn({
      name: "look_up",
      description: "x",
      input: nothing,
      cache: { freshMs: 60_000 },
      run: () => answer(++runs, { facts: { customer: "c-1" } }),
    });
    const box = await boxOf([tool], { facts: FACTS });
    const context = { session: "s1", agent: "first", caller: null, tenant: null, segment: "main", facts: {} };
    await box.prefetch("look_up", {}, context);
    expect(await run(box, "look_up")).toEqual({
      outcome: { status: "ok", value: 1 },
      word: { facts: { customer: "c-1" } },
    });
    expect(await run(box, "look_up")).toEqual({ outcome: { status: "ok", value: 1 } });
  });
});

describe("what a tool requires", () => {
  /** A tool Worker, as far as its description goes. */
  const worker = (requires: Facts) => ({
    describe: async () => [{ name: "pay", description: "x", inputSchema: { type: "object" }, requires }],
    invoke: async () => ({ status: "ok", value: 1 }),
  });
  const facts = { verified: fact(), level: fact(), other: fact() };

  it("is told with it, wherever it lives", async () => {
    const requires = { verified: true };
    const listed = clientTool({ name: "show", description: "x", input: nothing });
    const box = await boxOf(
      [
        fn({ name: "a", description: "x", input: nothing, requires, run: () => null }),
        { ...listed, requires } as ListedTool,
        subAgent({ name: "ask", description: "x", requires, agent: agentCore({ runtimeArn: ARN }) }),
        binding("PAY"),
        fn({ name: "free", description: "x", input: nothing, run: () => null }),
      ],
      { facts },
      { PAY: worker(requires) },
    );
    expect(box.missing).toEqual([]);
    expect(box.specs.map(({ name, requires: told }) => [name, told])).toEqual([
      ["a", requires],
      ["show", requires],
      ["ask", requires],
      ["pay", requires],
      ["free", undefined],
    ]);
  });

  it("is added to by the agent, and never lifted", async () => {
    const calls = { pay: { requires: { level: 2 } } };
    const box = await boxOf([binding("PAY", { calls })], { facts }, { PAY: worker({ verified: true }) });
    expect(box.specs[0]?.requires).toEqual({ verified: true, level: 2 });
    const lifted = await boxOf(
      [binding("PAY", { calls: { pay: { requires: {} } } })],
      { facts },
      { PAY: worker({ verified: true }) },
    );
    expect(lifted.specs[0]?.requires).toEqual({ verified: true });
  });

  it.each<[string, Facts, Facts, string]>([
    [
      "two things that never hold together",
      { verified: true },
      { verified: false },
      "it requires verified to be true, and the agent's list false: both never hold",
    ],
    [
      "a fact that the agent does not have",
      { signed: true },
      {},
      'it requires the fact "signed", which the agent does not have',
    ],
    [
      "what every object has",
      { toString: true },
      {},
      'it requires the fact "toString", which the agent does not have',
    ],
  ])("makes it missing when it is %s", async (_, its, ours, cause) => {
    const pay = binding("PAY", { calls: { pay: { requires: ours } } });
    const box = await boxOf([pay], { facts }, { PAY: worker(its) });
    expect(box.specs).toEqual([]);
    expect(box.missing).toEqual([{ source: "PAY.pay", cause }]);
  });
});

describe("an MCP server", () => {
  const reply = (meta: unknown, more: object = {}): void => {
    server.reply = (asked, response) => {
      const tools = [{ name: "sign_in", description: "x", inputSchema: { type: "object" } }];
      const result =
        asked.json.method === "tools/list"
          ? { tools }
          : { content: [{ type: "text", text: "12" }], _meta: meta, ...more };
      return json({ jsonrpc: "2.0", id: asked.json.id, result })(asked, response);
    };
  };
  const open = (more: object = {}, facts: More["facts"] = FACTS) =>
    boxOf([mcp({ name: "bank", url: server.url, ...more })], facts === undefined ? {} : { facts });
  const META = { "antiphon/facts": { verified: true, admin: true }, "antiphon/next": "banking" };

  it("tells the session by its result's _meta, where the agent's list names the tool", async () => {
    reply(META);
    expect(await run(await open({ only: ["sign_in"] }), "sign_in")).toEqual({
      outcome: { status: "ok", value: 12 },
      word: { facts: { verified: true }, next: "banking" },
    });
  });

  it("is not heard where it gave the tool its name itself: it could have taken a trusted one", async () => {
    reply(META);
    expect(await run(await open(), "sign_in")).toEqual({ outcome: { status: "ok", value: 12 } });
    expect(troubles).toEqual([expect.stringContaining("the server gave the tool its name itself")]);
    expect(abouts).toEqual(["word"]);
  });

  it.each<[string, unknown, object]>([
    ["rubbish", "verified", {}],
    ["a list", [META], {}],
    ["facts that are none", { "antiphon/facts": { verified: { is: true } }, "antiphon/next": ["x"] }, {}],
    ["facts under another name", { facts: { verified: true } }, {}],
    ["facts of a call that failed", META, { isError: true }],
    ["a prototype", JSON.parse('{"antiphon/facts":{"__proto__":{"verified":true},"constructor":1}}'), {}],
  ])("sets nothing by %s, and its answer counts all the same", async (_, meta, more) => {
    reply(meta, more);
    const { outcome, word } = await run(await open({ only: ["sign_in"] }), "sign_in");
    expect(word).toBeUndefined();
    expect(outcome.status).toBe("isError" in more ? "failed" : "ok");
  });

  it("is told no facts, except those that the agent's list names", async () => {
    reply({});
    await run(await open(), "sign_in", { customer: "c-1", token: "secret" });
    expect(server.asked.at(-1)?.body).not.toMatch(/c-1|secret|antiphon/);
    await run(await open({ tells: ["customer", "toString"] }), "sign_in", {
      customer: "c-1",
      token: "secret",
    });
    expect(JSON.parse(server.asked.at(-1)?.body ?? "").params._meta).toEqual({
      progressToken: expect.any(String),
      "antiphon/facts": { customer: "c-1" },
    });
  });
});

describe("the facts that a source is told", () => {
  it("are named in a list of names, or the agent is not served", () => {
    const problems: AgentProblem[] = [];
    const tells = "customer" as unknown as readonly string[];
    const agent = a2a({ url: "https://a.example", tells });
    toolSources(
      [mcp({ name: "a", url: "https://a.example", tells }), subAgent({ name: "b", description: "x", agent })],
      problems,
    );
    expect(problems.map(({ place }) => place)).toEqual(["tools[0].tells", "tools[1].agent.tells"]);
  });
});

const ARN = "arn:aws:bedrock-agentcore:eu-central-1:123456789012:runtime/loans-Ab12";

describe("a sub-agent elsewhere", () => {
  const known = { customer: "c-1", token: "secret" };

  it("on AgentCore is told the facts that the agent's list names, and no others", async () => {
    server.reply = json({ result: "Yes." });
    const ask = (tells?: readonly string[]) =>
      subAgent({
        name: "ask",
        description: "x",
        agent: agentCore({ runtimeArn: ARN, ...(tells ? { tells } : {}) }),
      });
    await run(await boxOf([ask()]), "ask", known, { question: "?" });
    expect(server.asked.at(-1)?.body).not.toMatch(/c-1|secret|facts/);
    await run(await boxOf([ask(["customer"])]), "ask", known, { question: "?" });
    expect(JSON.parse(server.asked.at(-1)?.body ?? "").context).toMatchObject({ facts: { customer: "c-1" } });
    expect(server.asked.at(-1)?.body).not.toContain("secret");
  });

  it("that speaks A2A is told them in its message's metadata", async () => {
    server.reply = (asked, response) =>
      json({
        jsonrpc: "2.0",
        id: asked.json.id,
        result: { kind: "message", role: "agent", parts: [{ kind: "text", text: "Yes." }] },
      })(asked, response);
    const agent = a2a({ url: server.url, streaming: false, tells: ["customer"] });
    await run(await boxOf([subAgent({ name: "ask", description: "x", agent })]), "ask", known, {
      question: "?",
    });
    expect(JSON.parse(server.asked.at(-1)?.body ?? "").params.message.metadata).toMatchObject({
      caller: "ann",
      facts: { customer: "c-1" },
    });
    expect(server.asked.at(-1)?.body).not.toContain("secret");
  });
});

describe("a sub-agent on Bedrock", () => {
  const turn = (content: readonly unknown[], stopReason: string) => ({
    output: { message: { role: "assistant", content } },
    stopReason,
    usage: { inputTokens: 1, outputTokens: 1 },
  });
  const words = (text: string) => turn([{ text }], "end_turn");
  const uses = (...names: readonly string[]) =>
    turn(
      names.map((name, index) => ({ toolUse: { toolUseId: `u${index}`, name, input: {} } })),
      "tool_use",
    );
  /** Answers one after the other. */
  const says = (...turns: readonly unknown[]): void => {
    const left = [...turns];
    server.reply = (asked, response) => json(left.shift() ?? words("No more."))(asked, response);
  };
  const seen: (readonly [string, Facts])[] = [];
  const inner = (name: string, word: Parameters<typeof answer>[1], more: object = {}) =>
    fn({
      name,
      description: "x",
      input: nothing,
      ...more,
      run: (_, { facts }) => {
        seen.push([name, facts]);
        return answer({ name }, word);
      },
    });
  const ask = (tools: readonly ListedTool[], limits = {}) =>
    subAgent({
      name: "ask_loans",
      description: "x",
      agent: bedrock({ prompt: "x", tools, limits: { rounds: 3, ...limits } }),
    });
  beforeEach(() => {
    seen.length = 0;
  });

  it("hands on what its tools tell the session, and its model sees nothing of it", async () => {
    says(uses("find", "rate"), uses("score"), words("You may."));
    const facts = { file: fact("find"), rate: fact("ask_loans"), score: fact("other"), token: fact("find") };
    const box = await boxOf(
      [
        ask([
          inner("find", { facts: { file: "f-1", token: "secret" }, next: "first" }),
          inner("rate", { facts: { rate: 5.1, file: "f-2" } }),
          inner("score", { facts: { score: 9 }, next: "mortgage" }),
        ]),
      ],
      { facts },
    );
    expect(await run(box, "ask_loans", { customer: "c-1" }, { question: "May I?" })).toEqual({
      outcome: { status: "ok", value: { status: "done", say: "You may." } },
      word: { facts: { file: "f-1", token: "secret", rate: 5.1 }, next: "mortgage" },
    });
    expect(troubles).toEqual([
      expect.stringMatching(/^rate: .*"file"/),
      expect.stringMatching(/^score: .*"score"/),
    ]);
    expect(seen.find(([name]) => name === "score")?.[1]).toEqual({
      customer: "c-1",
      file: "f-1",
      token: "secret",
      rate: 5.1,
    });
    for (const { body } of server.asked) expect(body).not.toMatch(/f-1|secret|c-1|"facts"/);
  });

  it("hands it on when it fails afterwards, or takes too long: it was so all the same", async () => {
    says(uses("find"), uses("find"), uses("find"), uses("find"));
    const facts = { file: fact("find") };
    const box = await boxOf([ask([inner("find", { facts: { file: "f-1" } })])], { facts });
    expect(await run(box, "ask_loans", {}, { question: "?" })).toMatchObject({
      outcome: { status: "failed", reason: "timeout" },
      word: { facts: { file: "f-1" } },
    });
    const left = [uses("find")];
    server.reply = (asked, response) => {
      const next = left.shift();
      return next && json(next)(asked, response);
    };
    const slow = await boxOf([ask([inner("find", { facts: { file: "f-2" } })], { ms: 300 })], { facts });
    expect(await run(slow, "ask_loans", {}, { question: "?" })).toMatchObject({
      outcome: { status: "failed", reason: "timeout" },
      word: { facts: { file: "f-2" } },
    });
  });

  it("may use a tool only when what it requires holds, also by what another has just set", async () => {
    const facts = { verified: fact("check") };
    const requires = { verified: true };
    const tools = [inner("check", { facts: { verified: true } }), inner("rate", {}, { requires })];
    says(uses("rate"), uses("check", "rate"), uses("rate"), words("Done."));
    const box = await boxOf([ask(tools, { rounds: 5 })], { facts });
    expect((await run(box, "ask_loans", {}, { question: "?" })).outcome.status).toBe("ok");
    expect(seen.map(([name]) => name)).toEqual(["check", "rate"]);
  });

  it("does not learn by its tools what the segment may not see", async () => {
    const facts = { token: fact("find"), file: fact("find") };
    const segments = [segment("main", { sees: { facts: ["file"], talk: null } })];
    says(uses("find"), uses("rate"), words("Done."));
    const tools = [inner("find", { facts: { token: "secret", file: "f-1" } }), inner("rate", {})];
    const { word } = await run(
      await boxOf([ask(tools)], { facts, segments }),
      "ask_loans",
      {},
      { question: "?" },
    );
    expect(word).toEqual({ facts: { token: "secret", file: "f-1" } });
    expect(seen.at(-1)).toEqual(["rate", { file: "f-1" }]);
  });

  it("remembers of one customer nothing when another has signed in", async () => {
    const box = await boxOf([ask([])]);
    const texts = (): string => server.asked.at(-1)?.body ?? "";
    says(words("Ann owes 5 dollars."), words("Two."), words("Three."), words("Four."));
    await run(box, "ask_loans", { customer: "ann" }, { question: "What do I owe?" });
    await run(box, "ask_loans", { customer: "bob" }, { question: "And now?" });
    expect(texts()).not.toContain("Ann owes");
    await run(box, "ask_loans", {}, { question: "Who was here?" });
    expect(texts()).not.toMatch(/Ann owes|And now/);
    await run(box, "ask_loans", { customer: "ann", verified: true }, { question: "And the rate?" });
    expect(texts()).toContain("Ann owes");
    expect(texts()).not.toContain("And now?");
  });
});

describe("arguments that somebody else will run with", () => {
  it("are mended or refused as those of any tool, without a call", async () => {
    const input = z.object({ count: z.int() });
    const box = await boxOf([clientTool({ name: "show", description: "x", input })]);
    expect(box.check("show", '{"count":"5"}')).toEqual({ ok: true, value: { count: 5 } });
    expect(box.check("show", { count: "many" })).toEqual({
      ok: false,
      error: expect.stringContaining("arguments.count"),
    });
    expect(box.check("constructor", {})).toMatchObject({ ok: false });
  });
});

describe("the secret settings of an agent", () => {
  it("are the tokens that its sources are called with, its sub-agents' too, each once", () => {
    const bearer = (setting: string) => ({ bearer: { setting } });
    const agent = defineAgent({
      name: "first",
      prompt: "x",
      tools: [
        mcp({ name: "a", url: "https://a.example", auth: bearer("A_TOKEN") }),
        mcp({ name: "b", url: { setting: "B_URL" }, auth: { sigv4: {} } }),
        subAgent({
          name: "c",
          description: "x",
          agent: a2a({ url: "https://c.example", auth: bearer("C_TOKEN") }),
        }),
        subAgent({
          name: "d",
          description: "x",
          agent: bedrock({
            prompt: "x",
            tools: [
              mcp({ name: "e", url: "https://e.example", auth: bearer("E_TOKEN") }),
              mcp({ name: "f", url: "https://f.example", auth: bearer("A_TOKEN") }),
            ],
          }),
        }),
      ],
    });
    expect(secretSettings(agent)).toEqual(["A_TOKEN", "C_TOKEN", "E_TOKEN"]);
  });
});
