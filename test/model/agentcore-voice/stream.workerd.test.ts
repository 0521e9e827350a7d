import { afterEach, describe, expect, it, vi } from "vitest";
import { LIMITS } from "../../../src/base/limits.ts";
import type { ModelEvent } from "../../../src/conversation/events.ts";
import {
  ARN,
  audio,
  type Call,
  dialCall,
  MARK,
  type Said,
  SESSION,
  startCall,
  transcript,
} from "../../workerd/agentcore/agent-end.ts";
import { spec, tool } from "../nova-sonic/spec.ts";

const isMark = (event: ModelEvent) => event.type === "caller_text" && event.text === MARK.text;
/** What was told since `opened`, up to the mark. */
const toldBy = async (call: Call): Promise<readonly ModelEvent[]> => {
  call.says(MARK);
  await call.told.first(isMark);
  return call.told.all.filter((event) => event.type !== "opened" && !isMark(event));
};
const typesBy = async (call: Call) => (await toldBy(call)).map(({ type }) => type);
const audioSent = (call: Call) => call.sent.all.filter(({ type }) => type === "bidi_audio_input");
const bytesOf = (said: Said) => Buffer.from(String(said.audio), "base64");

/** Only timers stand still; sockets run on. */
const stopTimers = () => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
afterEach(() => {
  vi.useRealTimers();
});

describe("opening a stream to a hosted agent", () => {
  it("dials its runtime with signed headers and the session's own microVM", async () => {
    const call = await startCall();
    const [request] = call.dialled.all;
    expect(request?.url).toBe(
      `https://bedrock-agentcore.eu-west-1.amazonaws.com/runtimes/${encodeURIComponent(ARN)}/ws?qualifier=DEFAULT`,
    );
    expect(request?.headers).toMatchObject({
      "x-amzn-bedrock-agentcore-runtime-session-id": `antiphon-${SESSION}`,
      authorization: expect.stringMatching(
        /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/bedrock-agentcore\/aws4_request, SignedHeaders=host;x-amz-date;x-amzn-bedrock-agentcore-runtime-session-id, /,
      ),
    });
  });

  it("dials the endpoint it is told, or that the ARN names", async () => {
    const named = await startCall({}, { runtimeArn: `${ARN}/runtime-endpoint/canary` });
    expect(named.dialled.all[0]?.url).toMatch(/e5\/ws\?qualifier=canary$/);
    const told = await startCall({}, { runtimeArn: `${ARN}/runtime-endpoint/canary`, qualifier: "blue" });
    expect(told.dialled.all[0]?.url).toMatch(/e5\/ws\?qualifier=blue$/);
  });

  it("sends the config first, with what the session has settled above the agent's own members", async () => {
    const call = await startCall({ voice: "amy" }, { config: { model_id: "m", type: "other", voice: "no" } });
    expect(call.sent.all[0]).toEqual({
      type: "config",
      voice: "amy",
      region: "eu-west-1",
      model_id: "m",
      input_sample_rate: 16_000,
      output_sample_rate: 24_000,
      system_prompt: "You are a test.",
    });
    expect(call.told.all.map(({ type }) => type)).toEqual(["opened"]);
  });

  it("waits with the config until it begins: rates, prompt and history are settled by then", async () => {
    const call = dialCall();
    call.answer();
    await call.opened();
    call.stream.begin(
      spec({ inputRate: 24_000, outputRate: 8_000, history: [{ role: "caller", text: "It is me." }] }),
    );
    call.stream.sendAudio(new Uint8Array(960));
    call.stream.sendText("done");
    await call.sent.first(({ type }) => type === "bidi_text_input");
    expect(call.sent.all.map(({ type }) => type)).toEqual(["config", "bidi_audio_input", "bidi_text_input"]);
    expect(call.sent.all[0]).toMatchObject({
      input_sample_rate: 24_000,
      output_sample_rate: 16_000,
      system_prompt: expect.stringContaining("Caller: It is me."),
    });
    expect(call.sent.all[1]).toMatchObject({ sample_rate: 24_000 });
  });

  it("passes nothing on of what the agent says before it was told who it is", async () => {
    const call = dialCall();
    call.answer();
    await call.opened();
    call.says(audio(), transcript("Who is there?", "user", true));
    call.agent.send("this is noted, so that all before it has come");
    await call.notes.first(() => true);
    call.begin();
    expect(await typesBy(call)).toEqual([]);
  });

  it("is lost when the other side tires of waiting for the config", async () => {
    const call = dialCall();
    call.answer();
    await call.opened();
    call.agent.close(1008, "Session idle timeout");
    expect(await call.end()).toMatchObject({ type: "lost", cause: expect.stringContaining("idle timeout") });
  });

  it("goes without tools of ours, and notes it", async () => {
    const call = await startCall({ tools: [tool("get_time")] });
    expect(JSON.stringify(call.sent.all)).not.toContain("get_time");
    expect(call.notes.all).toEqual(["agentcore_tools_not_offered: 1: a hosted agent has its own"]);
  });
});

