import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { defineAgent } from "../../src/agent/define-agent.ts";
import {
  a2a,
  agentCore,
  bedrock,
  type ListedSubAgent,
  type SubAgentOptions,
  subAgent,
  worker,
} from "../../src/agent/sub-agent-list.ts";
import { fn } from "../../src/agent/tool-list.ts";
import type { ToolOutcome } from "../../src/conversation/events.ts";
import { runtimeSessionId } from "../../src/tools/agent-core-agent.ts";
import { systemTimers } from "../../src/tools/time-limit.ts";
import { openToolBox } from "../../src/tools/tool-box.ts";
import type { ToolBox } from "../../src/tools/tool-runner.ts";
import {
  type Asked,
  breakOff,
  endlessEvents,
  events,
  hang,
  hangInBody,
  json,
  type Reply,
  redirect,
  type Server,
  startServer,
  tenMegabytes,
} from "./server.ts";

const CONTEXT = {
  session: "0b0e5c1a-5f0e-4a8e-9a55-5a4f0e6a1c11",
  agent: "first",
  caller: "ann",
  tenant: null,
  segment: "main",
  facts: {},
};
const ARN = "arn:aws:bedrock-agentcore:eu-central-1:123456789012:runtime/loans-Ab12";

let server: Server;
let troubles: string[];
/** Longest pauses between attempts are not waited for. */
let pauses: number[];
beforeEach(async () => {
  server = await startServer();
  troubles = [];
  pauses = [];
});
afterEach(() => server.close());

const timers = {
  after: (ms: number, run: () => void) => {
    if (ms >= 250 && ms < 3_000) pauses.push(ms);
    return systemTimers.after(ms >= 250 && ms < 3_000 ? 1 : ms, run);
  },
};

const open = (
  agent: ListedSubAgent,
  more: Partial<SubAgentOptions> = {},
  env: object = {},
): Promise<ToolBox> => {
  const tools = [
    subAgent({ name: "ask_loans", description: "Knows about loans.", agent, timeoutMs: 5_000, ...more }),
  ];
  const config = {
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "a-secret-key-of-some-length" },
    endpoint: server.url,
    agentcoreEndpoint: server.url,
  };
  return openToolBox(defineAgent({ name: "first", prompt: "x", tools }), env, {
    config,
    timers,
    trouble: (_, cause) => troubles.push(String(cause)),
  });
};

const ask = async (
  box: ToolBox,
  question = "May I borrow?",
  progress: (words: string) => void = () => {},
  signal = new AbortController().signal,
): Promise<ToolOutcome> => {
  const timeoutMs = box.specs[0]?.timeoutMs ?? 0;
  const call = {
    call: "t1",
    name: "ask_loans",
    arguments: { question },
    timeoutMs,
    segment: "main",
    facts: {},
  };
  return (await box.run(call, CONTEXT, signal, progress)).outcome;
};

const said = (say: string, status = "done") => ({ status: "ok", value: { status, say } });

/** A model's answer as Converse gives it. */
const words = (text: string, tokens = 10): Reply =>
  json({
    output: { message: { role: "assistant", content: [{ text }] } },
    stopReason: "end_turn",
    usage: { inputTokens: tokens, outputTokens: 0 },
  });
const uses = (...list: readonly (readonly [id: string, name: string, input: unknown])[]): Reply =>
  json({
    output: {
      message: {
        role: "assistant",
        content: [
          { text: "<thinking>hm</thinking>Let me look." },
          ...list.map(([toolUseId, name, input]) => ({ toolUse: { toolUseId, name, input } })),
        ],
      },
    },
    stopReason: "tool_use",
    usage: { inputTokens: 10, outputTokens: 10 },
  });

/** The result of an A2A call. */
const a2aResult =
  (result: unknown): Reply =>
  (asked, response) =>
    json({ jsonrpc: "2.0", id: asked.json.id, result })(asked, response);
const a2aEvents =
  (...results: readonly unknown[]): Reply =>
  (asked, response) =>
    events(...results.map((result) => ({ jsonrpc: "2.0", id: asked.json.id, result })))(asked, response);
const message = (text: string) => ({
  kind: "message",
  role: "agent",
  contextId: "c1",
  parts: [{ kind: "text", text }],
});

