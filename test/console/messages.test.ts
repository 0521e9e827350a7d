import { describe, expect, it } from "vitest";
import { AUDIO } from "../../console/src/gateway/api.ts";
import { decodeAudio } from "../../console/src/wire/frames.ts";
import { type ClientMessage, readMessage } from "../../console/src/wire/messages.ts";
import type { Notice } from "../../src/conversation/events.ts";
import { antiphonV1 } from "../../src/dialect/antiphon-v1/index.ts";

/** One of everything that the gateway can say. */
const notices: readonly Exclude<Notice, { type: "audio" }>[] = [
  { type: "ready", session: "s", agent: "a", inputRate: 16000, outputRate: 24000 },
  { type: "transcript", role: "caller", turn: 1, answer: null, item: "i", text: "t", final: true },
  { type: "transcript", role: "agent", turn: 1, answer: 1, item: "i", text: "t", final: false },
  { type: "speech", state: "started" },
  { type: "answer", answer: 1, turn: 1, state: "ended" },
  { type: "interrupted", answer: 1, heardMs: 12, heardText: "t", by: "client" },
  { type: "tool_started", call: "c", name: "n", arguments: { deep: [1, null] } },
  { type: "tool_ended", call: "c", name: "n", outcome: { status: "ok", value: [1] }, ms: 3 },
  {
    type: "tool_ended",
    call: "c",
    name: "n",
    outcome: { status: "failed", reason: "timeout", say: "s" },
    ms: 3,
  },
  { type: "client_tool_call", call: "c", name: "n", arguments: null, timeoutMs: 1000 },
  { type: "segment", name: "main", reason: "rotation", from: null, by: null, gapMs: 0 },
  { type: "segment", name: "banking", reason: "transition", from: "front_desk", by: "fact", gapMs: 4 },
  {
    type: "usage",
    tokens: { inputSpeech: 1, inputText: 2, outputSpeech: 3, outputText: 4 },
    cost: { model: 0.1, platform: 0.01, total: 0.11 },
  },
  {
    type: "metrics",
    metrics: {
      turn: 1,
      firstAudioMs: null,
      sinceSpeechMs: 900,
      tools: [{ name: "n", ms: 3, status: "ok" }],
      interrupted: false,
      gateway: { upMs: 0.2, downMs: null },
    },
  },
  { type: "resumed", from: 12, lost: 2, lostMs: 80.5 },
  { type: "ping" },
  { type: "error", error: { code: "too_large", detail: "d" } },
  { type: "closing", reason: { type: "time_limit" } },
  { type: "closing", reason: { type: "error", error: { code: "model_busy" } } },
];

const connected = () => {
  const connection = antiphonV1.connect({ toolDetails: true, resume: null });
  const hello: ClientMessage = {
    type: "hello",
    protocol: "antiphon.v1",
    audio: AUDIO,
    client: "antiphon-console",
  };
  const decoded = connection.decode(JSON.stringify(hello));
  if (!decoded.ok) throw new Error(decoded.error.detail);
  return connection;
};

describe("what the gateway says", () => {
  it.each(notices.map((notice) => [notice.type, notice] as const))("is understood: %s", (_, notice) => {
    const [frame] = connected().encode(notice, 7);
    expect(readMessage(String(frame))).toMatchObject({ kind: "message", seq: 7 });
  });

  it("is understood when it is audio", () => {
    const pcm = Uint8Array.of(1, 0, 2, 0);
    const [frame] = connected().encode({ type: "audio", answer: 3, pcm }, 8);
    if (!(frame instanceof Uint8Array)) throw new Error("not binary");
    const message = Uint8Array.from(frame).buffer;
    expect(decodeAudio(message)).toEqual({ seq: 8, answer: 3, samples: Int16Array.of(1, 2) });
  });
});

describe("what the console says", () => {
  it("is understood when it comes back", () => {
    const hello = { type: "hello", protocol: "antiphon.v1", audio: AUDIO, client: "c", seen: 41 } as const;
    const connection = antiphonV1.connect({ toolDetails: true, resume: null });
    expect(connection.decode(JSON.stringify(hello satisfies ClientMessage))).toMatchObject({
      ok: true,
      value: [{ type: "hello", seen: 41 }],
    });
  });

  const said: readonly ClientMessage[] = [
    { type: "text", text: "hello" },
    { type: "played", answer: 1, ms: 250 },
    { type: "pong", seq: 12 },
    { type: "interrupt" },
    { type: "mute", muted: true },
    { type: "dtmf", digits: "1*#" },
    { type: "go_to", segment: "banking" },
    { type: "tool_result", call: "c", result: { done: true } },
    { type: "tool_result", call: "c", error: "could not" },
    { type: "bye" },
  ];

  it.each(said.map((message) => [message.type, message] as const))(
    "is understood by the gateway: %s",
    (_, message) => {
      expect(connected().decode(JSON.stringify(message)).ok).toBe(true);
    },
  );
});

it.each([
  "",
  "null",
  "[]",
  '"ready"',
  "{}",
  '{"type":5}',
  '{"type":"ready"}',
  '{"type":"ready","seq":-1}',
  "{".repeat(9999),
])("does not stumble over %.20s", (text) => {
  expect(readMessage(text).kind).toBe("malformed");
});

it("tells a newer gateway's message from a broken one", () => {
  expect(readMessage('{"type":"toString","seq":4}')).toEqual({ kind: "unknown", seq: 4, type: "toString" });
});
