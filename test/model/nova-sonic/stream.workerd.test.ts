import { afterEach, describe, expect, it, vi } from "vitest";
import { LIMITS } from "../../../src/base/limits.ts";
import { type Call, dialCall, startCall } from "../../workerd/bedrock-end.ts";
import { spec, tool } from "./spec.ts";
import { exception, nova, says } from "./wire.ts";

const PROLOGUE = ["sessionStart", "promptStart", "contentStart", "textInput", "contentEnd", "contentStart"];
const FAREWELL = ["contentEnd", "promptEnd", "sessionEnd", "END"];

const types = (call: Call): string[] => call.told.all.map(({ type }) => type);

/** Only timers stand still; sockets run on. */
const stopTimers = () => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
afterEach(() => {
  vi.useRealTimers();
});

describe("opening a stream", () => {
  it("dials Bedrock's WebSocket door with a presigned URL", async () => {
    const call = await startCall();
    expect(call.dialled.all).toHaveLength(1);
    expect(call.dialled.all[0]?.url).toMatch(
      /^https:\/\/bedrock-runtime\.us-east-1\.amazonaws\.com\/model\/amazon\.nova-2-sonic-v1%3A0\/invoke-with-bidirectional-stream-websocket\?.*&X-Amz-Expires=60&.*&X-Amz-Signature=[0-9a-f]{64}$/,
    );
  });

  it("goes without tools whose names Nova would refuse, and notes it", async () => {
    const call = await startCall({ tools: [tool("bad name"), tool("good")] });
    expect(call.sent.all[1]?.json).not.toContain("bad name");
    expect(call.notes.all).toEqual(["nova_tools_not_offered: 1 of 2: their names"]);
  });
});

describe("a stream that waits", () => {
  it("tells Nova nothing before it begins, and then what it was given last", async () => {
    const call = dialCall();
    call.answer();
    await call.opened();
    call.stream.sendToolResult("u1", { status: "ok", value: 1 });
    call.stream.begin(
      spec({
        endpointing: "LOW",
        prompt: "You are somebody else.",
        history: [{ role: "caller", text: "What I said while it waited." }],
      }),
    );
    call.stream.finish();
    await call.sent.first(({ name }) => name === "END");
    const [sessionStart, promptStart, ...system] = PROLOGUE;
    expect(call.names()).toEqual([
      ...[sessionStart, promptStart, ...system.slice(0, 3), ...system.slice(0, 3), "contentStart"],
      ...FAREWELL,
    ]);
    expect(call.sent.all[0]?.json).toContain('"endpointingSensitivity":"LOW"');
    const texts = call.sent.all.filter(({ name }) => name === "textInput").map(({ body }) => body.content);
    expect(texts).toEqual(["You are somebody else.", "What I said while it waited."]);
  });

  it.each([
    "Timed out waiting for audio bytes or interactive content. Please ensure gaps between audio bytes and interactive content are less than 55 seconds.",
    "No prompts were received",
  ])("is lost when Nova tires of it with %j", async (message) => {
    const call = dialCall();
    call.answer();
    await call.opened();
    call.bedrock.send(exception("validationException", message));
    expect(await call.end()).toMatchObject({
      type: "lost",
      cause: expect.stringContaining(message.slice(0, 20)),
    });
  });
});