/** All kinds that are asked over HTTP, and how each says something. */
const KINDS: readonly (readonly [
  kind: string,
  agent: () => ListedSubAgent,
  says: (text: string) => Reply,
])[] = [
  ["Bedrock", () => bedrock({ prompt: "You know loans.", limits: { ms: 4_000 } }), words],
  ["AgentCore", () => agentCore({ runtimeArn: ARN }), (text) => json({ result: text })],
  ["AgentCore, in events", () => agentCore({ runtimeArn: ARN }), (text) => events({ data: text })],
  ["A2A", () => a2a({ url: `${server.url}/a2a`, streaming: false }), (text) => a2aResult(message(text))],
  ["A2A, in events", () => a2a({ url: `${server.url}/a2a` }), (text) => a2aEvents(message(text))],
];

describe.each(KINDS)("a sub-agent: %s", (_, agent, says) => {
  it("is one tool that takes a question, and answers in words for the ear", async () => {
    server.reply = says("## Loans\n\n- You may borrow **$5,000** at 5.1%. See https://bank.example.");
    const box = await open(agent());
    expect(box.specs).toMatchObject([
      { name: "ask_loans", inputSchema: { required: ["question"] }, runs: "gateway", timeoutMs: 5_000 },
    ]);
    expect(await ask(box)).toEqual(said("Loans. You may borrow $5,000 at 5.1%. See."));
    expect(JSON.stringify(server.asked[0]?.json)).toContain("May I borrow?");
  });

  it("says no more than a voice can, and offers the rest", async () => {
    server.reply = says("This is one of very many sentences. ".repeat(100));
    const outcome = await ask(await open(agent(), { sayChars: 80 }));
    expect(outcome).toEqual({
      status: "ok",
      value: {
        status: "done",
        say: "This is one of very many sentences. This is one of very many sentences.",
        next: "There is more to it. Offer to go on.",
      },
    });
  });

  it.each<[string, Reply, string]>([
    ["hangs", hang, "timeout"],
    ["hangs in the middle", hangInBody, "timeout"],
    ["sends ten megabytes", tenMegabytes, "too_large"],
    ["breaks off", breakOff, "unreachable"],
    ["sends us elsewhere", redirect("http://127.0.0.1:1/"), "unreachable"],
    ["does not let us in", json({ message: "no" }, 403), "unreachable"],
    ["is throttled all the while", json({ message: "no" }, 429), "too_many"],
    ["fails within", json({ message: "Received error (500) from runtime." }, 424), "threw"],
    ["is broken", json({ message: "no" }, 500), "unreachable"],
  ])("comes to an outcome with words when it %s", async (what, reply, reason) => {
    server.reply = reply;
    const outcome = await ask(await open(agent(), what.startsWith("hangs") ? { timeoutMs: 100 } : {}));
    expect(outcome).toEqual({
      status: "failed",
      reason,
      say: expect.stringMatching(/^[A-Z][^{}<>]{10,90}\.$/),
    });
  });

  it.each<[string, string]>([
    ["nothing", ""],
    ["only code", "```\nx\n```"],
    ["only thoughts", "<thinking>hm</thinking>"],
  ])("comes to an outcome with words when it says %s", async (_, text) => {
    server.reply = says(text);
    expect(await ask(await open(agent()))).toMatchObject({ status: "failed", reason: "bad_result" });
  });

  it("is overtaken by a changed mind if it says so, and hears of it", async () => {
    const box = await open(agent(), { supersede: true });
    const heard = new Promise<Asked>((resolve) => {
      server.reply = (asked) => resolve(asked);
    });
    const first = ask(box, "Fifteen years?");
    const asked = await heard;
    server.reply = says("Thirty it is.");
    const second = ask(box, "Thirty years?");
    expect(await first).toEqual({
      status: "failed",
      reason: "cancelled",
      say: "That was dropped, because something else was asked for since.",
    });
    expect(await second).toEqual(said("Thirty it is."));
    await asked.hungUp;
  });

  it("answers one question after the other otherwise: the second may lean on the first", async () => {
    const box = await open(agent());
    let free = (): void => {};
    const heard = new Promise<void>((resolve) => {
      server.reply = (asked, response) => {
        free = () => void says("One.")(asked, response);
        resolve();
      };
    });
    const first = ask(box, "First?");
    const second = ask(box, "Second?");
    await heard;
    server.reply = says("Two.");
    expect(server.asked).toHaveLength(1);
    free();
    expect(await Promise.all([first, second])).toEqual([said("One."), said("Two.")]);
    expect(server.asked).toHaveLength(2);
  });

  it("is called off with the call", async () => {
    const off = new AbortController();
    const heard = new Promise<Asked>((resolve) => {
      server.reply = (asked) => resolve(asked);
    });
    const outcome = ask(await open(agent()), "?", undefined, off.signal);
    const asked = await heard;
    off.abort();
    expect(await outcome).toMatchObject({ status: "failed", reason: "cancelled" });
    await asked.hungUp;
  });
});

