import { describe, expect, it } from "vitest";
import type { GatewayErrorCode } from "../../src/base/errors.ts";
import { antiphonV1 } from "../../src/dialect/antiphon-v1/index.ts";
import type { Frame } from "../../src/dialect/dialect.ts";
import { greeted, hello, PCM16 } from "./hello.ts";

/** What a broken or unkind client sends, and what it is answered: the code, and words that the detail must hold. */
type Hostile = readonly [name: string, frame: Frame, code: GatewayErrorCode, detail: string];

const say = (value: unknown): string => JSON.stringify(value);
const helloWith = (members: object): string => say({ ...hello(), ...members });
const helloAudio = (audio: unknown): string => helloWith({ audio });

const beforeHello: readonly Hostile[] = [
  ["audio", new Uint8Array(640), "hello_required", "before audio"],
  ["empty audio", new Uint8Array(0), "hello_required", "before audio"],
  ["text", say({ type: "text", text: "hi" }), "hello_required", 'expected {"type":"hello"'],
  ["a message of no known type", say({ type: "start" }), "hello_required", "before anything else"],
  ["an object without a type", "{}", "hello_required", "before anything else"],
  ["no JSON at all", "hello", "bad_message", "message: not valid JSON"],
  ["a bare string", '"hello"', "bad_message", "message: expected an object"],
  ["a hello without anything", say({ type: "hello" }), "bad_message", "hello.protocol: expected"],
  [
    "a hello of another version",
    helloWith({ protocol: "antiphon.v2" }),
    "bad_message",
    'hello.protocol: expected "antiphon.v1"',
  ],
  [
    "a hello with a misspelt member",
    helloWith({ clinet: "x" }),
    "bad_message",
    'hello: unknown member "clinet"',
  ],
  ["a hello with a nameless client", helloWith({ client: "" }), "bad_message", "hello.client: too small"],
  [
    "a hello with an endless client",
    helloWith({ client: "x".repeat(129) }),
    "bad_message",
    "hello.client: too big",
  ],
  [
    "a hello with a client that is a number",
    helloWith({ client: 7 }),
    "bad_message",
    "hello.client: expected a string",
  ],
  [
    "a hello that has seen less than nothing",
    helloWith({ seen: -1 }),
    "bad_message",
    "hello.seen: too small",
  ],
  ["a hello that has seen a half", helloWith({ seen: 1.5 }), "bad_message", "hello.seen: expected"],
  ["a hello that has seen all", helloWith({ seen: 1e300 }), "bad_message", "hello.seen: "],
  ["a hello that has seen null", helloWith({ seen: null }), "bad_message", "hello.seen: expected"],
  ["a hello that has seen in words", helloWith({ seen: "12" }), "bad_message", "hello.seen: expected"],
  ["a hello without audio", helloWith({ audio: undefined }), "bad_message", "hello.audio: missing"],
  ["a hello with audio null", helloAudio(null), "bad_message", "hello.audio: expected an object"],
  ["a hello with input only", helloAudio({ input: PCM16 }), "bad_message", "hello.audio.output: missing"],
  [
    "a hello with an unknown encoding",
    helloAudio({ input: { encoding: "opus", rate: 16000 }, output: PCM16 }),
    "bad_message",
    'hello.audio.input.encoding: expected "pcm16" or "mulaw" or "alaw"',
  ],
  [
    "a hello with CD quality",
    helloAudio({ input: { encoding: "pcm16", rate: 44100 }, output: PCM16 }),
    "bad_message",
    "hello.audio.input.rate: expected 8000 or 16000 or 24000",
  ],
  [
    "a hello with a rate in words",
    helloAudio({ input: PCM16, output: { encoding: "pcm16", rate: "16000" } }),
    "bad_message",
    "hello.audio.output.rate: expected 8000 or 16000 or 24000",
  ],
  [
    "a hello with fast µ-law",
    helloAudio({ input: { encoding: "mulaw", rate: 16000 }, output: PCM16 }),
    "bad_message",
    "hello.audio.input.rate: expected 8000",
  ],
  [
    "a hello with channels",
    helloAudio({ input: { ...PCM16, channels: 2 }, output: PCM16 }),
    "bad_message",
    'hello.audio.input: unknown member "channels"',
  ],
  ["a list of hellos", say([hello()]), "bad_message", "message: expected an object"],
];

