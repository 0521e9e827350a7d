import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defineAgent } from "../../src/agent/define-agent.ts";
import { type McpOptions, mcp } from "../../src/agent/mcp-list.ts";
import type { Json } from "../../src/base/json.ts";
import { LIMITS } from "../../src/base/limits.ts";
import { DescriptionCache } from "../../src/tools/description-cache.ts";
import { systemTimers, type Timers } from "../../src/tools/time-limit.ts";
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

const HERE = { segment: "main", facts: {} };
const CONTEXT = { session: "s1", agent: "first", caller: "ann", tenant: null, ...HERE };
const config = {
  credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "a-secret-key-of-some-length" },
  endpoint: null,
  agentcoreEndpoint: null,
};
/** Whom nobody waits for longer than a moment. */
const impatient: Timers = {
  after: (ms, run) => systemTimers.after(ms === LIMITS.toolDescribeMs ? 100 : ms, run),
};

let server: Server;
let troubles: string[];
beforeEach(async () => {
  server = await startServer(gateway());
  troubles = [];
});
afterEach(() => server.close());

const schema = { type: "object", properties: { account: { type: "string" } }, required: ["account"] };
const TOOLS = [
  { name: "bank___get_balance", description: "Tells the balance.", inputSchema: schema },
  { name: "bank___transfer", description: "Sends money.", inputSchema: { type: "object" } },
  { name: "x_amz_bedrock_agentcore_search", description: "Searches tools.", inputSchema: { type: "object" } },
];

const answer = (asked: Asked, result: unknown): unknown => ({ jsonrpc: "2.0", id: asked.json.id, result });

/** A Gateway: lists its tools, and answers calls as `calls` says. */
function gateway(
  calls: Reply = (asked, response) => json(answer(asked, text("12")))(asked, response),
): Reply {
  return (asked, response) =>
    asked.json.method === "tools/list"
      ? json(answer(asked, { tools: TOOLS }))(asked, response)
      : calls(asked, response);
}

const text = (words: string, isError = false) => ({ content: [{ type: "text", text: words }], isError });
const result =
  (value: unknown): Reply =>
  (asked, response) =>
    json(answer(asked, value))(asked, response);

const open = (
  more: Partial<McpOptions> = {},
  env: object = {},
  cache = new DescriptionCache(Date),
  timers = systemTimers,
): Promise<ToolBox> => {
  const tools = [mcp({ name: "bank", url: `${server.url}/mcp`, ...more })];
  return openToolBox(defineAgent({ name: "first", prompt: "x", tools }), env, {
    cache,
    config,
    timers,
    trouble: (_, cause) => troubles.push(String(cause)),
  });
};

const run = async (
  box: ToolBox,
  name: string,
  args: Json = { account: "1" },
  progress?: (words: string) => void,
  timeoutMs = 5_000,
) => {
  const call = { call: "t1", name, arguments: args, timeoutMs, ...HERE };
  return (await box.run(call, CONTEXT, new AbortController().signal, progress)).outcome;
};

const BALANCE = "bank___get_balance";
const names = (box: ToolBox): readonly string[] => box.specs.map(({ name }) => name);