describe("an open stream to a hosted agent", () => {
  it("sends audio in events of less than 10 000 bytes, none of which parts a sample", async () => {
    const call = await startCall();
    const pcm = Uint8Array.from({ length: 64_001 }, (_, i) => i % 251);
    call.stream.sendAudio(pcm);
    call.stream.sendText("done");
    await call.sent.first(({ type }) => type === "bidi_text_input");
    const events = audioSent(call);
    for (const event of events) {
      expect(JSON.stringify(event).length).toBeLessThanOrEqual(LIMITS.runtimeAudioEventBytes);
      expect(bytesOf(event).length % 2).toBe(0);
      expect(event).toMatchObject({ format: "pcm", sample_rate: 16_000, channels: 1 });
    }
    expect(events.slice(0, -1).every(({ audio: base64 }) => !String(base64).includes("="))).toBe(true);
    expect(Buffer.concat(events.map(bytesOf)).equals(pcm.subarray(0, 64_000))).toBe(true);
  });

  it("brings a telephone's audio to the agent's rate and back", async () => {
    const call = await startCall({ inputRate: 8000, outputRate: 8000 });
    call.stream.sendAudio(new Uint8Array(1600));
    const sent = await call.sent.first(({ type }) => type === "bidi_audio_input");
    expect(sent.sample_rate).toBe(16_000);
    expect(bytesOf(sent).length).toBeGreaterThan(2800);
    call.says(audio(16_000, 200));
    const [heard] = (await toldBy(call)).filter((event) => event.type === "agent_audio");
    expect(heard?.pcm.length).toBeGreaterThan(2800);
    expect(heard?.pcm.length).toBeLessThanOrEqual(3200);
  });

  it("tells an answer in the experimental words", async () => {
    const call = await startCall();
    call.says(
      { type: "bidi_connection_start", connection_id: "c", model: "m" },
      { type: "bidi_response_start", response_id: "r1" },
      transcript("Where is my order?", "user", true),
      transcript("On its way."),
      { type: "bidi_response_start", response_id: "r2" },
      audio(),
      transcript("On its way.", "assistant", true),
      { type: "bidi_response_complete", response_id: "r2", stop_reason: "complete" },
    );
    expect(await toldBy(call)).toEqual([
      { type: "caller_text", text: "Where is my order?" },
      { type: "agent_text", stage: "planned", text: "On its way." },
      { type: "agent_audio_started", content: "answer-1" },
      { type: "agent_audio", content: "answer-1", pcm: expect.any(Uint8Array) },
      { type: "agent_text", stage: "spoken", text: "On its way." },
      { type: "agent_audio_ended", content: "answer-1", last: true },
    ]);
  });

  it("tells the same answer in the newer words", async () => {
    const call = await startCall();
    call.says(
      { type: "bidi_transcript_start", role: "user", content_id: "u" },
      { type: "bidi_transcript_delta", delta: "Where is ", role: "user", content_id: "u" },
      { type: "bidi_transcript_stop", transcript: "Where is my order?", role: "user", content_id: "u" },
      { type: "bidi_response_start", response_id: "r" },
      { type: "bidi_transcript_start", role: "assistant", content_id: "a" },
      { type: "bidi_transcript_delta", delta: "On its ", role: "assistant", content_id: "a" },
      { type: "bidi_transcript_delta", delta: { text: "way." }, role: "assistant", content_id: "a" },
      { type: "bidi_audio_start" },
      { ...audio(), type: "bidi_audio_delta", content_id: "a" },
      { type: "bidi_audio_stop" },
      { type: "bidi_transcript_stop", transcript: "On its way.", role: "assistant", content_id: "a" },
      { type: "bidi_response_stop", response_id: "r" },
    );
    expect(await typesBy(call)).toEqual([
      "caller_text",
      "agent_text",
      "agent_audio_started",
      "agent_audio",
      "agent_text",
      "agent_audio_ended",
    ]);
  });

  it("takes silence for the end of an answer whose end is not told", async () => {
    const call = await startCall();
    stopTimers();
    call.says(audio());
    await call.told.first(({ type }) => type === "agent_audio");
    await vi.advanceTimersByTimeAsync(LIMITS.runtimeQuietMs - 1);
    expect(call.told.all.at(-1)?.type).toBe("agent_audio");
    await vi.advanceTimersByTimeAsync(1);
    expect(call.told.all.at(-1)).toEqual({ type: "agent_audio_ended", content: "answer-1", last: true });
  });

  it.each([
    ["an interruption", [{ type: "bidi_interruption", reason: "user_speech" }]],
    ["a barge-in", [{ type: "bidi_barge_in", reason: "user_speech" }]],
    ["how it stopped", [{ type: "bidi_response_complete", response_id: "r", stop_reason: "interrupted" }]],
    [
      "all of these",
      [
        { type: "bidi_interruption", reason: "user_speech" },
        { type: "bidi_barge_in", reason: "user_speech" },
        { type: "bidi_response_complete", response_id: "r", stop_reason: "interrupted" },
      ],
    ],
  ])("tells once that the caller cut in, told by %s, and no audio after it", async (_, signs) => {
    const call = await startCall();
    call.says({ type: "bidi_response_start", response_id: "r" }, audio(), ...signs, audio(), audio());
    const types = await typesBy(call);
    expect(types).toEqual(["agent_audio_started", "agent_audio", "agent_audio_ended", "interrupted"]);
    call.says({ type: "bidi_response_start", response_id: "s" }, audio());
    await call.told.first((event) => event.type === "agent_audio" && event.content === "answer-2");
  });

  it("counts tokens by what they carry, and never backwards", async () => {
    const call = await startCall();
    const usage = (audioTokens: number) => ({
      type: "bidi_usage",
      inputTokens: 100,
      outputTokens: audioTokens + 5,
      totalTokens: 1,
      modality_details: [
        { modality: "text", input_tokens: 30, output_tokens: 5 },
        { modality: "audio", input_tokens: 70, output_tokens: audioTokens },
      ],
    });
    call.says(usage(40), usage(20), { type: "bidi_usage", inputTokens: 110, outputTokens: 50 });
    expect((await toldBy(call)).at(-1)).toEqual({
      type: "usage",
      tokens: { inputSpeech: 110, inputText: 30, outputSpeech: 50, outputText: 5 },
    });
  });

  it("does not take what was typed for something said when it comes back as a transcript", async () => {
    const call = await startCall();
    call.stream.sendText("Hello there");
    call.says(transcript("Hello there ", "user", true), transcript("Hello there", "user", true));
    expect(await toldBy(call)).toEqual([{ type: "caller_text", text: "Hello there" }]);
  });

  it("ends the answer when the agent opens a fresh stream to its model", async () => {
    const call = await startCall();
    call.says(audio(), { type: "bidi_connection_restart", timeout_error: "InternalErrorCode=531" });
    expect(await typesBy(call)).toEqual(["agent_audio_started", "agent_audio", "agent_audio_ended"]);
    expect(call.notes.all).toEqual(["agentcore_restarted: InternalErrorCode=531"]);
  });

  it("has nothing to do with tool results", async () => {
    const call = await startCall();
    call.stream.sendToolResult("u", { status: "ok", value: 1 });
    call.stream.sendText("done");
    await call.sent.first(({ type }) => type === "bidi_text_input");
    expect(call.sent.all).toHaveLength(2);
  });

  it("cuts a text that no frame would take", async () => {
    const call = await startCall();
    call.stream.sendText(`${'"'.repeat(40_000)}`);
    const sent = await call.sent.first(({ type }) => type === "bidi_text_input");
    expect(Buffer.byteLength(JSON.stringify(sent))).toBeLessThanOrEqual(LIMITS.runtimeFrameBytes);
    expect(call.notes.all).toEqual(["agentcore_text_cut: a text too long for one frame"]);
  });
});