const afterHello: readonly Hostile[] = [
  ["a second hello", say(hello()), "bad_message", "hello: said already"],
  ["nothing", "", "bad_message", "message: not valid JSON"],
  ["half a message", '{"type":"te', "bad_message", "message: not valid JSON"],
  ["two messages at once", '{"type":"bye"}{"type":"bye"}', "bad_message", "message: not valid JSON"],
  ["null", "null", "bad_message", "message: expected an object"],
  ["a number", "42", "bad_message", "message: expected an object"],
  ["a type that is an object", say({ type: {} }), "bad_message", 'message.type: expected "hello" or "text"'],
  [
    "a type of another protocol",
    say({ type: "input_audio_buffer.append", audio: "AAAA" }),
    "bad_message",
    "message.type: expected",
  ],
  ["a type that objects inherit", say({ type: "__proto__" }), "bad_message", "message.type: expected"],
  [
    "a prototype for our objects",
    '{"type":"bye","__proto__":{"admin":true}}',
    "bad_message",
    'unknown member "__proto__"',
  ],
  ["an array as deep as the sea", "[".repeat(30_000), "bad_message", "nested deeper than 64 levels"],
  [
    "a result as deep as the sea",
    `{"type":"tool_result","call":"c","result":${"[".repeat(9_000)}${"]".repeat(9_000)}}`,
    "bad_message",
    "nested deeper than 64 levels",
  ],
  ["more text than fits", say({ type: "text", text: "x".repeat(70_000) }), "too_large", "65536 bytes"],
  ["more bytes of text than fit, in fewer characters", "é".repeat(40_000), "too_large", "65536 bytes"],
  ["more audio than fits", new Uint8Array(65_538), "too_large", "65536 bytes"],
  ["a pong without a number", say({ type: "pong" }), "bad_message", "pong.seq: missing"],
  ["a pong of less than nothing", say({ type: "pong", seq: -1 }), "bad_message", "pong.seq: too small"],
  ["a pong of a half", say({ type: "pong", seq: 0.5 }), "bad_message", "pong.seq: expected"],
  ["a pong with a payload", say({ type: "pong", seq: 1, at: 2 }), "bad_message", 'pong: unknown member "at"'],
  ["a ping", say({ type: "ping", seq: 1 }), "bad_message", "message.type: expected"],
  ["text that is missing", say({ type: "text" }), "bad_message", "text.text: missing; expected a string"],
  ["text that is a list", say({ type: "text", text: ["hi"] }), "bad_message", "text.text: expected a string"],
  ["text of blanks", say({ type: "text", text: " \n\t" }), "bad_message", "text.text: expected words"],
  [
    "text longer than the model takes",
    say({ type: "text", text: "x".repeat(1_001) }),
    "bad_message",
    "text.text: too big",
  ],
  [
    "text with half a character",
    '{"type":"text","text":"\\ud800"}',
    "bad_message",
    "text.text: expected well-formed Unicode",
  ],
  [
    "played of answer nought",
    say({ type: "played", answer: 0, ms: 1 }),
    "bad_message",
    "played.answer: too small",
  ],
  [
    "played of half an answer",
    say({ type: "played", answer: 1.5, ms: 1 }),
    "bad_message",
    "played.answer: expected a whole number",
  ],
  ["played backwards", say({ type: "played", answer: 1, ms: -1 }), "bad_message", "played.ms: too small"],
  [
    "played without end",
    '{"type":"played","answer":1,"ms":1e999}',
    "bad_message",
    "played.ms: expected a number",
  ],
  [
    "played longer than a session",
    say({ type: "played", answer: 1, ms: 1e9 }),
    "bad_message",
    "played.ms: too big",
  ],
  [
    "interrupt with a wish",
    say({ type: "interrupt", answer: 3 }),
    "bad_message",
    'interrupt: unknown member "answer"',
  ],
  ["mute by a word", say({ type: "mute", muted: "yes" }), "bad_message", "mute.muted: expected a boolean"],
  ["no digits", say({ type: "dtmf", digits: "" }), "bad_message", "dtmf.digits: too small"],
  [
    "digits that no telephone has",
    say({ type: "dtmf", digits: "12x" }),
    "bad_message",
    "dtmf.digits: expected keys of a telephone",
  ],
  ["digits as a number", say({ type: "dtmf", digits: 12 }), "bad_message", "dtmf.digits: expected a string"],
  ["go_to nowhere", say({ type: "go_to" }), "bad_message", "go_to.segment: missing; expected a string"],
  [
    "go_to a place without a name",
    say({ type: "go_to", segment: "" }),
    "bad_message",
    "go_to.segment: expected a segment's name",
  ],
  [
    "go_to in capitals",
    say({ type: "go_to", segment: "Banking" }),
    "bad_message",
    "go_to.segment: expected a segment's name: a small letter, then small letters, digits and _",
  ],
  [
    "go_to with a line of its own",
    say({ type: "go_to", segment: "banking\nidentify" }),
    "bad_message",
    "go_to.segment: expected a segment's name",
  ],
  [
    "go_to what objects inherit",
    say({ type: "go_to", segment: "__proto__" }),
    "bad_message",
    "go_to.segment: expected a segment's name",
  ],
  [
    "go_to without end",
    say({ type: "go_to", segment: "b".repeat(65) }),
    "bad_message",
    "go_to.segment: too big",
  ],
  [
    "go_to a list of places",
    say({ type: "go_to", segment: ["banking"] }),
    "bad_message",
    "go_to.segment: expected a string",
  ],
  [
    "go_to with facts of its own",
    say({ type: "go_to", segment: "banking", facts: { authenticated: true } }),
    "bad_message",
    'go_to: unknown member "facts"',
  ],
  [
    "a tool's result with facts of its own",
    say({ type: "tool_result", call: "c", result: 1, facts: { authenticated: true } }),
    "bad_message",
    'tool_result: unknown member "facts"',
  ],
  ["a novel of digits", say({ type: "dtmf", digits: "1".repeat(33) }), "bad_message", "dtmf.digits: too big"],
  [
    "a result for no call",
    say({ type: "tool_result", result: 1 }),
    "bad_message",
    "tool_result.call: missing",
  ],
  [
    "a result that is neither",
    say({ type: "tool_result", call: "c" }),
    "bad_message",
    "either result or error",
  ],
  [
    "a result that is both",
    say({ type: "tool_result", call: "c", result: 1, error: "x" }),
    "bad_message",
    "either result or error",
  ],
  [
    "a result too large to be spoken",
    say({ type: "tool_result", call: "c", result: "x".repeat(20_000) }),
    "too_large",
    "16384 bytes as JSON",
  ],
  [
    "a failure without words",
    say({ type: "tool_result", call: "c", error: "" }),
    "bad_message",
    "tool_result.error: too small",
  ],
  [
    "a call id without end",
    say({ type: "tool_result", call: "c".repeat(129), result: 1 }),
    "bad_message",
    "tool_result.call: too big",
  ],
  ["a member name without end", say({ type: "bye", ["x".repeat(60_000)]: 1 }), "bad_message", "…"],
];