describe("an MCP server's tools", () => {
  it("are offered with their names, words and schemas, without a Gateway's search", async () => {
    const box = await open();
    expect(box.missing).toEqual([]);
    expect(box.specs).toEqual([
      {
        name: BALANCE,
        description: "Tells the balance.",
        inputSchema: schema,
        runs: "gateway",
        timeoutMs: LIMITS.toolMs,
      },
      expect.objectContaining({ name: "bank___transfer" }),
    ]);
    expect(server.asked[0]).toMatchObject({
      method: "POST",
      path: "/mcp",
      headers: { accept: "application/json, text/event-stream", "mcp-protocol-version": "2025-06-18" },
      json: { jsonrpc: "2.0", method: "tools/list", params: {} },
    });
  });

  it("are listed page by page", async () => {
    server.reply = (asked, response) => {
      const { cursor } = asked.json.params;
      const page = cursor === "b" ? { tools: [TOOLS[1]] } : { tools: [TOOLS[0]], nextCursor: "b" };
      return result(page)(asked, response);
    };
    expect(names(await open())).toEqual([BALANCE, "bank___transfer"]);
  });

  it("are narrowed, renamed, and told how to be called", async () => {
    const box = await open({
      only: [BALANCE, "bank___close"],
      rename: { [BALANCE]: "get_balance" },
      calls: { [BALANCE]: { timeoutMs: 2_000, cache: { freshMs: 1_000 } } },
    });
    expect(box.specs).toMatchObject([{ name: "get_balance", timeoutMs: 2_000 }]);
    expect(box.missing).toEqual([{ source: "bank.bank___close", cause: "it is not offered" }]);
    expect(await run(box, "get_balance")).toEqual({ status: "ok", value: 12 });
    expect(await run(box, "get_balance")).toEqual({ status: "ok", value: 12 });
    const calls = server.asked.filter(({ json }) => json.method === "tools/call");
    expect(calls.map(({ json }) => [json.params.name, json.params.arguments])).toEqual([
      [BALANCE, { account: "1" }],
    ]);
  });

  it("are asked for once in a while by an isolate, not by every session", async () => {
    const cache = new DescriptionCache(Date);
    await open({}, {}, cache);
    expect(names(await open({}, {}, cache))).toHaveLength(2);
    expect(server.asked).toHaveLength(1);
    await open({ auth: { sigv4: {} } }, {}, cache);
    expect(server.asked).toHaveLength(2);
  });

  it("may be called what no model takes, if the agent has another name for them", async () => {
    server.reply = result({ tools: [{ name: "bank/balance.get", inputSchema: { type: "object" } }] });
    expect((await open()).missing).toEqual([
      { source: "bank.bank/balance.get", cause: "no model takes that name; rename it" },
    ]);
    expect(names(await open({ rename: { "bank/balance.get": "balance" } }))).toEqual(["balance"]);
  });
});

describe("who one is, for an MCP server,", () => {
  it("is a token from a setting", async () => {
    await open({ auth: { bearer: { setting: "BANK_TOKEN" } } }, { BANK_TOKEN: "a-token-for-the-bank" });
    expect(server.asked[0]?.headers.authorization).toBe("Bearer a-token-for-the-bank");
  });

  it("is a signature for AgentCore", async () => {
    await open({ auth: { sigv4: { region: "eu-central-1" } } });
    expect(server.asked[0]?.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/bedrock-agentcore\/aws4_request/,
    );
  });

  it("is missing when the setting is, and so are the tools", async () => {
    const box = await open({ auth: { bearer: { setting: "BANK_TOKEN" } } });
    expect(box.missing).toEqual([{ source: "bank", cause: "the setting BANK_TOKEN is missing" }]);
    expect(server.asked).toEqual([]);
  });

  it("does not go to an address in clear text that a setting names", async () => {
    const url = { setting: "BANK_URL" };
    const box = await open({ url }, { BANK_URL: "http://bank.example/mcp" });
    expect(box.missing).toEqual([{ source: "bank", cause: "its address will not do: it is not encrypted" }]);
    expect(names(await open({ url }, { BANK_URL: `${server.url}/mcp` }))).toHaveLength(2);
  });

  it("may have to be told in a greeting first", async () => {
    const talk = gateway();
    server.reply = (asked, response) => {
      if (asked.json.method === "initialize")
        return json(answer(asked, { protocolVersion: "2025-03-26" }), 200, { "mcp-session-id": "m1" })(
          asked,
          response,
        );
      if (asked.json.method === "notifications/initialized") return void response.writeHead(202).end();
      if (asked.headers["mcp-session-id"] !== "m1") return json("no session", 400)(asked, response);
      return talk(asked, response);
    };
    const box = await open();
    expect(await run(box, BALANCE)).toEqual({ status: "ok", value: 12 });
    expect(server.asked.map(({ json }) => json.method)).toEqual([
      "tools/list",
      "initialize",
      "notifications/initialized",
      "tools/list",
      "tools/call",
    ]);
    expect(server.asked.at(-1)?.headers["mcp-protocol-version"]).toBe("2025-03-26");
  });
});

