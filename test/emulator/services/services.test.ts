/**
 * What all services have in common: traces, the search over them, and faults on order.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Emulator } from "../../../emulator/emulator.ts";
import { LIMITS } from "../../../emulator/limits.ts";
import { createCallBook } from "../../../emulator/services/call-book.ts";
import { openWebSocket } from "../support/door-client.ts";
import { createDrivenClock, type DrivenClock } from "../support/driven-clock.ts";
import * as nova from "../support/events.ts";
import { ask, control, MODEL, RUNTIME, SESSION, startServices, told } from "../support/service-client.ts";

let emulator: Emulator;
let clock: DrivenClock;
beforeAll(async () => {
  clock = createDrivenClock();
  emulator = await startServices({ clock });
});
afterEach(async () => {
  await control(emulator, "DELETE", "calls");
  await control(emulator, "DELETE", "faults");
});
afterAll(() => emulator.close());

const BEARER = { authorization: "Bearer emulator-bearer-token-not-for-aws" };
const converse = (text = "Hello", operation = "converse", signal?: AbortSignal) =>
  ask(emulator, `/model/${encodeURIComponent(MODEL)}/${operation}`, {
    body: { messages: [{ role: "user", content: [{ text }] }] },
    ...(signal === undefined ? {} : { signal }),
  });
const calls: Readonly<Record<string, (prompt?: string) => Promise<Response>>> = {
  converse,
  agentcore: (prompt = "Hello") =>
    ask(emulator, `/runtimes/${encodeURIComponent(RUNTIME)}/invocations`, {
      service: "bedrock-agentcore",
      headers: { "x-amzn-bedrock-agentcore-runtime-session-id": SESSION },
      body: { prompt },
    }),
  mcp: (query = "Hello") =>
    ask(emulator, "/mcp", {
      service: "none",
      headers: BEARER,
      body: {
        jsonrpc: "2.0",
        id: 1,
        method: "tools/call",
        params: { name: "x_amz_bedrock_agentcore_search", arguments: { query } },
      },
    }),
  a2a: (text = "Hello") =>
    ask(emulator, "/a2a", {
      service: "none",
      body: {
        jsonrpc: "2.0",
        id: 1,
        method: "message/send",
        params: { message: { role: "user", messageId: "m", parts: [{ kind: "text", text }] } },
      },
    }),
};
const names = Object.keys(calls);
const call = (service: string, words?: string): Promise<Response> => {
  const run = calls[service];
  if (run === undefined) throw new Error(service);
  return run(words);
};
const fault = (service: string, what: unknown, more = {}) =>
  control(emulator, "POST", "faults", { service, fault: what, ...more });

describe("the calls of a service", () => {
  test.each(names)("%s: are kept, with what came in and what went out", async (service) => {
    await told(call(service, "the word is swordfish"));
    const { body } = await control(emulator, "GET", "calls");
    expect(body.calls).toMatchObject([{ service, running: false, operation: expect.any(String) }]);
    const trace = await control(emulator, "GET", `calls/${body.calls[0].id}/trace`);
    const [received] = trace.body.entries;
    expect(received).toMatchObject({ n: 0, direction: "received", body: { method: "POST" } });
    expect(JSON.stringify(received.body.body)).toContain("swordfish");
    expect(trace.body.entries.at(-1)).toMatchObject({ direction: "sent", name: "200" });
    expect(trace.body.ended).toBe(true);
  });

  test("hide the caller's own credentials, and nothing else", async () => {
    await told(call("mcp"));
    await told(call("converse"));
    const { body } = await control(emulator, "GET", "calls");
    for (const { id } of body.calls) {
      const trace = JSON.stringify((await control(emulator, "GET", `calls/${id}/trace`)).body);
      expect(trace).toMatch(/"authorization":"(?:Bearer|AWS4-HMAC-SHA256) …"/);
      expect(trace).not.toContain("not-for-aws");
    }
  });

  test("are forgotten on request, and unknown ones are told", async () => {
    await told(call("a2a"));
    await control(emulator, "DELETE", "calls");
    expect((await control(emulator, "GET", "calls")).body).toEqual({ calls: [] });
    expect(await control(emulator, "GET", "calls/none/trace")).toMatchObject({
      status: 404,
      body: { message: "no such call" },
    });
  });

  test("are kept up to a number and a size, oldest first out", () => {
    const book = createCallBook(
      () => 0,
      () => 0,
    );
    const add = (chars: number): void => {
      const record = book.open("mcp", "x");
      for (let left = chars; left > 0; left -= 100_000) {
        record.trace.add({ direction: "sent", name: "a", body: "a".repeat(Math.min(left, 100_000)) });
      }
      book.close(record);
    };
    for (let n = 0; n < LIMITS.callsKept; n += 1) add(10);
    expect(book.hasForgotten).toBe(false);
    add(10);
    expect(book.list()).toHaveLength(LIMITS.callsKept);
    expect(book.hasForgotten).toBe(true);
    for (let n = 0; n < 40; n += 1) add(1_000_000);
    expect(book.list().length).toBeLessThan(40);
    book.clear();
    expect(book.hasForgotten).toBe(false);
  });
});

describe("the search", () => {
  const search = async (text: string, direction?: string) => {
    const query = new URLSearchParams({ text, ...(direction === undefined ? {} : { direction }) });
    return control(emulator, "GET", `search?${query}`);
  };

  test.each(names)("%s: finds words that went upstream, and says where", async (service) => {
    await told(call(service, 'my PIN is "90210"'));
    const { body } = await search('pin is "90210', "received");
    expect(body.complete).toBe(true);
    expect(body.hits).toMatchObject([{ in: "call", n: 0, direction: "received" }]);
    expect(body.hits[0].excerpt).toContain("90210");
    expect((await search("no such words")).body).toEqual({ complete: true, hits: [] });
  });

  test("tells what went up from what came back", async () => {
    await told(call("agentcore", "What is the balance of my savings?"));
    expect((await search("9,800", "received")).body.hits).toEqual([]);
    expect((await search("9,800", "sent")).body.hits).toHaveLength(1);
  });

  test("finds a number, a key, a header, and what is inside of JSON in a string", async () => {
    await ask(emulator, "/a2a", {
      service: "none",
      headers: { "x-amzn-bedrock-agentcore-runtime-custom-pin": "header-4711" },
      body: { account: 12345678, secretKey: 1, inner: JSON.stringify({ a: 'tok"en-1' }) },
    });
    for (const text of ["12345678", "secretkey", "header-4711", 'tok"en-1']) {
      expect((await search(text, "received")).body.hits).toHaveLength(1);
    }
  });

  test("looks into streams of the speech model, also across two events", async () => {
    const opened = await openWebSocket(emulator);
    if (!opened.ok) throw new Error(opened.refused.message);
    const { stream } = opened;
    const [start, , end] = nova.text("h", "SYSTEM", "");
    const parts = [
      nova.textInput("h", "The caller's number is 5550"),
      nova.textInput("h", "123, do not tell."),
    ];
    for (const event of [nova.sessionStart(), nova.promptStart(), start, ...parts, end, nova.audioStart()]) {
      if (event !== undefined) stream.send(await stream.seal(event));
    }
    await stream.until((frame) => frame.name === "completionStart");
    expect((await search("5550123", "received")).body.hits).toMatchObject([
      { in: "stream", name: "textInput" },
    ]);
    stream.leave();
    await stream.over;
  });

  test("admits that it has not everything, when something was too large to keep", async () => {
    await told(call("a2a", "x".repeat(600_000)));
    expect((await search("swordfish", "received")).body).toEqual({ complete: false, hits: [] });
  });

  test.each(["", "?text=ab", "?text=abc&direction=up", "?text=abc&more=1"])("refuses %j", async (query) => {
    expect((await control(emulator, "GET", `search${query}`)).status).toBe(400);
  });
});

describe("a fault on order", () => {
  test.each(names)(
    "%s: refuses the next call, as often as it is told, and no other service's",
    async (service) => {
      await fault(service, { type: "refuse", status: 503, message: "later" }, { times: 2 });
      for (const other of names.filter((name) => name !== service))
        expect((await call(other)).status).toBe(200);
      for (let n = 0; n < 2; n += 1) {
        const answer = await told(call(service));
        expect(answer.status).toBe(503);
        expect(JSON.stringify(answer.body)).toContain("later");
      }
      expect((await call(service)).status).toBe(200);
    },
  );

  test.each(names)("%s: cuts the line, or sends bytes that mean nothing", async (service) => {
    await fault(service, { type: "cut" });
    await expect(call(service)).rejects.toThrow("fetch failed");
    await fault(service, { type: "garbage" });
    const answer = await call(service);
    expect(answer.status).toBe(200);
    await expect(answer.json()).rejects.toThrow(SyntaxError);
  });

  test.each(names)("%s: lets it wait, then answers", async (service) => {
    await fault(service, { type: "slow_first_byte", ms: 5000 });
    let isThere = false;
    const answer = call(service).then((response) => {
      isThere = true;
      return response;
    });
    const running = async () => (await control(emulator, "GET", "calls")).body.calls.at(-1)?.entries;
    await expect.poll(running).toBe(2);
    await clock.advance(4999);
    expect(isThere).toBe(false);
    await clock.advance(1);
    expect((await answer).status).toBe(200);
  });

  test.each(names)("%s: cuts the answer in the middle", async (service) => {
    await fault(service, { type: "cut" }, { when: "mid_answer" });
    const answer = await call(service);
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow("terminated");
  });

  test("stalls in the middle of a stream, and goes on", async () => {
    await fault("converse", { type: "stall", ms: 9000 }, { when: "mid_answer" });
    const answer = await converse("Tell me a story", "converse-stream");
    const reader = answer.body?.getReader();
    let bytes = (await reader?.read())?.value?.length ?? 0;
    const isStalled = async () => {
      const { body } = await control(emulator, "GET", "calls");
      const trace = await control(emulator, "GET", `calls/${body.calls[0].id}/trace`);
      return trace.body.entries.at(-1).name;
    };
    await expect.poll(isStalled).toBe("stalled");
    await clock.advance(9000);
    for (let read = await reader?.read(); read?.done === false; read = await reader?.read())
      bytes += read.value.length;
    expect(bytes).toBeGreaterThan(2000);
  });

  test("stalls for ever until the client gives up", async () => {
    await fault("converse", { type: "stall" });
    const giveUp = new AbortController();
    const answer = converse("Hello", "converse", giveUp.signal);
    const latest = async () => (await control(emulator, "GET", "calls")).body.calls.at(-1);
    await expect.poll(async () => (await latest())?.entries).toBe(2);
    giveUp.abort();
    await expect(answer).rejects.toThrow();
    await expect.poll(async () => (await latest()).running).toBe(false);
  });

  test("waits until it is taken or cleared", async () => {
    expect((await fault("mcp", { type: "cut" })).body).toEqual({ waiting: 1, streams: [] });
    expect((await control(emulator, "GET", "health")).body.faultsWaiting).toBe(1);
    await control(emulator, "DELETE", "faults");
    expect((await call("mcp")).status).toBe(200);
  });

  test.each([
    { service: "fax", fault: { type: "cut" } },
    { service: "mcp", fault: { type: "refuse", status: 418 } },
    { service: "mcp", fault: { type: "refuse", status: 500 }, when: "mid_answer" },
    { service: "mcp", fault: { type: "split_frames" } },
    { service: "mcp", fault: { type: "cut" }, times: 0 },
    { service: "mcp", fault: { type: "stall", ms: -1 } },
    { service: "mcp" },
  ])("is checked: %j", async (order) => {
    expect((await control(emulator, "POST", "faults", order)).status).toBe(400);
  });
});

describe("another path or method", () => {
  test.each([
    ["GET", `/model/${MODEL}/converse`],
    ["POST", `/model/${MODEL}/converse/more`],
    ["POST", "/runtimes//invocations"],
    ["POST", "/mcp/other"],
    ["GET", "/a2a"],
    ["GET", "/"],
  ])("%s %s is nobody's", async (method, path) => {
    expect(await told(ask(emulator, path, { method, service: "none" }))).toMatchObject({
      status: 404,
      errorType: "UnknownOperationException",
    });
  });
});
