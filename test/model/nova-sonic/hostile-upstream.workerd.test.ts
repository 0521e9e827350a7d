import { describe, expect, it } from "vitest";
import { encodeMessage } from "../../../src/aws/event-stream/codec.ts";
import { LIMITS } from "../../../src/base/limits.ts";
import type { StreamEnd } from "../../../src/conversation/events.ts";
import { startCall } from "../../workerd/bedrock-end.ts";
import { base64, chunk, chunkOf, exception, frame, nova, says } from "./wire.ts";

type Piece = Uint8Array | string;

interface Case {
  readonly name: string;
  readonly sends: readonly Piece[];
  /** Event types that come of it, before the stream goes on. */
  readonly tells?: readonly string[];
  /** The stream ends, like this. Otherwise it goes on, and hears what comes next. */
  readonly ends?: StreamEnd["type"];
}

const joined = (...pieces: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(pieces));
const damaged = (bytes: Uint8Array, at: number): Uint8Array => {
  const copy = bytes.slice();
  copy[at < 0 ? copy.length + at : at] = (copy.at(at) ?? 0) ^ 0x01;
  return copy;
};
/** Both lengths changed, their checksum right. */
const withLengths = (total: number, headers: number): Uint8Array => {
  const empty = encodeMessage(new Uint8Array(0), new Uint8Array(0));
  const view = new DataView(empty.buffer);
  view.setUint32(0, total);
  view.setUint32(4, headers);
  view.setUint32(8, crc32(empty.subarray(0, 8)));
  return empty;
};
const crc32 = (bytes: Uint8Array): number => {
  let value = ~0;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return ~value >>> 0;
};
/** A message whose header block is these bytes. */
const withHeaderBlock = (...bytes: number[]): Uint8Array =>
  encodeMessage(Uint8Array.from(bytes), new Uint8Array(0));
const usage = says.usage(1);
const half = Math.floor(usage.length / 2);
const pcm = new Uint8Array(4);
const CHUNK = { ":event-type": "chunk", ":message-type": "event" };

/** Damage to the frames themselves: nothing that follows can be trusted. */
const DAMAGE: readonly Case[] = [
  { name: "a wrong checksum", sends: [damaged(usage, -1)], ends: "lost" },
  { name: "a payload changed on the way", sends: [damaged(usage, -10)], ends: "lost" },
  { name: "a header changed on the way", sends: [damaged(usage, 14)], ends: "lost" },
  { name: "a wrong checksum of the lengths", sends: [damaged(usage, 8)], ends: "lost" },
  { name: "a length changed on the way", sends: [damaged(usage, 3)], ends: "lost" },
  {
    name: "a length just over the limit",
    sends: [withLengths(LIMITS.upstreamMessageBytes + 1, 0)],
    ends: "lost",
  },
  { name: "a length of 4 GB", sends: [withLengths(0xffff_ffff, 0)], ends: "lost" },
  { name: "a length of nothing", sends: [withLengths(0, 0)], ends: "lost" },
  { name: "headers longer than the message", sends: [withLengths(16, 1000)], ends: "lost" },
  { name: "a header of unknown type", sends: [withHeaderBlock(1, 97, 10)], ends: "lost" },
  { name: "a header that runs past its block", sends: [withHeaderBlock(1, 97, 7, 0, 200, 1)], ends: "lost" },
  { name: "a header without a name", sends: [withHeaderBlock(0, 0)], ends: "lost" },
  {
    name: "bytes that are no frame",
    sends: [new TextEncoder().encode("HTTP/1.1 200 OK\r\n\r\nhello")],
    ends: "lost",
  },
  {
    name: "a frame that goes on where another should begin",
    sends: [usage.subarray(0, half), usage],
    ends: "lost",
  },
  {
    name: "a sound frame, then damage",
    sends: [joined(usage, damaged(usage, -1))],
    tells: ["usage"],
    ends: "lost",
  },
  { name: "base64 text that is no frame", sends: [base64("this is text, not a frame")], ends: "lost" },
];

/** Sound frames in unusual pieces. */
const PIECES: readonly Case[] = [
  { name: "two frames in one message", sends: [joined(usage, usage)], tells: ["usage", "usage"] },
  {
    name: "a frame in two messages",
    sends: [usage.subarray(0, half), usage.subarray(half)],
    tells: ["usage"],
  },
  { name: "a frame byte by byte", sends: [...usage].map((byte) => Uint8Array.of(byte)), tells: ["usage"] },
  {
    name: "one and a half frames, then the other half",
    sends: [joined(usage, usage.subarray(0, half)), usage.subarray(half)],
    tells: ["usage", "usage"],
  },
  { name: "a frame as base64 text", sends: [Buffer.from(usage).toString("base64")], tells: ["usage"] },
  { name: "a message of no bytes", sends: [new Uint8Array(0)] },
  { name: "text that is not base64", sends: ["hello?"] },
  { name: "text of nothing", sends: [""] },
];