describe("the end of a stream to a hosted agent", () => {
  it("comes in order when it is asked for", async () => {
    const call = await startCall();
    call.stream.finish();
    expect(await call.closed.first(() => true)).toEqual({ code: 1000 });
    expect(await call.end()).toEqual({ type: "finished" });
    call.stream.sendText("late");
    call.stream.finish();
    call.stream.abort();
    expect(call.told.all.map(({ type }) => type)).toEqual(["opened", "ended"]);
  });

  it.each([
    [1000, "", "lost"],
    [1001, "going away", "lost"],
    [1002, "", "refused"],
    [1008, "policy", "refused"],
    [1008, "Rate limit exceeded", "busy"],
    [1009, "", "refused"],
    [1011, "oops", "lost"],
    [1013, "later", "busy"],
    [4711, "whatever", "lost"],
  ])("closed with %i %s at the start is %s", async (code, reason, type) => {
    const call = await startCall();
    call.agent.close(code, reason);
    expect(await call.end()).toMatchObject({ type, cause: expect.stringContaining(`closed with ${code}`) });
  });

  it.each([1002, 1008, 1009])("closed with %i once the agent has worked is lost", async (code) => {
    const call = await startCall();
    call.says(audio());
    await call.told.first(({ type }) => type === "agent_audio");
    call.agent.close(code, "");
    expect(await call.end()).toMatchObject({ type: "lost" });
  });

  it.each([
    [{ type: "bidi_connection_close", connection_id: "c", reason: "timeout" }, "lost"],
    [{ type: "bidi_connection_stop", connection_id: "c", reason: "complete" }, "lost"],
    [{ type: "bidi_error", message: "slow down", code: "ThrottlingException", details: null }, "busy"],
    [{ type: "bidi_error", message: "no", code: "AccessDeniedException" }, "refused"],
    [{ type: "bidi_error", message: "Invalid voiceId", code: "ValidationException" }, "refused"],
    [{ type: "bidi_error", message: "boom", code: "KeyError" }, "lost"],
    [{ type: "error", message: "Failed to start" }, "lost"],
    [{ ...audio(), format: "mp3" }, "refused"],
  ])("after %j is %s", async (event, type) => {
    const call = await startCall();
    call.says(event);
    expect(await call.end()).toMatchObject({ type, cause: expect.any(String) });
  });

  it("says what to do about audio that cannot be played", async () => {
    const call = await startCall();
    call.says({ ...audio(), format: "opus" });
    expect(await call.end()).toEqual({
      type: "refused",
      cause: "the agent speaks opus; only pcm can be played: set its output format to pcm",
    });
  });
});