describe("an open stream", () => {
  it("sends audio in pieces that Nova takes, whole samples only", async () => {
    const call = await startCall();
    call.stream.sendAudio(Uint8Array.from({ length: 20_001 }, (_, i) => i));
    call.stream.finish();
    await call.sent.first(({ name }) => name === "END");
    const pieces = call.sent.all.filter(({ name }) => name === "audioInput");
    expect(pieces).toHaveLength(3);
    const joined = Buffer.concat(pieces.map(({ body }) => Buffer.from(String(body.content), "base64")));
    expect(joined.equals(Buffer.from(Uint8Array.from({ length: 20_000 }, (_, i) => i)))).toBe(true);
  });

  it("has used up the caller's buffer when sendAudio returns", async () => {
    const call = await startCall();
    const buffer = new Uint8Array(4).fill(1);
    call.stream.sendAudio(buffer);
    buffer.fill(2);
    const { body } = await call.sent.first(({ name }) => name === "audioInput");
    expect(body.content).toBe("AQEBAQ==");
  });

  it("sends typed text as one interactive content, and nothing for no text", async () => {
    const call = await startCall();
    call.stream.sendText(" \u0000");
    call.stream.sendText(`I typed \ud800 this. ${"ü".repeat(1000)}`);
    call.stream.finish();
    await call.sent.first(({ name }) => name === "END");
    const [start, ...rest] = call.sent.all.slice(PROLOGUE.length);
    expect(start?.body).toMatchObject({ type: "TEXT", role: "USER", interactive: true });
    expect(rest.map(({ name }) => name)).toEqual(["textInput", "textInput", "contentEnd", ...FAREWELL]);
    expect(rest.map(({ body }) => body.content ?? "").join("")).toBe(
      `I typed \ufffd this. ${"ü".repeat(1000)}`,
    );
  });

  it("answers each tool use once, and none that was never announced", async () => {
    const call = await startCall({ tools: [tool("get")] });
    call.stream.sendToolResult("u1", { status: "ok", value: "too early" });
    call.bedrock.send(says.toolUse("u1", "get", '{"a":1}'));
    expect(await call.told.first(({ type }) => type === "tool_use")).toEqual({
      type: "tool_use",
      use: "u1",
      name: "get",
      argumentsText: '{"a":1}',
    });
    call.stream.sendToolResult("u1", { status: "ok", value: 12 });
    call.stream.sendToolResult("u1", { status: "ok", value: 13 });
    call.stream.sendToolResult("never", { status: "ok", value: 14 });
    call.stream.finish();
    await call.sent.first(({ name }) => name === "END");
    const [start, result, end, ...rest] = call.sent.all.slice(PROLOGUE.length);
    expect(start?.body).toMatchObject({
      type: "TOOL",
      role: "TOOL",
      interactive: false,
      toolResultInputConfiguration: {
        toolUseId: "u1",
        type: "TEXT",
        textInputConfiguration: { mediaType: "text/plain" },
      },
    });
    expect(result?.body.content).toBe('{"result":12}');
    expect([result?.name, end?.name, ...rest.map(({ name }) => name)]).toEqual([
      "toolResult",
      "contentEnd",
      ...FAREWELL,
    ]);
  });

  it("is lost when Bedrock closes it without being asked", async () => {
    const call = await startCall();
    call.bedrock.close(1000, "https://h/p?X-Amz-Signature=abc");
    const end = await call.end();
    expect(end).toMatchObject({ type: "lost", cause: expect.stringContaining("1000") });
    expect(JSON.stringify(end)).not.toContain("abc");
    call.stream.sendAudio(new Uint8Array(2));
    call.stream.sendText("late");
    call.stream.sendToolResult("u1", { status: "ok", value: 1 });
    call.stream.finish();
    call.stream.abort();
    expect(types(call)).toEqual(["opened", "ended"]);
  });
});

describe("finishing", () => {
  it("ends audio, prompt and session in order, then closes once Nova has ended, too", async () => {
    const call = await startCall();
    call.stream.finish();
    call.stream.finish();
    call.stream.sendAudio(new Uint8Array(640));
    call.stream.sendText("late");
    await call.sent.first(({ name }) => name === "END");
    expect(call.closed.all).toEqual([]);
    call.bedrock.send(says.textStart("f", "ASSISTANT", "FINAL"));
    call.bedrock.send(says.text("f", "Goodbye."));
    call.bedrock.send(nova("completionEnd", { stopReason: "END_TURN" }));
    expect(await call.end()).toEqual({ type: "finished" });
    expect(await call.closed.first(() => true)).toEqual({ code: 1000 });
    expect(call.names()).toEqual([...PROLOGUE, ...FAREWELL]);
    expect(types(call)).toEqual(["opened", "agent_text", "ended"]);
  });

  it("does not wait for a model that says no more", async () => {
    const call = await startCall();
    stopTimers();
    call.stream.finish();
    await vi.advanceTimersByTimeAsync(LIMITS.streamFinishMs - 1);
    expect(types(call)).toEqual(["opened"]);
    await vi.advanceTimersByTimeAsync(1);
    expect(await call.end()).toEqual({ type: "finished" });
    expect(await call.closed.first(() => true)).toEqual({ code: 1000 });
  });

  it("is finished, however it goes: closed by Bedrock, or with a complaint", async () => {
    for (const last of ["close", "exception"] as const) {
      const call = await startCall();
      call.stream.finish();
      if (last === "close") call.bedrock.close(1011, "whatever");
      else call.bedrock.send(exception("validationException", "Received invalid voiceId"));
      expect(await call.end()).toEqual({ type: "finished" });
    }
  });
});

describe("aborting", () => {
  it("from within an event stops the events behind it", async () => {
    const heard: string[] = [];
    const call = dialCall();
    const push = call.told.push.bind(call.told);
    call.told.push = (event) => {
      push(event);
      heard.push(event.type);
      if (event.type === "agent_audio_started") call.stream.abort();
    };
    call.answer();
    await call.opened();
    call.begin();
    const both = Buffer.concat([says.audioStart("a"), says.audio("a", new Uint8Array(4)), says.usage(1)]);
    call.bedrock.send(both);
    expect(await call.end()).toEqual({ type: "finished" });
    expect(heard).toEqual(["opened", "agent_audio_started", "ended"]);
  });
});