/** Sound frames that say something we cannot use. */
const NONSENSE: readonly Case[] = [
  {
    name: "padding beside the bytes",
    sends: [
      chunk({
        bytes: base64('{"event":{"usageEvent":{"details":{"total":{"input":{},"output":{}}}}}}'),
        p: "abcdefgh",
      }),
    ],
    tells: ["usage"],
  },
  { name: "a payload that is not JSON", sends: [chunk("not JSON")] },
  { name: "a payload of nothing", sends: [frame(CHUNK, "")] },
  { name: "a payload without bytes", sends: [chunk({ p: "abc" })] },
  { name: "a payload that is null", sends: [chunk("null")] },
  { name: "bytes that are a number", sends: [chunk({ bytes: 7 })] },
  { name: "bytes that are not base64", sends: [chunk({ bytes: "%%%" })] },
  { name: "bytes that are not JSON", sends: [chunkOf("not JSON")] },
  { name: "bytes that are not UTF-8", sends: [chunk({ bytes: "/////w==" })] },
  { name: "JSON nested 100 000 deep", sends: [chunkOf("[".repeat(100_000) + "]".repeat(100_000))] },
  { name: "an event that is a list", sends: [chunkOf('{"event":[1]}')] },
  { name: "an event without a name", sends: [chunkOf('{"event":{}}')] },
  { name: "no event", sends: [chunkOf('{"hello":1}')] },
  { name: "an event nobody knows", sends: [nova("somethingNew", { a: 1 })] },
  {
    name: "an event named after a prototype's member",
    sends: [nova("__proto__", {}), nova("constructor", {})],
  },
  { name: "a body that is null", sends: [nova("contentStart", null), nova("audioOutput", null)] },
  { name: "audio that is a number", sends: [nova("audioOutput", { contentId: "a", content: 5 })] },
  { name: "text that is a list", sends: [nova("textOutput", { contentId: "a", content: [] })] },
  { name: "a tool use without its id", sends: [nova("toolUse", { toolName: "get", content: "{}" })] },
  {
    name: "a tool use without a name",
    sends: [nova("toolUse", { toolUseId: "u", toolName: "", content: "{}" })],
  },
  { name: "usage without totals", sends: [nova("usageEvent", { totalTokens: 5 })] },
  {
    name: "usage that is negative",
    sends: [nova("usageEvent", { details: { total: { input: { speechTokens: -1 }, output: {} } } })],
  },
  {
    name: "stage fields that are not JSON",
    sends: [
      nova("contentStart", { contentId: "s", type: "TEXT", role: "ASSISTANT", additionalModelFields: "{" }),
      says.text("s", "Hi"),
    ],
    tells: ["agent_text"],
  },
  {
    name: "another event type than chunk",
    sends: [frame({ ":event-type": "initial-response", ":message-type": "event" }, "{}")],
  },
  { name: "no message type", sends: [frame({ ":event-type": "chunk" }, "{}")] },
  { name: "a message type nobody knows", sends: [frame({ ":message-type": "gossip" }, "{}")] },
  { name: "a message without headers", sends: [encodeMessage(new Uint8Array(0), new Uint8Array(0))] },
];

/** Events that come when they should not. */
const DISORDER: readonly Case[] = [
  {
    name: "the end of a content that never began",
    sends: [says.end("x", "TEXT", "END_TURN"), says.end("y", "AUDIO", "END_TURN")],
  },
  { name: "audio of a content that never began", sends: [says.audio("x", pcm)] },
  { name: "text of a content that never began", sends: [says.text("x", "Hi")] },
  {
    name: "audio of a content that is text",
    sends: [says.textStart("x", "ASSISTANT", "FINAL"), says.audio("x", pcm)],
  },
  {
    name: "audio after its end",
    sends: [says.audioStart("x"), says.end("x", "AUDIO", "END_TURN"), says.audio("x", pcm)],
    tells: ["agent_audio_started", "agent_audio_ended"],
  },
  {
    name: "audio of no samples, and of half a sample",
    sends: [says.audioStart("x"), says.audio("x", new Uint8Array(0)), says.audio("x", new Uint8Array(1))],
    tells: ["agent_audio_started"],
  },
  {
    name: "the same tool use three times",
    sends: [says.toolUse("u", "get", "{}"), says.toolUse("u", "get", "{}"), says.toolUse("u", "other", "{}")],
    tells: ["tool_use"],
  },
  {
    name: "the completion's end before we ended the prompt",
    sends: [nova("completionEnd", { stopReason: "END_TURN" })],
  },
  {
    name: "an interruption of nothing, twice",
    sends: [says.end("x", "TEXT", "INTERRUPTED"), says.end("y", "TEXT", "INTERRUPTED")],
    tells: ["interrupted"],
  },
  {
    name: "a content of a kind nobody knows",
    sends: [nova("contentStart", { contentId: "v", type: "VIDEO" }), says.end("v", "TEXT", "END_TURN")],
  },
];