describe("a sub-agent on Bedrock", () => {
  const rates = fn({
    name: "rates",
    description: "Rates.",
    input: z.object({ years: z.int() }),
    run: ({ years }, { caller, call }) => ({ years, rate: years / 10, caller, call }),
  });
  const slow = fn({
    name: "slow",
    description: "x",
    input: z.object({}),
    timeoutMs: 30,
    run: () => new Promise<null>(() => {}),
  });
  const agent = (limits: object = {}): ListedSubAgent =>
    bedrock({ prompt: "You know loans.", tools: [rates, slow], limits: { ms: 4_000, ...limits } });
  const loans = (limits: object = {}) => open(agent(limits), { timeoutMs: 10_000 });

  it("is asked in Converse's words, signed, with Nova 2 Lite unless told otherwise", async () => {
    server.reply = words("Yes.");
    await ask(await loans());
    const asked = server.asked[0];
    expect(asked?.path).toBe("/model/amazon.nova-2-lite-v1%3A0/converse");
    expect(asked?.headers.authorization).toMatch(
      /Credential=AKIDEXAMPLE\/\d{8}\/us-east-1\/bedrock\/aws4_request/,
    );
    expect(asked?.json).toEqual({
      system: [{ text: "You know loans." }],
      messages: [{ role: "user", content: [{ text: "May I borrow?" }] }],
      inferenceConfig: { maxTokens: 1024 },
      toolConfig: {
        tools: [
          {
            toolSpec: {
              name: "rates",
              description: "Rates.",
              inputSchema: { json: expect.objectContaining({ type: "object" }) },
            },
          },
          { toolSpec: expect.objectContaining({ name: "slow" }) },
        ],
      },
    });
  });

  it("runs what it wants run, all at once, tells what it is about, and answers from the results", async () => {
    const rounds = [
      uses(
        ["u1", "rates", { years: 15 }],
        ["u2", "rates", { years: "30" }],
        ["u3", "rates", {}],
        ["u4", "nobody", {}],
        ["u5", "slow", {}],
      ),
      words("5 percent."),
    ];
    server.reply = (asked, response) => rounds.shift()?.(asked, response);
    const progress: string[] = [];
    expect(await ask(await loans(), "Rates?", (text) => progress.push(text))).toEqual(said("5 percent."));
    expect(progress).toEqual(["Let me look."]);
    const [, assistant, results] = server.asked[1]?.json.messages ?? [];
    expect(assistant?.content).toHaveLength(6);
    const caller = "ann";
    expect(results).toEqual({
      role: "user",
      content: [
        {
          toolResult: {
            toolUseId: "u1",
            status: "success",
            content: [{ json: { years: 15, rate: 1.5, caller, call: "t1.1.1" } }],
          },
        },
        {
          toolResult: {
            toolUseId: "u2",
            status: "success",
            content: [{ json: { years: 30, rate: 3, caller, call: "t1.1.2" } }],
          },
        },
        {
          toolResult: {
            toolUseId: "u3",
            status: "error",
            content: [{ text: expect.stringContaining("arguments.years") }],
          },
        },
        {
          toolResult: {
            toolUseId: "u4",
            status: "error",
            content: [{ text: "That is not something that can be done here." }],
          },
        },
        {
          toolResult: {
            toolUseId: "u5",
            status: "error",
            content: [{ text: "That took too long, so there is no answer." }],
          },
        },
      ],
    });
  });

  it("answers a second question from what the first one fetched", async () => {
    const rounds = [uses(["u1", "rates", { years: 15 }]), words("1.5 percent."), words("As I said.")];
    server.reply = (asked, response) => rounds.shift()?.(asked, response);
    const box = await loans();
    await ask(box, "For fifteen years?");
    expect(await ask(box, "And that is?")).toEqual(said("As I said."));
    const messages = server.asked[2]?.json.messages ?? [];
    expect(messages.map(({ role }) => role)).toEqual(["user", "assistant", "user", "assistant", "user"]);
    expect(JSON.stringify(messages)).toContain('"rate":1.5');
  });

  it("does not remember a question that came to nothing", async () => {
    const rounds = [words(""), words("Yes.")];
    server.reply = (asked, response) => rounds.shift()?.(asked, response);
    const box = await loans();
    await ask(box, "First?");
    await ask(box, "Second?");
    expect(server.asked[1]?.json.messages).toEqual([{ role: "user", content: [{ text: "Second?" }] }]);
  });

  it("remembers no more than it may: whole exchanges, the newest", async () => {
    server.reply = words(`Yes. ${"x".repeat(15_000)}`);
    const box = await loans();
    for (const question of ["1?", "2?", "3?", "4?"]) await ask(box, question);
    const messages = server.asked[3]?.json.messages ?? [];
    const questions = messages.filter(({ role }) => role === "user");
    expect(questions.map(({ content }) => content[0]?.text)).toEqual(["2?", "3?", "4?"]);
  });

  it.each<[string, object, RegExp]>([
    ["rounds", { rounds: 3 }, /no answer after 3 rounds/],
    ["tokens", { tokens: 50 }, /60 tokens after 3 rounds/],
  ])("that never stops is stopped by its %s, with words", async (_, limits, cause) => {
    let id = 0;
    server.reply = (asked, response) => uses([`u${++id}`, "rates", { years: 1 }])(asked, response);
    expect(await ask(await loans(limits))).toEqual({
      status: "failed",
      reason: "timeout",
      say: "That turned out to be more than can be looked up at once. A smaller question may help.",
    });
    expect(server.asked).toHaveLength(3);
    expect(troubles).toEqual([expect.stringMatching(cause)]);
  });

  it("that never stops is stopped by its time, with words", async () => {
    server.reply = hang;
    expect(await ask(await loans({ ms: 60 }))).toMatchObject({
      status: "failed",
      reason: "timeout",
      say: "That turned out to take too long, so there is no answer.",
    });
  });

  it("is asked again when it is throttled, with growing pauses", async () => {
    const rounds = [json({}, 429), json({}, 503), words("Yes.")];
    server.reply = (asked, response) => rounds.shift()?.(asked, response);
    expect(await ask(await loans())).toEqual(said("Yes."));
    expect(pauses).toEqual([250, 500]);
  });

  it("that is stopped by a guardrail says so in a word", async () => {
    server.reply = json({
      output: { message: { role: "assistant", content: [{ text: "Blocked!" }] } },
      stopReason: "guardrail_intervened",
    });
    expect(await ask(await loans())).toMatchObject({
      status: "failed",
      say: "There is no answer to that here.",
    });
  });

  it("says which of its own tools are missing", async () => {
    const box = await openToolBox(
      defineAgent({
        name: "first",
        prompt: "x",
        tools: [
          subAgent({
            name: "ask_loans",
            description: "x",
            agent: bedrock({ prompt: "x", tools: [{ type: "binding", binding: "BANK", only: null }] }),
          }),
        ],
      }),
      {},
      {},
    );
    expect(box.missing).toEqual([
      { source: "ask_loans", cause: "there are no AWS credentials to sign with" },
    ]);
    const config = {
      credentials: { accessKeyId: "A", secretAccessKey: "b" },
      endpoint: server.url,
      agentcoreEndpoint: null,
    };
    const tools = [
      subAgent({
        name: "ask_loans",
        description: "x",
        agent: bedrock({ prompt: "x", tools: [{ type: "binding", binding: "BANK", only: null }] }),
      }),
    ];
    expect(
      (await openToolBox(defineAgent({ name: "first", prompt: "x", tools }), {}, { config })).missing,
    ).toEqual([{ source: "ask_loans: BANK", cause: expect.stringContaining("there is no binding BANK") }]);
  });
});

