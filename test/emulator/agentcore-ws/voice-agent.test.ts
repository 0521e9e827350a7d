import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createFrameGauge } from "../../../emulator/agentcore-ws/frame-gauge.ts";
import { createClock } from "../../../emulator/clock.ts";
import { type Emulator, startEmulator } from "../../../emulator/emulator.ts";
import { say, scriptedSenses, use } from "../support/senses.ts";
import { audio, type Client, CONFIG, open } from "./client.ts";

let emulator: Emulator;
const clock = createClock(20);
beforeAll(async () => {
  emulator = await startEmulator({
    port: 0,
    h2Port: 0,
    clock,
    firstAudioMs: 100,
    senses: scriptedSenses(["good morning"], {
      // Long enough, at the clock's pace, to be cut in on from the other end of a slow line.
      "good morning": [say(`Good morning to you. ${"How are you? ".repeat(40)}`)],
      hello: [say("Hello.")],
      "long story": [say("x".repeat(400))],
      weather: [use("get_weather", { city: "Oslo" })],
      "results of get_weather": [say("Told: {}")],
    }),
  });
});
afterAll(() => emulator.close());
afterEach(() => emulator.registry.desk.clear());

const trace = () => emulator.registry.list().at(-1)?.trace.since(0) ?? [];
const types = (client: Client): readonly string[] =>
  client.events.map(({ type }) => type).filter((type, index, all) => type !== all[index - 1]);
const order = (
  fault: Parameters<Emulator["registry"]["order"]>[0]["fault"],
  when: "now" | "mid_answer" = "now",
) => emulator.registry.order({ fault, when, times: 1 });

describe("the hosted agent", () => {
  it("wants its config first, and once", async () => {
    const client = await open(emulator);
    client.say({ type: "bidi_text_input", text: "hello", role: "user" });
    expect(await client.until("system")).toMatchObject({ message: "Please send config event first" });
    client.say(CONFIG, CONFIG);
    await client.until("system", ({ message }) => String(message).startsWith("Configuration applied"));
    await client.until("system", ({ message }) =>
      String(message).startsWith("Configuration can only be set once"),
    );
    client.socket.close();
  });

  it.each([
    ["no JSON", "hello"],
    ["no event", "[]"],
    ["an unknown event", '{"type":"bidi_dance"}'],
    ["a telephone's rate", JSON.stringify({ ...CONFIG, input_sample_rate: 8000 })],
    ["audio of another format", JSON.stringify({ ...audio(20, 0)[0], format: "mp3" })],
    ["audio of more than 10 000 bytes", JSON.stringify({ ...audio(20, 0)[0], audio: "AAAA".repeat(2500) })],
    ["audio that is no base64", JSON.stringify({ ...audio(20, 0)[0], audio: "?" })],
  ])("complains of %s and goes on", async (_, message) => {
    const client = await open(emulator);
    client.socket.send(message);
    expect(await client.until("error")).toMatchObject({ message: expect.any(String) });
    client.say(CONFIG, { type: "text_input", text: "hello" });
    await client.until("bidi_audio_stream");
    client.socket.close();
  });

  it("hears, answers aloud and is cut short, in the experimental words", async () => {
    const client = await open(emulator);
    client.say(CONFIG, ...audio(300, 8000), ...audio(300, 0));
    expect(await client.until("bidi_transcript_stream", ({ role }) => role === "user")).toMatchObject({
      text: "good morning",
      delta: { text: "good morning" },
      is_final: true,
    });
    const heard = await client.until("bidi_audio_stream");
    expect(heard).toMatchObject({ format: "pcm", sample_rate: 16_000, channels: 1 });
    client.say(...audio(100, 8000));
    expect(await client.until("bidi_interruption")).toMatchObject({ reason: "user_speech" });
    expect(types(client)).not.toContain("bidi_audio_delta");
    expect(await client.until("bidi_usage")).toMatchObject({
      modality_details: [{ modality: "audio" }, { modality: "text" }],
    });
    client.socket.close();
  });

  it("hears, answers aloud and is cut short, in the newer words", async () => {
    const client = await open(emulator, { qualifier: "GA" });
    client.say(CONFIG, { type: "bidi_text_input", text: "hello", role: "user" });
    await client.until("bidi_usage");
    expect(types(client)).toEqual([
      "system",
      "bidi_connection_start",
      "bidi_response_start",
      "bidi_transcript_start",
      "bidi_transcript_delta",
      "bidi_audio_start",
      "bidi_audio_delta",
      "bidi_audio_stop",
      "bidi_transcript_stop",
      "bidi_response_stop",
      "bidi_usage",
    ]);
    client.say({ type: "bidi_text_input", text: "long story", role: "user" });
    await client.until("bidi_transcript_delta", ({ delta }) => String(delta).startsWith("xxx"));
    client.say(...audio(100, 8000));
    expect(await client.until("bidi_barge_in")).toMatchObject({ reason: "user_speech" });
    client.socket.close();
  });

  it("runs its tools itself, and shows them", async () => {
    const client = await open(emulator);
    client.say(CONFIG, { type: "bidi_text_input", text: "weather" });
    expect(await client.until("tool_use_stream")).toMatchObject({
      current_tool_use: { name: "get_weather", input: { city: "Oslo" } },
    });
    expect(await client.until("tool_result")).toMatchObject({ tool_result: { status: "success" } });
    await client.until("bidi_transcript_stream", ({ text }) => text === 'Told: {"status":"done"}');
    client.socket.close();
  });

  it("leaves a trace of what came, what went and how it ended", async () => {
    const client = await open(emulator);
    client.say(CONFIG, ...audio(20, 0), { type: "bidi_text_input", text: "hello" });
    await client.until("bidi_audio_stream");
    client.socket.close(1000);
    const record = emulator.registry.list().at(-1);
    while (record?.trace.ended === false)
      await record.trace.news(record.trace.next, new AbortController().signal);
    const named = (direction: string) =>
      trace()
        .filter((entry) => entry.direction === direction)
        .map(({ name }) => name);
    expect(named("received")).toEqual(["config", "bidi_audio_input", "bidi_text_input", "(closed)"]);
    expect(named("sent")).toContain("bidi_audio_stream");
    expect(record).toMatchObject({ door: "agentcore", region: "us-east-1" });
    expect(JSON.stringify(trace()).length).toBeLessThan(20_000);
  });
});

