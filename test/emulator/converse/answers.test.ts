/**
 * What a text model answers: by the rules, by a scenario's text agents, at their pace, and within its limits.
 */
import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Emulator } from "../../../emulator/emulator.ts";
import { createFrameReader } from "../../../emulator/wire/frame-reader.ts";
import { createDrivenClock, type DrivenClock } from "../support/driven-clock.ts";
import { codec } from "../support/frames.ts";
import { ask, control, MODEL, startServices, told } from "../support/service-client.ts";

let emulator: Emulator;
let clock: DrivenClock;
beforeAll(async () => {
  clock = createDrivenClock();
  emulator = await startServices({ clock });
});
afterEach(async () => {
  await control(emulator, "DELETE", "scenario");
  await control(emulator, "DELETE", "faults");
});
afterAll(() => emulator.close());

const path = (operation: string) => `/model/${encodeURIComponent(MODEL)}/${operation}`;
const converse = (body: unknown) => told(ask(emulator, path("converse"), { body }));
const user = (text: string) => ({ role: "user", content: [{ text }] });
const say = (text: string) => [{ say: text }];
const play = async (textAgents: unknown): Promise<void> => {
  const set = await control(emulator, "POST", "scenario", { name: "test", textAgents });
  expect(set.body).toEqual({ scenario: "test" });
};

/** Names and bodies of the events of a stream, as far as it comes. */
async function stream(body: unknown) {
  const events: { readonly name: string; readonly body: Record<string, unknown> }[] = [];
  const response = await ask(emulator, path("converse-stream"), { body });
  const reader = createFrameReader();
  const over = (async () => {
    for await (const chunk of response.body ?? []) {
      const read = reader.push(Uint8Array.from(chunk));
      for (const frame of read.ok ? read.value : []) {
        const { headers, body: bytes } = codec.decode(frame);
        const name = headers[":event-type"] ?? headers[":exception-type"];
        const { p: _, ...rest } = JSON.parse(Buffer.from(bytes).toString("utf8"));
        events.push({ name: String(name?.value), body: rest });
      }
    }
  })();
  return { response, events, over };
}

const ROUND = {
  toolSpec: { name: "look", description: "Looks", inputSchema: { json: { type: "object", properties: {} } } },
};

/** Answers the uses of tools in a message with the same result. */
const answered = (message: { content: { toolUse?: { toolUseId: string } }[] }) => ({
  role: "user",
  content: message.content.flatMap(({ toolUse }) =>
    toolUse === undefined
      ? []
      : [{ toolResult: { toolUseId: toolUse.toolUseId, content: [{ text: '{"n":1}' }] } }],
  ),
});