describe("a sub-agent on AgentCore", () => {
  const loans = (more: object = {}, env: object = {}) =>
    open(agentCore({ runtimeArn: ARN, ...more }), {}, env);

  it("is invoked in the region of its ARN, in one runtime session for the whole voice session", async () => {
    server.reply = json("Yes.");
    const box = await loans();
    expect([await ask(box), await ask(box, "And now?")]).toEqual([said("Yes."), said("Yes.")]);
    const [first, second] = server.asked;
    expect(first).toMatchObject({
      path: `/runtimes/${encodeURIComponent(ARN)}/invocations?qualifier=DEFAULT`,
      headers: { authorization: expect.stringContaining("/eu-central-1/bedrock-agentcore/aws4_request") },
      json: {
        prompt: "May I borrow?",
        input: { question: "May I borrow?" },
        context: { caller: "ann", call: "t1" },
      },
    });
    const header = "x-amzn-bedrock-agentcore-runtime-session-id";
    expect(first?.headers[header]).toBe(`${CONTEXT.session}-ask_loans`);
    expect(second?.headers[header]).toBe(first?.headers[header]);
  });

  it("has a session id that AgentCore takes, however short ours is", () => {
    expect(runtimeSessionId("s1", "ask")).toHaveLength(33);
    expect(runtimeSessionId("s 1/€", "ask")).toMatch(/^[\w-]{33}$/);
    expect(runtimeSessionId("s".repeat(500), "ask")).toHaveLength(256);
  });

  it("is asked again when its session is busy, and explained when it stays so", async () => {
    const busy = json({ message: "Session operation in progress, please retry" }, 409, {
      "x-amzn-errortype": "RetryableConflictException",
    });
    const rounds = [busy, busy, json("Yes.")];
    server.reply = (asked, response) => rounds.shift()?.(asked, response);
    expect(await ask(await loans())).toEqual(said("Yes."));
    expect(pauses).toEqual([250, 500]);
    server.reply = busy;
    expect(await ask(await loans())).toMatchObject({ status: "failed", reason: "too_many" });
    expect(troubles).toEqual([expect.stringContaining("Its session was busy")]);
  });

  it.each<[number, string, RegExp]>([
    [424, "RuntimeClientError", /RuntimeClientError no The agent in the runtime failed.*CloudWatch/],
    [402, "ServiceQuotaExceededException", /quota of the account/],
    [403, "AccessDeniedException", /bedrock-agentcore:InvokeAgentRuntime/],
  ])("explains a %s to whoever reads the log", async (status, type, cause) => {
    server.reply = json({ message: "no" }, status, { "x-amzn-errortype": type });
    await ask(await loans());
    expect(troubles).toEqual([expect.stringMatching(cause)]);
    expect(server.asked).toHaveLength(1);
  });

  it.each<[string, readonly unknown[], string]>([
    ["strings", ["You ", "may."], "You may."],
    ["data", [{ data: "You " }, { data: "may." }], "You may."],
    [
      "data and Converse's deltas of the same",
      [{ data: "Hi." }, { event: { contentBlockDelta: { delta: { text: "Hi." } } } }],
      "Hi.",
    ],
    [
      "Converse's deltas",
      [{ event: { messageStart: {} } }, { event: { contentBlockDelta: { delta: { text: "Hi." } } } }],
      "Hi.",
    ],
    [
      "a whole answer in the end",
      [{ data: "Hi" }, { result: { role: "assistant", content: [{ text: "Hi there." }] } }],
      "Hi there.",
    ],
    ["the shape itself", [{ status: "done", say: "Hi." }], "Hi."],
    ["noise", [{ init_event_loop: true }, { data: "Hi." }, { type: "tool", text: "x" }, 5, null], "Hi."],
  ])("is understood in a stream of %s", async (_, list, text) => {
    server.reply = events(...list);
    expect(await ask(await loans())).toEqual(said(text));
  });

  it("tells how it gets on", async () => {
    server.reply = events(
      { progress: "**Checking** your file" },
      { status: "working", say: "Nearly there." },
      { data: "Yes." },
    );
    const progress: string[] = [];
    expect(await ask(await loans(), "?", (text) => progress.push(text))).toEqual(said("Yes."));
    expect(progress).toEqual(["Checking your file", "Nearly there."]);
  });

  it("may ask something back, and say what is next", async () => {
    server.reply = json({ status: "needs_input", say: "For how long?" });
    expect(await ask(await loans())).toEqual({
      status: "ok",
      value: {
        status: "needs_input",
        say: "For how long?",
        next: "Ask the caller this, then ask here again with the answer.",
      },
    });
    server.reply = json({ status: "ok", say: "Done.", next: "Offer a receipt." });
    expect(await ask(await loans())).toEqual({
      status: "ok",
      value: { status: "done", say: "Done.", next: "Offer a receipt." },
    });
  });

  it.each<[string, Reply]>([
    ["in JSON", json({ error: "KeyError", message: "x" })],
    ["in the middle of a stream", events({ data: "You may" }, { error: "KeyError", error_type: "x" })],
  ])("that fails %s says nothing of it to the caller", async (_, reply) => {
    server.reply = reply;
    const outcome = await ask(await loans());
    expect(outcome).toMatchObject({ status: "failed", reason: "threw" });
    expect(JSON.stringify(outcome)).not.toContain("KeyError");
    expect(troubles[0]).toContain("KeyError");
  });

  it("whose events never end is cut off", async () => {
    server.reply = endlessEvents;
    expect(await ask(await loans())).toMatchObject({
      status: "failed",
      reason: expect.stringMatching(/too_large|timeout/),
    });
  });

  it("is named by a setting, or missing", async () => {
    server.reply = json("Yes.");
    const runtimeArn = { setting: "LOANS_ARN" };
    expect(await ask(await loans({ runtimeArn }, { LOANS_ARN: ARN }))).toEqual(said("Yes."));
    expect((await loans({ runtimeArn })).missing).toEqual([
      { source: "ask_loans", cause: "the setting LOANS_ARN is missing" },
    ]);
    expect((await loans({ runtimeArn }, { LOANS_ARN: "x" })).missing[0]?.cause).toContain("not the ARN");
  });
});