describe("AgentCore's limits", () => {
  it("end a connection that sends a message of more than 64 KB with 1009", async () => {
    const client = await open(emulator);
    client.socket.send("x".repeat(64 * 1024 + 1));
    expect((await client.untilClosed()).code).toBe(1009);
  });

  it("end a connection that sends more than 250 frames in a second with 1008", async () => {
    const client = await open(emulator);
    client.say(CONFIG, ...audio(6000, 0));
    expect(await client.untilClosed()).toEqual({
      code: 1008,
      reason: "More than 250 frames per second",
    });
  });

  it("end a connection after an hour", async () => {
    const client = await open(emulator);
    emulator.registry
      .list()
      .at(-1)
      ?.stream.age(60 * 60_000);
    expect(await client.untilClosed()).toMatchObject({
      code: 1008,
      reason: expect.stringContaining("duration"),
    });
  });

  it("let pass what the network held back for a second", () => {
    const gauge = createFrameGauge(0);
    let passed = 0;
    for (let at = 0; at < 3000; at += 10) passed += gauge.count(at < 1500 ? at : Math.max(at, 2500)) ? 1 : 0;
    expect(passed).toBe(300);
  });
});

describe("a fault", () => {
  it.each([
    [{ type: "close", code: 1011, reason: "container died" }, 1011],
    [{ type: "close", code: 1001 }, 1001],
    [{ type: "cut" }, 1006],
    [{ type: "error" }, 1011],
    [{ type: "exception", exception: "throttlingException" }, 1011],
  ] as const)("of %j ends the connection with %i", async (fault, code) => {
    order(fault);
    const client = await open(emulator);
    expect((await client.untilClosed()).code).toBe(code);
  });

  it("of the model is told before the end", async () => {
    order({ type: "exception", exception: "throttlingException", message: "slow down" }, "mid_answer");
    const client = await open(emulator);
    client.say(CONFIG, { type: "bidi_text_input", text: "long story" });
    expect(await client.until("bidi_error")).toMatchObject({
      code: "ThrottlingException",
      message: "slow down",
    });
    await client.untilClosed();
  });

  it("of the model's stream is mended by the agent itself", async () => {
    order({ type: "internal531" });
    const client = await open(emulator);
    client.say(CONFIG, { type: "bidi_text_input", text: "hello" });
    expect(await client.until("bidi_connection_restart")).toMatchObject({
      timeout_error: expect.stringContaining("531"),
    });
    await client.until("bidi_audio_stream");
    client.socket.close();
  });

  it.each([
    [{ type: "unknown_event" }, "bidi_mood"],
    [{ type: "garbage", kind: "bad_json" }, "(garbage)"],
    [{ type: "echo" }, "config"],
    [{ type: "padding" }, "bidi_audio_stream"],
    [{ type: "stall", ms: 1000 }, "bidi_audio_stream"],
  ] as const)("of %j is something to get over", async (fault, type) => {
    order(fault);
    const client = await open(emulator);
    client.say(CONFIG, { type: "bidi_text_input", text: "hello" });
    await client.until(type);
    await client.until("bidi_audio_stream");
    client.socket.close();
  });
});