describe("a scenario's text agents", () => {
  test("are found by words of the system prompt or of the model's id, the first that fits", async () => {
    await play([
      { name: "mortgages", when: { words: ["mortgage"] }, otherwise: say("About mortgages.") },
      { name: "lite", when: { pattern: "nova-2-lite" }, otherwise: say("About anything.") },
    ]);
    const about = async (system: string) => {
      const { body } = await converse({ system: [{ text: system }], messages: [user("Hello")] });
      return body.output.message.content[0].text;
    };
    expect(await about("You answer questions about mortgages.")).toBe("About mortgages.");
    expect(await about("You are a poet.")).toBe("About anything.");
  });

  test("play turns, results and failures, whatever came before in the same conversation", async () => {
    await play([
      {
        name: "looker",
        turns: [
          {
            when: { words: ["look"] },
            do: [{ use: "look", arguments: { at: "{{heard}}" } }],
            results: say("It is {{result.n}}."),
            failed: say("I cannot see."),
          },
        ],
        otherwise: say("What?"),
      },
    ]);
    const toolConfig = { tools: [ROUND] };
    const first = await converse({ messages: [user("Look")], toolConfig });
    const { message } = first.body.output;
    expect(message.content[0].toolUse).toMatchObject({ name: "look", input: { at: "Look" } });
    const after = [user("Look"), message, answered(message)];
    const second = await converse({ messages: after, toolConfig });
    expect(second.body.output.message.content).toEqual([{ text: "It is 1." }]);
    const again = [...after, second.body.output.message, user("Hm")];
    expect((await converse({ messages: again, toolConfig })).body.output.message.content).toEqual([
      { text: "What?" },
    ]);

    const { toolUseId } = message.content[0].toolUse;
    const failure = { toolResult: { toolUseId, status: "error", content: [{ text: "no" }] } };
    const failed = [user("Look"), message, { role: "user", content: [failure] }];
    expect((await converse({ messages: failed, toolConfig })).body.output.message.content).toEqual([
      { text: "I cannot see." },
    ]);
  });

  test("may never stop using tools", async () => {
    await play([{ name: "endless", always: [{ use: "look" }] }]);
    const messages: unknown[] = [user("Go")];
    for (let round = 0; round < 20; round += 1) {
      const { body } = await converse({ messages, toolConfig: { tools: [ROUND] } });
      expect(body.stopReason).toBe("tool_use");
      messages.push(body.output.message, answered(body.output.message));
    }
  });

  test("may answer with JSON and markup", async () => {
    const markup = '**Rates**\n```json\n{"rate": 6.2}\n```\n<b>Bye</b>';
    await play([{ name: "markup", otherwise: say(markup) }]);
    expect((await converse({ messages: [user("Hi")] })).body.output.message.content).toEqual([
      { text: markup },
    ]);
  });

  test("may take their time, for the first token and for each", async () => {
    await play([{ name: "slow", otherwise: say("Eight ch"), firstTokenMs: 1000, tokenMs: 500 }]);
    const { events, over } = await stream({ messages: [user("Hi")] });
    const names = () => events.map(({ name }) => name);
    await expect.poll(names).toEqual(["messageStart"]);
    await clock.advance(999);
    expect(names()).toEqual(["messageStart"]);
    await clock.advance(1);
    await expect.poll(names).toEqual(["messageStart", "contentBlockDelta"]);
    await clock.advance(1000);
    await over;
    expect(events.flatMap(({ body }) => (body.delta === undefined ? [] : [body.delta]))).toEqual([
      { text: "Eigh" },
      { text: "t ch" },
    ]);
    expect(events.at(-1)).toMatchObject({ name: "metadata", body: { metrics: { latencyMs: 2000 } } });
  });

  test("may break a stream, and refuse where nothing was sent yet", async () => {
    const fault = { type: "exception", exception: "modelStreamErrorException", message: "lost" };
    await play([{ name: "breaks", otherwise: [{ say: "One." }, { fault }, { say: "Two." }] }]);
    const { events, over } = await stream({ messages: [user("Hi")] });
    await over;
    expect(events.at(-1)).toMatchObject({
      name: "modelStreamErrorException",
      body: { message: "lost", originalStatusCode: 500 },
    });
    expect(await converse({ messages: [user("Hi")] })).toMatchObject({
      status: 424,
      body: { message: "lost" },
    });
  });

  test("of the scenario that comes with the emulator do what it says", async () => {
    const file = new URL("../../../emulator/scenarios/sub-agents.json", import.meta.url);
    await control(emulator, "POST", "scenario", JSON.parse(readFileSync(file, "utf8")));
    const toolConfig = { tools: [{ toolSpec: { ...ROUND.toolSpec, name: "mortgage___get_rates" } }] };
    const asked = async (system: string) =>
      (await converse({ system: [{ text: system }], messages: [user("What are the rates?")], toolConfig }))
        .body;
    expect((await asked("You know mortgages.")).stopReason).toBe("tool_use");
    expect((await asked("You are endless.")).stopReason).toBe("tool_use");
    expect((await asked("You are a writer.")).output.message.content[0].text).toContain("```json");
    const sent = await ask(emulator, "/a2a", {
      service: "none",
      body: {
        jsonrpc: "2.0",
        id: 1,
        method: "message/send",
        params: { message: { role: "user", messageId: "1", parts: [{ kind: "text", text: "The rate?" }] } },
      },
    });
    expect(await sent.text()).toContain("The thirty year rate is 6.20 percent.");
  });

  test("may cut the line in the middle, and refuse the whole", async () => {
    await play([{ name: "cuts", otherwise: [{ say: "One." }, { fault: { type: "cut" } }, { say: "Two." }] }]);
    const { events, over } = await stream({ messages: [user("Hi")] });
    await expect(over).rejects.toThrow("terminated");
    expect(events.map(({ name }) => name)).toEqual(["messageStart", "contentBlockDelta", "contentBlockStop"]);
    await expect(converse({ messages: [user("Hi")] })).rejects.toThrow("fetch failed");
    await play([
      { name: "refuses", otherwise: [{ say: "One." }, { fault: { type: "refuse", status: 429 } }] },
    ]);
    for (const operation of ["converse", "converse-stream"]) {
      const answer = told(ask(emulator, path(operation), { body: { messages: [user("Hi")] } }));
      expect(await answer).toMatchObject({ status: 429, errorType: "ThrottlingException" });
    }
  });

  test("leave the speech model's turns alone, and the other way round", async () => {
    const turns = [{ when: { words: ["hello"] }, do: say("I am the voice.") }];
    await control(emulator, "POST", "scenario", { name: "voice", turns });
    const { body } = await converse({ messages: [user("Hello")] });
    expect(body.output.message.content[0].text).not.toContain("voice");
  });

  test("are checked: unknown members, labels and empty `always` are named with their place", async () => {
    const wrong = async (textAgents: unknown) =>
      (await control(emulator, "POST", "scenario", { name: "x", textAgents })).body.message;
    expect(await wrong([{ name: "a", voice: "amy" }])).toBe(
      "textAgents[0].voice: is not a known member here",
    );
    expect(await wrong([{ name: "a", otherwise: { do: [], next: "b" } }])).toBe(
      'textAgents[0].otherwise.next: there is no turn labelled "b"; no turn has a label',
    );
    expect(await wrong([{ name: "a", always: [] }])).toMatch(/^textAgents\[0\]\.always:/);
    expect(await wrong([{ name: "a", tokenMs: -1 }])).toMatch(/^textAgents\[0\]\.tokenMs:/);
  });
});