describe("a sub-agent that speaks A2A", () => {
  const loans = (streaming: boolean) => open(a2a({ url: `${server.url}/a2a`, streaming }));
  const task = (state: string, text: string, more: object = {}) => ({
    kind: "task",
    id: "k1",
    contextId: "c1",
    status: { state, message: { role: "agent", parts: [{ kind: "text", text }] } },
    ...more,
  });

  it("is sent a message, and the next one in the same context", async () => {
    server.reply = a2aResult(message("Yes."));
    const box = await loans(false);
    await ask(box);
    await ask(box, "And then?");
    const [first, second] = server.asked.map(({ json }) => json);
    expect(first).toMatchObject({
      method: "message/send",
      params: { message: { role: "user", parts: [{ kind: "text", text: "May I borrow?" }] } },
    });
    expect(first?.params.message.contextId).toBeUndefined();
    expect(second?.params.message).toMatchObject({ contextId: "c1" });
    expect(second?.params.message.messageId).not.toBe(first?.params.message.messageId);
  });

  it("answers by a task and what it has made", async () => {
    server.reply = a2aResult(
      task("completed", "Done.", {
        artifacts: [{ artifactId: "a", parts: [{ kind: "text", text: "You may." }] }],
      }),
    );
    expect(await ask(await loans(false))).toEqual(said("You may."));
  });

  it("goes on with a task that wanted to know something", async () => {
    server.reply = a2aResult(task("input-required", "For how long?"));
    const box = await loans(false);
    expect(await ask(box)).toMatchObject({ value: { status: "needs_input", say: "For how long?" } });
    server.reply = a2aResult(task("completed", "Done."));
    expect(await ask(box, "Ten years.")).toEqual(said("Done."));
    await ask(box, "Thanks.");
    expect(server.asked.map(({ json }) => json.params.message.taskId)).toEqual([undefined, "k1", undefined]);
  });

  it("tells how it gets on, and what it has made piece by piece", async () => {
    const update = (text: string, append: boolean) => ({
      kind: "artifact-update",
      artifact: { artifactId: "a", parts: [{ kind: "text", text }] },
      append,
    });
    server.reply = a2aEvents(
      task("submitted", ""),
      {
        kind: "status-update",
        taskId: "k1",
        status: { state: "working", message: { parts: [{ kind: "text", text: "Looking." }] } },
        final: false,
      },
      update("draft", false),
      update("You ", false),
      update("may.", true),
      { kind: "status-update", taskId: "k1", status: { state: "completed" }, final: true },
    );
    const progress: string[] = [];
    expect(await ask(await loans(true), "?", (text) => progress.push(text))).toEqual(said("You may."));
    expect(progress).toEqual(["Looking."]);
    expect(server.asked[0]?.json.method).toBe("message/stream");
  });

  it("is told when nobody waits for its task any more", async () => {
    const off = new AbortController();
    const box = await open(a2a({ url: `${server.url}/a2a` }));
    const cancelled = new Promise<Asked>((resolve) => {
      server.reply = (asked, response) => {
        if (asked.json.method === "tasks/cancel") return resolve(asked);
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.write(
          `data: ${JSON.stringify({ jsonrpc: "2.0", id: asked.json.id, result: task("working", "Looking.") })}\n\n`,
        );
      };
    });
    const outcome = ask(box, "?", () => off.abort(), off.signal);
    expect(await outcome).toMatchObject({ reason: "cancelled" });
    expect((await cancelled).json.params).toEqual({ id: "k1" });
  });

  it.each<[string, string]>([
    ["failed", "threw"],
    ["rejected", "threw"],
    ["canceled", "cancelled"],
    ["auth-required", "unreachable"],
    ["working", "bad_result"],
  ])("whose task is %s comes to an outcome with words", async (state, reason) => {
    server.reply = a2aResult(task(state, "KeyError at x.py"));
    const outcome = await ask(await loans(false));
    expect(outcome).toMatchObject({ status: "failed", reason });
    expect(JSON.stringify(outcome)).not.toContain("KeyError");
  });

  it.each<[string, Reply]>([
    ["no JSON", json("<html>")],
    ["another's answer", json({ jsonrpc: "2.0", id: 99, result: message("x") })],
    [
      "an error",
      (asked, response) =>
        json({ jsonrpc: "2.0", id: asked.json.id, error: { code: -32001, message: "x" } })(asked, response),
    ],
    ["a number", a2aResult(5)],
  ])("that answers %s comes to an outcome with words", async (_, reply) => {
    server.reply = reply;
    expect(await ask(await loans(false))).toMatchObject({
      status: "failed",
      reason: expect.stringMatching(/bad_result|threw/),
    });
  });

  it("whose events never end is cut off", async () => {
    server.reply = endlessEvents;
    expect(await ask(await loans(true))).toMatchObject({
      status: "failed",
      reason: expect.stringMatching(/too_large|timeout/),
    });
  });
});

describe("a sub-agent in another Worker", () => {
  const loans = (binding: unknown) => open(worker("LOANS"), { timeoutMs: 60 }, { LOANS: binding });

  it.each<[string, unknown, string]>([
    ["is not there", undefined, "there is no binding LOANS"],
    ["is no sub-agent", { fetch: () => 1 }, "not a service binding to a sub-agent's Worker"],
  ])("is missing when it %s", async (_, binding, cause) => {
    expect((await loans(binding)).missing).toEqual([
      { source: "ask_loans", cause: expect.stringContaining(cause) },
    ]);
  });

  it("is no word to anybody once its answer is not waited for", async () => {
    let late = (_: string): void => {};
    const box = await loans({
      ask: (_: unknown, tell: (words: string) => void) => {
        late = tell;
        return new Promise(() => {});
      },
    });
    const progress: string[] = [];
    expect(await ask(box, "?", (text) => progress.push(text))).toMatchObject({ reason: "timeout" });
    late("Hello?");
    expect(progress).toEqual([]);
  });
});
