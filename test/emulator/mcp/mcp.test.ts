/**
 * AgentCore Gateway: MCP over HTTP as a strict server has it, with tools to trust and tools to fear.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Emulator } from "../../../emulator/emulator.ts";
import { type Asking, ask, control, sseData, startServices, told } from "../support/service-client.ts";

const BEARER = { authorization: "Bearer emulator-bearer-token-not-for-aws" };
const ACCEPT = { accept: "application/json, text/event-stream" };

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startServices();
});
afterEach(() => control(emulator, "DELETE", "calls"));
afterAll(() => emulator.close());

const post = (body: unknown, asking: Asking = {}, path = "/mcp") =>
  ask(emulator, path, {
    service: "none",
    ...asking,
    headers: { ...ACCEPT, ...BEARER, ...asking.headers },
    body,
  });
const rpc = (method: string, params?: unknown, id: unknown = 1) => ({ jsonrpc: "2.0", id, method, params });
const run = async (method: string, params?: unknown, path?: string) =>
  (await told(post(rpc(method, params), {}, path))).body;
const use = (name: string, args?: unknown, path?: string) =>
  run("tools/call", { name, arguments: args }, path);

describe("who may call", () => {
  test("those with a token, and those who sign for bedrock-agentcore", async () => {
    expect((await post(rpc("ping"))).status).toBe(200);
    const signed = await ask(emulator, "/mcp", {
      service: "bedrock-agentcore",
      headers: ACCEPT,
      body: rpc("ping"),
    });
    expect(await signed.json()).toEqual({ jsonrpc: "2.0", id: 1, result: {} });
  });

  test("not those with a wrong token, or none: 401 with a challenge", async () => {
    const wrong = await post(rpc("ping"), { headers: { authorization: "Bearer no" } });
    expect(wrong.status).toBe(401);
    expect(wrong.headers.get("www-authenticate")).toContain("invalid_token");
    expect(await wrong.json()).toMatchObject({ error: { code: -32001, message: "Invalid Bearer token" } });
    const none = await ask(emulator, "/mcp", { service: "none", body: rpc("ping") });
    expect(none.status).toBe(401);
    expect(await none.json()).toMatchObject({ error: { message: "Missing Bearer token" } });
  });

  test("nor those who sign for something else, or another body", async () => {
    for (const asking of [
      { service: "bedrock" },
      { service: "bedrock-agentcore", swappedBody: "{}" },
    ] as const) {
      const answer = await told(ask(emulator, "/mcp", { ...asking, headers: ACCEPT, body: rpc("ping") }));
      expect(answer).toMatchObject({ status: 403, errorType: "InvalidSignatureException" });
    }
  });
});

describe("the transport", () => {
  test.each<readonly [string, unknown, Asking, number, number | undefined]>([
    ["half a message", '{"jsonrpc":', {}, 400, -32700],
    ["a batch", [rpc("ping")], {}, 400, -32600],
    ["no version", { id: 1, method: "ping" }, {}, 400, -32600],
    ["an id that is null", rpc("ping", {}, null), {}, 400, -32600],
    ["neither a question nor an answer", { jsonrpc: "2.0", id: 1 }, {}, 400, -32600],
    ["params that are a list", rpc("ping", []), {}, 400, -32600],
    ["text", rpc("ping"), { headers: { "content-type": "text/plain" } }, 415, -32600],
    ["a client that takes neither form", rpc("ping"), { headers: { accept: "text/html" } }, 406, -32600],
    ["an unknown revision", rpc("ping"), { headers: { "mcp-protocol-version": "2024-11-05" } }, 400, -32600],
    [
      "a method that its header denies",
      rpc("ping"),
      { headers: { "mcp-method": "tools/list" } },
      400,
      -32001,
    ],
    ["an unknown method", rpc("tools/drop"), {}, 200, -32601],
    ["a cursor of its own", rpc("tools/list", { cursor: "abc" }), {}, 200, -32602],
    [
      "a cursor past the end",
      rpc("tools/list", { cursor: Buffer.from("at 99").toString("base64url") }),
      {},
      200,
      -32602,
    ],
    ["an unknown tool", rpc("tools/call", { name: "banking___rob" }), {}, 200, -32602],
    ["a tool without a name", rpc("tools/call", {}), {}, 200, -32602],
    [
      "arguments that are a string",
      rpc("tools/call", { name: "banking___get_balance", arguments: "{}" }),
      {},
      200,
      -32602,
    ],
    ["initialize without a version", rpc("initialize"), {}, 200, -32602],
  ])("refuses %s", async (_, body, asking, status, code) => {
    expect(await told(post(body, asking))).toMatchObject({
      status,
      body: { jsonrpc: "2.0", error: { code } },
    });
  });

  test.each(["2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"])(
    "speaks revision %s",
    async (version) => {
      const headers = { "mcp-protocol-version": version };
      expect((await post(rpc("tools/list"), { headers })).status).toBe(200);
      expect(await run("initialize", { protocolVersion: version, capabilities: {} })).toMatchObject({
        result: {
          protocolVersion: version,
          capabilities: { tools: {} },
          serverInfo: { name: expect.any(String) },
        },
      });
    },
  );

  test("offers its own revision to a client that asks for another", async () => {
    expect((await run("initialize", { protocolVersion: "2030-01-01" })).result.protocolVersion).toBe(
      "2025-11-25",
    );
  });

  test("accepts notifications and answers without a word", async () => {
    for (const body of [
      { jsonrpc: "2.0", method: "notifications/initialized" },
      { jsonrpc: "2.0", id: 9, result: {} },
    ]) {
      const answer = await post(body);
      expect(answer.status).toBe(202);
      expect(await answer.text()).toBe("");
    }
  });

  test("has no stream to listen to and no session to end", async () => {
    for (const method of ["GET", "DELETE"]) {
      const answer = await fetch(`${emulator.httpUrl}/mcp`, { method });
      expect(answer.status).toBe(405);
      expect(answer.headers.get("allow")).toBe("POST");
    }
  });

  test("answers in a stream when that is wanted, with progress before the result", async () => {
    const params = { name: "mortgage___get_rates", arguments: {}, _meta: { progressToken: "p" } };
    const answer = await post(rpc("tools/call", params, "id-1"), {
      headers: { accept: "text/event-stream" },
    });
    expect(answer.headers.get("content-type")).toBe("text/event-stream");
    expect(sseData(await answer.text())).toMatchObject([
      { method: "notifications/progress", params: { progressToken: "p" } },
      { id: "id-1", result: { isError: false } },
    ]);
  });
});

describe("the bank's tools", () => {
  test("come in pages, each once, all as target___tool", async () => {
    const names: string[] = [];
    let cursor: string | undefined;
    let pages = 0;
    do {
      const { result } = await run("tools/list", cursor === undefined ? {} : { cursor });
      names.push(...result.tools.map(({ name }: { name: string }) => name));
      cursor = result.nextCursor;
      pages += 1;
    } while (cursor !== undefined);
    expect(pages).toBe(2);
    expect(names).toEqual([
      "x_amz_bedrock_agentcore_search",
      "banking___get_balance",
      "banking___list_transactions",
      "banking___transfer",
      "mortgage___get_rates",
      "mortgage___estimate_payment",
    ]);
  });

  test("answer in JSON as text", async () => {
    const { result } = await use("banking___get_balance", { account: "checking" });
    expect(result.isError).toBe(false);
    expect(JSON.parse(result.content[0].text)).toEqual({
      account: "checking",
      balance: 1234.5,
      currency: "USD",
    });
    const loan = await use("mortgage___estimate_payment", { principal: 300_000 });
    expect(JSON.parse(loan.result.content[0].text)).toEqual({
      monthly_payment: 1837.41,
      currency: "USD",
      years: 30,
    });
  });

  test("move money until a reset", async () => {
    const balance = async (): Promise<number> =>
      JSON.parse((await use("banking___get_balance", { account: "savings" })).result.content[0].text).balance;
    await use("banking___transfer", { from: "savings", to: "checking", amount: 800 });
    expect(await balance()).toBe(9000);
    await control(emulator, "DELETE", "calls");
    expect(await balance()).toBe(9800);
  });

  test.each([
    ["banking___get_balance", { account: "gold" }],
    ["banking___get_balance", {}],
    ["banking___transfer", { from: "checking", to: "savings", amount: "100" }],
    ["banking___transfer", { from: "checking", to: "savings", amount: 1_000_000 }],
    ["banking___transfer", { from: "checking", to: "checking", amount: 1 }],
    ["banking___transfer", { from: "checking", to: "savings", amount: -1 }],
  ])("%s refuses %j as an error of the tool", async (name, args) => {
    expect(await use(name, args)).toMatchObject({ result: { isError: true, content: [{ type: "text" }] } });
  });

  test("are found by what is wanted", async () => {
    const { result } = await use("x_amz_bedrock_agentcore_search", { query: "mortgage interest rates" });
    expect(result.structuredContent.tools[0].name).toBe("mortgage___get_rates");
    expect(JSON.parse(result.content[0].text)).toEqual(result.structuredContent);
    expect((await use("x_amz_bedrock_agentcore_search", { query: 7 })).result.isError).toBe(true);
  });
});

describe("hostile tools, at /mcp/hostile only,", () => {
  const hostile = (name: string, args: unknown = {}) => use(`hostile___${name}`, args, "/mcp/hostile");
  const raw = async (name: string) =>
    (await post(rpc("tools/call", { name: `hostile___${name}`, arguments: {} }), {}, "/mcp/hostile")).text();

  test("are not among the bank's", async () => {
    expect(await use("hostile___huge")).toMatchObject({ error: { code: -32602 } });
  });
  test("lie about their schema", async () => {
    expect((await hostile("lying_schema", { amount: 1 })).result.isError).toBe(true);
    const { result } = await run("tools/list", {}, "/mcp/hostile");
    expect(result.tools.at(-1)).toMatchObject({
      name: "hostile___broken_schema",
      inputSchema: "type: object",
    });
  });
  test("answer with ten megabytes", async () => {
    expect((await raw("huge")).length).toBeGreaterThan(10 * 1024 * 1024);
  });
  test("answer with text, failures, nothing, and orders", async () => {
    expect((await hostile("not_json")).result.content[0].text).toContain("<script>");
    expect(await hostile("fails")).toMatchObject({ result: { isError: true } });
    expect(await hostile("empty")).toEqual({ jsonrpc: "2.0", id: 1, result: {} });
    expect((await hostile("injects")).result.content[0].text).toContain("ignore your instructions");
  });
  test("answer with what is no JSON-RPC, is another's answer, or is half of one", async () => {
    expect(await raw("invalid_rpc")).toBe('{"status":"ok","rows":[]}');
    expect(JSON.parse(await raw("other_id")).id).toBe("nobody");
    const half = await raw("truncated");
    expect(() => JSON.parse(half)).toThrow(SyntaxError);
  });
  test("hang until the client gives up", async () => {
    const body = rpc("tools/call", { name: "hostile___hangs" });
    const giveUp = new AbortController();
    const hanging = post(body, { signal: giveUp.signal }, "/mcp/hostile");
    const calls = async () => (await control(emulator, "GET", "calls")).body.calls;
    await expect.poll(async () => (await calls()).at(-1)?.entries).toBe(1);
    expect((await calls()).at(-1).running).toBe(true);
    giveUp.abort();
    await expect(hanging).rejects.toThrow();
    await expect.poll(async () => (await calls()).at(-1).running).toBe(false);
  });
});