/** AWS's own words. */
const COMPLAINTS: readonly Case[] = [
  { name: "a throttling exception", sends: [exception("throttlingException", "m")], ends: "busy" },
  {
    name: "a service unavailable exception",
    sends: [exception("serviceUnavailableException", "m")],
    ends: "unreachable",
  },
  {
    name: "an internal server exception",
    sends: [exception("internalServerException", "m")],
    ends: "unreachable",
  },
  { name: "a model time-out", sends: [exception("modelTimeoutException", "m")], ends: "lost" },
  { name: "a model stream error", sends: [exception("modelStreamErrorException", "m")], ends: "lost" },
  {
    name: "a validation exception about the prologue",
    sends: [exception("validationException", "Received invalid voiceId")],
    ends: "refused",
  },
  {
    name: "a validation exception nobody knows, at once",
    sends: [exception("validationException", "m")],
    ends: "refused",
  },
  {
    name: "a validation exception nobody knows, on a stream that worked",
    sends: [says.textStart("x", "USER", "FINAL"), exception("validationException", "m")],
    ends: "lost",
  },
  {
    name: "55 seconds of silence",
    sends: [exception("validationException", "Timed out waiting for audio bytes")],
    ends: "lost",
  },
  {
    name: "a tool result not understood",
    sends: [exception("validationException", "Tool Response parsing error")],
  },
  { name: "an exception nobody knows", sends: [exception("newException", "m")], ends: "lost" },
  {
    name: "an exception without a type",
    sends: [frame({ ":message-type": "exception" }, "{}")],
    ends: "lost",
  },
  {
    name: "an exception whose body is not JSON",
    sends: [frame({ ":message-type": "exception", ":exception-type": "throttlingException" }, "oops")],
    ends: "busy",
  },
  {
    name: "an exception whose message is a number",
    sends: [
      frame({ ":message-type": "exception", ":exception-type": "validationException" }, '{"message":3}'),
    ],
    ends: "refused",
  },
  {
    name: "an error nobody modelled",
    sends: [frame({ ":message-type": "error", ":error-code": "InternalError", ":error-message": "m" }, "")],
    ends: "lost",
  },
  { name: "an error without a code", sends: [frame({ ":message-type": "error" }, "")], ends: "lost" },
  {
    name: "an exception, then more",
    sends: [joined(exception("throttlingException", "m"), usage)],
    ends: "busy",
  },
];

const run = async ({ sends, tells = [], ends }: Case): Promise<void> => {
  const call = await startCall();
  for (const piece of sends) call.bedrock.send(piece);
  if (ends === undefined) {
    // A stream that goes on hears the next thing said to it, and can still speak.
    call.bedrock.send(says.toolUse("the next thing", "get", "{}"));
    await call.told.first((event) => event.type === "tool_use" && event.use === "the next thing");
    expect(call.told.all.map(({ type }) => type)).toEqual(["opened", ...tells, "tool_use"]);
    call.stream.sendText("Still there?");
    await call.sent.first(({ name, body }) => name === "textInput" && body.content === "Still there?");
    call.stream.abort();
    return;
  }
  const end = await call.end();
  expect(end.type).toBe(ends);
  expect(call.told.all.map(({ type }) => type)).toEqual(["opened", ...tells, "ended"]);
  expect(await call.closed.first(() => true)).toEqual({ code: 1000 });
};

describe("upstream, a damaged frame loses the stream:", () => {
  it.each(DAMAGE)("$name", run);
});
describe("upstream, frames are found in any pieces:", () => {
  it.each(PIECES)("$name", run);
});
describe("upstream, what cannot be read is passed over:", () => {
  it.each(NONSENSE)("$name", run);
});
describe("upstream, what comes out of order does no harm:", () => {
  it.each(DISORDER)("$name", run);
});
describe("upstream, every complaint has its meaning:", () => {
  it.each(COMPLAINTS)("$name", run);
});

describe("upstream, odd things", () => {
  it("are noted without repeating them, and not without end", async () => {
    const call = await startCall();
    for (let i = 0; i < 100; i++) call.bedrock.send(chunkOf('{"secret":"sesame"}'));
    call.bedrock.send(usage);
    await call.told.first(({ type }) => type === "usage");
    expect(call.notes.all).toHaveLength(20);
    expect(call.notes.all.join()).not.toContain("sesame");
  });

  it("reach nobody but the log in AWS's words, and there without secrets", async () => {
    const call = await startCall();
    call.bedrock.send(
      exception("throttlingException", "see https://h/?X-Amz-Signature=feed for AKIAIOSFODNN7EXAMPLE"),
    );
    const end = await call.end();
    expect(end).toEqual({
      type: "busy",
      cause: expect.stringContaining("throttlingException: see https://h/"),
      crowded: true,
    });
    expect(JSON.stringify(end)).not.toMatch(/feed|AKIA/);
  });
});