describe("what an MCP tool answers", () => {
  const told = async (reply: Reply) => {
    server.reply = gateway();
    const box = await open();
    server.reply = reply;
    return run(box, BALANCE);
  };

  it.each<[string, unknown, unknown]>([
    ["text", text("It is fine."), "It is fine."],
    ["JSON in a text", text('{"balance":12}'), { balance: 12 }],
    [
      "structured content before text",
      { ...text("12"), structuredContent: { balance: 12 } },
      { balance: 12 },
    ],
    [
      "several texts",
      {
        content: [
          { type: "text", text: "a" },
          { type: "text", text: "b" },
        ],
      },
      "a\nb",
    ],
    ["a resource", { content: [{ type: "resource", resource: { uri: "x", text: "a" } }] }, "a"],
    ["pictures only", { content: [{ type: "image", data: "AAAA" }] }, null],
  ])("is read: %s", async (_, value, read) => {
    expect(await told(result(value))).toEqual({ status: "ok", value: read });
  });

  it("is read from a stream of events as well, with how it gets on on the way", async () => {
    const box = await open();
    server.reply = (asked, response) =>
      events(
        { jsonrpc: "2.0", method: "notifications/progress", params: { message: "**Looking** it up" } },
        { jsonrpc: "2.0", id: 9_999, result: text("another's") },
        { jsonrpc: "2.0", id: 1, method: "ping" },
        answer(asked, text("12")),
      )(asked, response);
    const progress: string[] = [];
    expect(await run(box, BALANCE, { account: "1" }, (words) => progress.push(words))).toEqual({
      status: "ok",
      value: 12,
    });
    expect(progress).toEqual(["Looking it up"]);
  });

  it("is an error in words the model can use, or in ours where they are a program's", async () => {
    expect(await told(result(text("No account **1**.", true)))).toEqual({
      status: "failed",
      reason: "threw",
      say: "No account 1.",
    });
    const internal = await told(result(text("Traceback (most recent call last):\n  KeyError: 'x'", true)));
    expect(internal).toMatchObject({
      reason: "threw",
      say: "Something went wrong there, so there is no answer.",
    });
  });

  it.each<[string, number, string]>([
    ["unknown tool", -32601, "unknown_tool"],
    ["account: expected a number", -32602, "bad_arguments"],
    ["internal", -32603, "threw"],
  ])("is an error of the protocol: %s", async (message, code, reason) => {
    const outcome = await told((asked, response) =>
      json({ jsonrpc: "2.0", id: asked.json.id, error: { code, message } })(asked, response),
    );
    expect(outcome).toMatchObject({ status: "failed", reason });
    expect(troubles).toEqual([`error ${code}: ${message}`]);
  });
});

