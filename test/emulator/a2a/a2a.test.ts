/**
 * An agent that speaks Agent2Agent: its card, messages, tasks, streams, and what it says to those who get it wrong.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Emulator } from "../../../emulator/emulator.ts";
import { createDrivenClock, type DrivenClock } from "../support/driven-clock.ts";
import { ask, control, sseData, startServices, told } from "../support/service-client.ts";

let emulator: Emulator;
let clock: DrivenClock;
beforeAll(async () => {
  clock = createDrivenClock();
  emulator = await startServices({ clock });
});
afterEach(async () => {
  await control(emulator, "DELETE", "scenario");
  await control(emulator, "DELETE", "calls");
});
afterAll(() => emulator.close());

const post = (body: unknown, headers: Record<string, string> = {}) =>
  ask(emulator, "/a2a", { service: "none", headers, body });
const rpc = (method: string, params?: unknown, id: unknown = 7) => ({ jsonrpc: "2.0", id, method, params });
const message = (text: string, more: Record<string, unknown> = {}) => ({
  kind: "message",
  role: "user",
  messageId: "m-1",
  parts: [{ kind: "text", text }],
  ...more,
});
const run = async (method: string, params?: unknown) => (await told(post(rpc(method, params)))).body;
const send = async (text: string, more?: Record<string, unknown>, configuration?: unknown) =>
  (await run("message/send", { message: message(text, more), configuration })).result;

const RATES = "What are the mortgage rates?";
/** An agent that takes a minute between its tool and its words. */
const SLOW = {
  name: "slow",
  textAgents: [
    {
      name: "slow",
      turns: [
        {
          when: { words: ["rates"] },
          do: [{ use: "mortgage___get_rates" }],
          results: [{ pause: 60_000 }, { say: "Six percent." }],
        },
      ],
    },
  ],
};

describe("the card", () => {
  test("is where it belongs, and leads to the agent", async () => {
    const card = (await (
      await fetch(`${emulator.httpUrl}/a2a/.well-known/agent-card.json`)
    ).json()) as Record<string, unknown>;
    expect(card).toMatchObject({
      protocolVersion: "0.3.0",
      url: `${emulator.httpUrl}/a2a`,
      preferredTransport: "JSONRPC",
      capabilities: { streaming: true },
    });
  });
});

describe("message/send", () => {
  test("gets a completed task when the agent had to work, and can be asked for it later", async () => {
    const task = await send(RATES);
    expect(task).toMatchObject({ kind: "task", status: { state: "completed" } });
    expect(task.artifacts[0].parts[0].text).toContain("5.1 percent");
    expect((await run("tasks/get", { id: task.id })).result).toEqual(task);
  });

  test("gets a message when a word was enough", async () => {
    expect(await send("Hello")).toMatchObject({ kind: "message", role: "agent", parts: [{ kind: "text" }] });
  });

  test("goes on in a context, and in that one only", async () => {
    const { contextId } = await send("My name is Ada");
    expect((await send("What is my name?", { contextId })).parts[0].text).toBe("Your name is Ada.");
    expect((await send("What is my name?")).parts[0].text).toBe("You have not told me your name.");
  });

  test("reads data as well as text, and ignores files", async () => {
    const parts = [
      { kind: "data", data: { question: RATES } },
      { kind: "file", file: { uri: "x" } },
    ];
    expect(await send("", { parts })).toMatchObject({ kind: "task" });
  });

  test("comes back at once where it is told not to block, and the task goes on", async () => {
    await control(emulator, "POST", "scenario", SLOW);
    const task = await send(RATES, {}, { blocking: false });
    const state = async (): Promise<string> => (await run("tasks/get", { id: task.id })).result.status.state;
    expect(await state()).toBe("working");
    await clock.advance(60_000);
    expect(await state()).toBe("completed");
    const { id } = await send("Hello", {}, { blocking: false });
    expect((await run("tasks/get", { id })).result.status.state).toBe("completed");
  });
});

describe("message/stream", () => {
  test("tells of the task, its work, the artifact and the end", async () => {
    const answer = await post(rpc("message/stream", { message: message(RATES) }));
    expect(answer.headers.get("content-type")).toBe("text/event-stream");
    const events = sseData(await answer.text());
    expect(events.every(({ id, jsonrpc }) => id === 7 && jsonrpc === "2.0")).toBe(true);
    expect(events.map(({ result }) => result)).toMatchObject([
      { kind: "task", status: { state: "submitted" } },
      { kind: "status-update", status: { state: "working" }, final: false },
      { kind: "artifact-update", lastChunk: true },
      { kind: "status-update", status: { state: "completed" }, final: true },
    ]);
  });

  test("tells a mere message, too", async () => {
    const answer = await post(rpc("message/stream", { message: message("Hello") }));
    expect(sseData(await answer.text())).toMatchObject([{ result: { kind: "message" } }]);
  });
});

describe("tasks/cancel", () => {
  test("ends a task that is at work, and the stream that tells of it", async () => {
    await control(emulator, "POST", "scenario", SLOW);
    const answer = await post(rpc("message/stream", { message: message(RATES) }));
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes('"working"')) text += (await reader?.read())?.value ?? "";
    const [{ result }] = sseData(text) as [{ result: { id: string } }];
    expect((await run("tasks/cancel", { id: result.id })).result).toMatchObject({
      status: { state: "canceled" },
    });
    for (let read = await reader?.read(); read?.done === false; read = await reader?.read())
      text += read.value;
    expect(sseData(text).at(-1)).toMatchObject({ result: { status: { state: "canceled" }, final: true } });
    expect((await run("tasks/get", { id: result.id })).result.status.state).toBe("canceled");
  });

  test("is refused for a task that is over", async () => {
    const { id } = await send(RATES);
    expect(await run("tasks/cancel", { id })).toMatchObject({ error: { code: -32002 } });
  });
});

describe("mistakes", () => {
  test.each<readonly [string, unknown, number]>([
    ["half a message", "{", -32700],
    ["a batch", [rpc("message/send")], -32600],
    ["an unknown method", rpc("message/shout"), -32601],
    ["no message", rpc("message/send"), -32602],
    ["a message without parts", rpc("message/send", { message: message("", { parts: [] }) }), -32602],
    [
      "a part of an unknown kind",
      rpc("message/send", { message: message("", { parts: [{ kind: "smell" }] }) }),
      -32602,
    ],
    ["a message without an id", rpc("message/send", { message: message("Hi", { messageId: "" }) }), -32602],
    ["an unknown task", rpc("message/send", { message: message("Hi", { taskId: "none" }) }), -32001],
    ["tasks/get of an unknown task", rpc("tasks/get", { id: "none" }), -32001],
    ["tasks/cancel of an unknown task", rpc("tasks/cancel", { id: "none" }), -32001],
    ["tasks/get without an id", rpc("tasks/get"), -32602],
  ])("%s: %j", async (_, body, code) => {
    expect(await told(post(body))).toMatchObject({ status: 200, body: { error: { code } } });
  });

  test("a message for a task that is over", async () => {
    const { id } = await send(RATES);
    expect(await run("message/send", { message: message("More", { taskId: id }) })).toMatchObject({
      error: { code: -32602 },
    });
  });

  test("a wrong token, though none is needed", async () => {
    expect((await post(rpc("message/send"), { authorization: "Bearer no" })).status).toBe(401);
    const right = { authorization: "Bearer emulator-bearer-token-not-for-aws" };
    expect((await post(rpc("tasks/get"), right)).status).toBe(200);
  });
});