describe("limits of an answer", () => {
  const asked = (inferenceConfig: unknown) =>
    converse({ messages: [user("Tell me a story")], inferenceConfig });

  test("end it with max_tokens after that many", async () => {
    const { body } = await asked({ maxTokens: 3 });
    expect(body).toMatchObject({ stopReason: "max_tokens", usage: { outputTokens: 3 } });
    expect(body.output.message.content).toEqual([{ text: "Once there w" }]);
  });

  test("never send half of a tool's arguments", async () => {
    await play([
      { name: "long", always: [{ say: "Wait." }, { use: "look", arguments: { at: "x".repeat(400) } }] },
    ]);
    const { body } = await converse({
      messages: [user("Go")],
      toolConfig: { tools: [ROUND] },
      inferenceConfig: { maxTokens: 50 },
    });
    expect(body.stopReason).toBe("max_tokens");
    expect(body.output.message.content).toEqual([{ text: "Wait." }]);
  });

  test("end it with stop_sequence before the words", async () => {
    const { body } = await asked({ stopSequences: ["lighthouse", "keeper"] });
    expect(body.stopReason).toBe("stop_sequence");
    expect(body.output.message.content).toEqual([{ text: "Once there was a " }]);
  });
});

describe("a choice of tools", () => {
  test.each([
    ["any", { any: {} }],
    ["one by name", { tool: { name: "look" } }],
  ])("forces a use: %s", async (_, toolChoice) => {
    const { body } = await converse({
      messages: [user("Hello")],
      toolConfig: { tools: [ROUND], toolChoice },
    });
    expect(body.output.message.content).toMatchObject([{ toolUse: { name: "look" } }]);
  });
});
