/**
 * One example or more of every notice there is. A notice that is added to the vocabulary fails to compile here.
 */
import { gatewayError } from "../../src/base/errors.ts";
import type { Notice } from "../../src/conversation/events.ts";

export const SESSION = "0b0f7a8e-3f0e-4c2e-9a53-6f6f3c1b2a10";

type NoticesByType = { readonly [T in Notice["type"]]: readonly Extract<Notice, { type: T }>[] };

const call = { call: "call-1", name: "get_balance" };
const timing = { turn: 2, firstAudioMs: 640, sinceSpeechMs: 2100 };

export const NOTICES: NoticesByType = {
  ready: [{ type: "ready", session: SESSION, agent: "bank", inputRate: 16000, outputRate: 24000 }],
  resumed: [
    { type: "resumed", from: 19, lost: 0, lostMs: 0 },
    { type: "resumed", from: 1_400, lost: 321, lostMs: 12_345.5 },
  ],
  ping: [{ type: "ping" }],
  transcript: [
    {
      type: "transcript",
      role: "caller",
      turn: 1,
      answer: null,
      item: "c1",
      text: "What is left?",
      final: true,
    },
    {
      type: "transcript",
      role: "agent",
      turn: 1,
      answer: 1,
      item: "a1",
      text: "Twelve euros.",
      final: false,
    },
    { type: "transcript", role: "agent", turn: 0, answer: 1, item: "a0", text: "", final: true },
  ],
  speech: [
    { type: "speech", state: "started" },
    { type: "speech", state: "stopped" },
  ],
  answer: [
    { type: "answer", answer: 1, turn: 1, state: "started" },
    { type: "answer", answer: 1, turn: 1, state: "ended" },
  ],
  audio: [{ type: "audio", answer: 1, pcm: Uint8Array.of(1, 2, 3, 4) }],
  interrupted: [
    { type: "interrupted", answer: 1, heardMs: 812.5, heardText: "Twelve", by: "caller" },
    { type: "interrupted", answer: 2, heardMs: 0, heardText: "", by: "client" },
    { type: "interrupted", answer: 3, heardMs: 0, heardText: "", by: "recovery" },
  ],
  tool_started: [{ type: "tool_started", ...call, arguments: { account: "current" } }],
  tool_ended: [
    { type: "tool_ended", ...call, outcome: { status: "ok", value: { euros: 12 } }, ms: 81 },
    {
      type: "tool_ended",
      ...call,
      outcome: { status: "failed", reason: "timeout", say: "Too slow." },
      ms: 10_000,
    },
    {
      type: "tool_ended",
      ...call,
      outcome: { status: "failed", reason: "not_allowed", say: "Not before signing in." },
      ms: 0,
    },
  ],
  client_tool_call: [{ type: "client_tool_call", ...call, arguments: {}, timeoutMs: 10_000 }],
  segment: [
    { type: "segment", name: "main", reason: "start", from: null, by: null, gapMs: 0 },
    { type: "segment", name: "main", reason: "rotation", from: null, by: null, gapMs: 0 },
    { type: "segment", name: "main", reason: "recovery", from: null, by: null, gapMs: 412 },
    { type: "segment", name: "banking", reason: "transition", from: "identify", by: "fact", gapMs: 0 },
  ],
  usage: [
    {
      type: "usage",
      tokens: { inputSpeech: 120, inputText: 800, outputSpeech: 90, outputText: 40 },
      cost: { model: 0.0021, platform: 0.0001, total: 0.0022 },
    },
  ],
  metrics: [
    {
      type: "metrics",
      metrics: {
        ...timing,
        tools: [{ name: "get_balance", ms: 81, status: "ok" }],
        interrupted: false,
        gateway: { upMs: 0.4, downMs: null },
      },
    },
    {
      type: "metrics",
      metrics: {
        turn: 0,
        firstAudioMs: null,
        sinceSpeechMs: null,
        tools: [],
        interrupted: true,
        gateway: null,
      },
    },
  ],
  error: [
    { type: "error", error: gatewayError("bad_message", "text.text: missing", "the cause stays at home") },
    { type: "error", error: gatewayError("internal", undefined, "AccessDeniedException from AWS") },
  ],
  closing: [
    { type: "closing", reason: { type: "bye" } },
    { type: "closing", reason: { type: "client_left" } },
    { type: "closing", reason: { type: "deleted" } },
    { type: "closing", reason: { type: "never_joined" } },
    { type: "closing", reason: { type: "reaped" } },
    { type: "closing", reason: { type: "time_limit" } },
    { type: "closing", reason: { type: "budget", of: "turns" } },
    { type: "closing", reason: { type: "budget", of: "tokens" } },
    { type: "closing", reason: { type: "budget", of: "cost" } },
    {
      type: "closing",
      reason: { type: "error", error: gatewayError("model_busy", undefined, "ThrottlingException") },
    },
  ],
};

export const ALL_NOTICES: readonly Notice[] = Object.values(NOTICES).flat();