/** Everything that the other end of a line can do wrong, with what a caller is told of it. */
const HOSTILE: readonly (readonly [what: string, reply: Reply, reason: string])[] = [
  ["hangs", hang, "timeout"],
  ["hangs in the middle", hangInBody, "timeout"],
  ["sends ten megabytes", tenMegabytes, "too_large"],
  ["sends events that never end", endlessEvents, "too_large"],
  ["breaks off", breakOff, "unreachable"],
  ["sends no JSON", json("<html>"), "bad_result"],
  ["sends nothing", json(""), "bad_result"],
  ["answers another question", json({ jsonrpc: "2.0", id: 77, result: text("12") }), "bad_result"],
  [
    "answers with its own question",
    json({ jsonrpc: "2.0", id: 1, method: "sampling/createMessage" }),
    "bad_result",
  ],
  ["answers neither well nor badly", (a, r) => json({ jsonrpc: "2.0", id: a.json.id })(a, r), "bad_result"],
  ["answers a number", result(5), "bad_result"],
  ["answers with content that is none", result({ content: "12" }), "bad_result"],
  ["answers more than can be said", result(text("x".repeat(20_000))), "too_large"],
  ["answers deeper than anybody reads", result(JSON.parse("[".repeat(70) + "]".repeat(70))), "bad_result"],
  ["sends us elsewhere", redirect("http://127.0.0.1:1/"), "unreachable"],
  ["refuses", json({ message: "no" }, 403), "unreachable"],
  ["is overrun", json({ message: "no" }, 429), "too_many"],
  ["is broken", json({ message: "no" }, 500), "unreachable"],
];

describe("a hostile MCP server", () => {
  it.each(HOSTILE)("that %s when it is called", async (what, reply, reason) => {
    const box = await open();
    server.reply = reply;
    const outcome = await run(box, BALANCE, undefined, undefined, what.startsWith("hangs") ? 100 : 5_000);
    expect(outcome).toEqual({
      status: "failed",
      reason,
      say: expect.stringMatching(/^[A-Z][^{}<>]{10,80}\.$/),
    });
    expect(troubles).toHaveLength(1);
  });

  it.each(HOSTILE.filter(([what]) => !what.includes("said")))(
    "that %s when it is asked for its tools",
    async (what, reply) => {
      server.reply = reply;
      const timers = what.startsWith("hangs") ? impatient : systemTimers;
      const box = await open({}, {}, new DescriptionCache(Date), timers);
      expect(box.specs).toEqual([]);
      expect(box.missing).toEqual([{ source: "bank", cause: expect.stringMatching(/^tools\/list /) }]);
    },
  );

  it("that lies about its schemas keeps its other tools, and is judged by its own refusal", async () => {
    server.reply = result({
      tools: [
        { name: "none" },
        { name: "listed", inputSchema: { type: "array" } },
        { name: "text", inputSchema: "object" },
        { name: 5, inputSchema: { type: "object" } },
        "tool",
        { name: "odd", inputSchema: { type: "object", properties: { a: { type: "colour" } } } },
        {
          name: "evil",
          inputSchema: { type: "object", properties: { a: { type: "string", pattern: "(a+)+$" } } },
        },
      ],
    });
    const box = await open();
    expect(names(box)).toEqual(["odd", "evil"]);
    expect(box.missing.map(({ source }) => source)).toEqual([
      "bank.none",
      "bank.listed",
      "bank.text",
      "bank.(no name)",
      "bank.(no name)",
    ]);
    server.reply = result(text("a: expected a number", true));
    expect(await run(box, "odd", { a: 1 })).toMatchObject({ say: "a: expected a number" });
    expect(await run(box, "evil", { a: `${"a".repeat(50)}!` })).toMatchObject({
      say: "a: expected a number",
    });
  });

  it("whose pages never end is not asked for ever", async () => {
    let page = 0;
    server.reply = (asked, response) => result({ tools: [], nextCursor: `p${++page}` })(asked, response);
    const box = await open();
    expect(box.missing).toEqual([{ source: "bank", cause: expect.stringContaining("pages") }]);
    expect(page).toBe(LIMITS.mcpListPages);
  });

  it("sees that nobody listens any more, when a call is called off", async () => {
    const box = await open();
    const heard = new Promise<Asked>((resolve) => {
      server.reply = (asked) => resolve(asked);
    });
    const off = new AbortController();
    const call = { call: "t1", name: BALANCE, arguments: { account: "1" }, timeoutMs: 5_000, ...HERE };
    const answer = box.run(call, CONTEXT, off.signal);
    const asked = await heard;
    off.abort();
    expect((await answer).outcome).toMatchObject({ reason: "cancelled" });
    await asked.hungUp;
  });
});