describe("a hostile client", () => {
  it("is met in at least fifty ways", () => {
    expect(beforeHello.length + afterHello.length).toBeGreaterThanOrEqual(50);
  });

  it.each(beforeHello)(
    "that begins with %s is told what is wrong, and its hello still works",
    (_name, frame, code, detail) => {
      const connection = antiphonV1.connect({ toolDetails: false, resume: null });
      expectRefusal(connection.decode(frame), code, detail);
      expect(connection.decode(JSON.stringify(hello()))).toMatchObject({
        ok: true,
        value: [{ type: "hello" }],
      });
    },
  );

  it.each(afterHello)(
    "that sends %s is told what is wrong, and its next message still works",
    (_name, frame, code, detail) => {
      const connection = greeted();
      expectRefusal(connection.decode(frame), code, detail);
      expect(connection.decode('{"type":"text","text":"hi"}')).toEqual({
        ok: true,
        value: [{ type: "text", text: "hi" }],
      });
      expect(connection.decode(Uint8Array.of(1, 2))).toEqual({
        ok: true,
        value: [{ type: "audio", pcm: Uint8Array.of(1, 2) }],
      });
    },
  );

  it("gets one short answer, however much is wrong", () => {
    const members = Object.fromEntries(
      Array.from({ length: 2_000 }, (_, index) => [`member${index}`, index]),
    );
    const decoded = greeted().decode(JSON.stringify({ type: "bye", ...members }));
    expect(decoded.ok || (decoded.error.detail ?? "").length).toBeLessThan(400);
  });
});

const expectRefusal = (
  decoded: ReturnType<ReturnType<typeof greeted>["decode"]>,
  code: GatewayErrorCode,
  detail: string,
): void => {
  expect(decoded).toMatchObject({ ok: false, error: { code } });
  expect(!decoded.ok && decoded.error.detail).toContain(detail);
};
