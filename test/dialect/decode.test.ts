import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LIMITS } from "../../src/base/limits.ts";
import type { Command } from "../../src/conversation/events.ts";
import { antiphonV1 } from "../../src/dialect/antiphon-v1/index.ts";
import { greeted, hello } from "./hello.ts";

const say = (value: unknown) => JSON.stringify(value);

describe("a client's messages", () => {
  const good: readonly [name: string, frame: string, command: Command][] = [
    ["typed text", say({ type: "text", text: "Grüß dich 👋" }), { type: "text", text: "Grüß dich 👋" }],
    [
      "text of the largest size",
      say({ type: "text", text: "x".repeat(1000) }),
      { type: "text", text: "x".repeat(1000) },
    ],
    ["played", say({ type: "played", answer: 3, ms: 250.5 }), { type: "played", answer: 3, ms: 250.5 }],
    ["played nothing yet", say({ type: "played", answer: 1, ms: 0 }), { type: "played", answer: 1, ms: 0 }],
    ["pong", say({ type: "pong", seq: 17 }), { type: "pong", seq: 17 }],
    ["interrupt", say({ type: "interrupt" }), { type: "interrupt" }],
    ["mute", say({ type: "mute", muted: true }), { type: "mute", muted: true }],
    ["dtmf", say({ type: "dtmf", digits: "0123456789*#ABCD" }), { type: "dtmf", digits: "0123456789*#ABCD" }],
    ["go_to", say({ type: "go_to", segment: "banking_2" }), { type: "go_to", segment: "banking_2" }],
    [
      "go_to with the longest of names",
      say({ type: "go_to", segment: "b".repeat(64) }),
      { type: "go_to", segment: "b".repeat(64) },
    ],
    [
      "a tool's result",
      say({ type: "tool_result", call: "c1", result: { ok: [1, null] } }),
      { type: "client_tool_result", call: "c1", result: { status: "ok", value: { ok: [1, null] } } },
    ],
    [
      "a tool's result that is null",
      say({ type: "tool_result", call: "c1", result: null }),
      { type: "client_tool_result", call: "c1", result: { status: "ok", value: null } },
    ],
    [
      "a tool's failure",
      say({ type: "tool_result", call: "c1", error: "No camera." }),
      {
        type: "client_tool_result",
        call: "c1",
        result: { status: "failed", reason: "refused", say: "No camera." },
      },
    ],
    ["bye", say({ type: "bye" }), { type: "bye" }],
    [
      "members in any order and white space",
      ' {"muted" : false ,\n"type":"mute"} ',
      { type: "mute", muted: false },
    ],
  ];
  it.each(good)("are understood: %s", (_name, frame, command) => {
    expect(greeted().decode(frame)).toEqual({ ok: true, value: [command] });
  });

  it("begin with hello, which tells the rates of both directions", () => {
    const connection = antiphonV1.connect({ toolDetails: false, resume: null });
    const said = hello({ encoding: "mulaw", rate: 8000 }, { encoding: "pcm16", rate: 24000 });
    expect(connection.decode(say({ ...said, client: "test/1" }))).toEqual({
      ok: true,
      value: [{ type: "hello", inputRate: 8000, outputRate: 24000 }],
    });
  });

  it.each([0, 17])("begin with a hello that tells what a client that comes back has seen: %d", (seen) => {
    const connection = antiphonV1.connect({ toolDetails: false, resume: null });
    expect(connection.decode(say({ ...hello(), seen }))).toEqual({
      ok: true,
      value: [{ type: "hello", inputRate: 16000, outputRate: 16000, seen }],
    });
  });

  it("may come after a hello that was refused and said again", () => {
    const connection = antiphonV1.connect({ toolDetails: false, resume: null });
    expect(connection.decode(say({ ...hello(), protocol: "antiphon.v2" })).ok).toBe(false);
    expect(connection.decode(say(hello())).ok).toBe(true);
    expect(connection.decode(say({ type: "bye" })).ok).toBe(true);
  });

  it("change nothing when they are refused: a refused second hello leaves the first in force", () => {
    const connection = greeted({ encoding: "mulaw", rate: 8000 });
    expect(connection.decode(say(hello()))).toMatchObject({ ok: false, error: { code: "bad_message" } });
    const decoded = connection.decode(new Uint8Array(160).fill(0xff));
    expect(decoded).toEqual({ ok: true, value: [{ type: "audio", pcm: new Uint8Array(320) }] });
  });

  it("never make the decoder throw, whatever they are, before hello and after", () => {
    const frame = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.uint8Array({ maxLength: 64 }),
      fc.json(),
      fc.json().map((json) => json.slice(0, -1)),
      fc
        .record(
          {
            type: fc.constantFrom(
              "hello",
              "text",
              "played",
              "mute",
              "dtmf",
              "go_to",
              "tool_result",
              "bye",
              "nonsense",
            ),
            text: fc.anything(),
            answer: fc.anything(),
            ms: fc.anything(),
            muted: fc.anything(),
            digits: fc.anything(),
            call: fc.anything(),
            result: fc.anything(),
            error: fc.anything(),
            audio: fc.anything(),
          },
          { requiredKeys: ["type"] },
        )
        .map((value) => {
          try {
            return JSON.stringify(value) ?? "";
          } catch {
            return "";
          }
        }),
    );
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 8 }), fc.boolean(), (frames, afterHello) => {
        const connection = afterHello ? greeted() : antiphonV1.connect({ toolDetails: true, resume: null });
        for (const one of frames) {
          const decoded = connection.decode(one);
          if (!decoded.ok) expect(decoded.error.detail?.length).toBeGreaterThan(0);
        }
        if (afterHello) expect(connection.decode(say({ type: "interrupt" })).ok).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it("are told apart from the limits by one byte or character", () => {
    const connection = greeted();
    const text = (length: number) => connection.decode(say({ type: "text", text: "é".repeat(length) })).ok;
    expect([text(LIMITS.callerTextChars), text(LIMITS.callerTextChars + 1)]).toEqual([true, false]);
    const audio = (bytes: number) => connection.decode(new Uint8Array(bytes)).ok;
    expect([audio(LIMITS.clientAudioBytes), audio(LIMITS.clientAudioBytes + 1)]).toEqual([true, false]);
    const result = (bytes: number) =>
      connection.decode(say({ type: "tool_result", call: "c", result: "x".repeat(bytes - 2) })).ok;
    expect([result(LIMITS.toolResultBytes), result(LIMITS.toolResultBytes + 1)]).toEqual([true, false]);
    const nested = (levels: number) =>
      connection.decode(
        `{"type":"tool_result","call":"c","result":${"[".repeat(levels)}${"]".repeat(levels)}}`,
      ).ok;
    expect([nested(LIMITS.jsonDepth - 1), nested(LIMITS.jsonDepth)]).toEqual([true, false]);
  });
});

describe("a client's audio", () => {
  const pcmOf = (connection: ReturnType<typeof greeted>, frame: Uint8Array): number[] => {
    const decoded = connection.decode(frame);
    if (!decoded.ok) throw new Error(decoded.error.code);
    return decoded.value.flatMap((command) => (command.type === "audio" ? [...command.pcm] : []));
  };

  it("is passed through as it is when it is PCM16, without a copy", () => {
    const frame = Uint8Array.of(1, 2, 3, 4);
    const decoded = greeted().decode(frame);
    expect(decoded.ok && decoded.value[0]?.type === "audio" && decoded.value[0].pcm).toBe(frame);
  });

  it("may be cut in the middle of a sample: the odd byte waits for the next message", () => {
    const connection = greeted();
    expect(pcmOf(connection, Uint8Array.of(1, 2, 3))).toEqual([1, 2]);
    expect(pcmOf(connection, Uint8Array.of())).toEqual([]);
    expect(pcmOf(connection, Uint8Array.of(4, 5))).toEqual([3, 4]);
    expect(pcmOf(connection, Uint8Array.of(6))).toEqual([5, 6]);
    expect(pcmOf(connection, Uint8Array.of(7))).toEqual([]);
    expect(pcmOf(connection, Uint8Array.of(8, 9, 10))).toEqual([7, 8, 9, 10]);
  });

  it("keeps its place when a message is refused: what follows is not shifted into noise", () => {
    const odd = new Uint8Array(LIMITS.clientAudioBytes + 1);
    const connection = greeted();
    expect(connection.decode(odd).ok).toBe(false);
    expect(pcmOf(connection, Uint8Array.of(9, 1, 2))).toEqual([0, 9, 1, 2]);
    expect(pcmOf(connection, Uint8Array.of(3))).toEqual([]);
    expect(connection.decode(odd).ok).toBe(false);
    expect(pcmOf(connection, Uint8Array.of(5, 6))).toEqual([5, 6]);
  });

  it("comes out whole, however it is cut", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 9 })), (frames) => {
        const connection = greeted();
        const sent = frames.flatMap((frame) => [...frame]);
        const got = frames.flatMap((frame) => pcmOf(connection, frame));
        expect(got).toEqual(sent.slice(0, sent.length - (sent.length % 2)));
      }),
    );
  });

  it("may lie anywhere in memory", () => {
    const memory = Uint8Array.from({ length: 16 }, (_, index) => index);
    const unaligned = memory.subarray(3, 9);
    expect(unaligned.byteOffset % 2).toBe(1);
    expect(pcmOf(greeted(), unaligned)).toEqual([3, 4, 5, 6, 7, 8]);
    const mulaw = new Uint8Array(5).fill(0xff).subarray(1, 4);
    expect(pcmOf(greeted({ encoding: "mulaw", rate: 8000 }), mulaw)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it("is widened from G.711 in either law", () => {
    // ITU-T G.711: 0x00 is the loudest negative µ-law value, -32124 here; A-law 0xd5 is +8, the smallest step.
    expect(pcmOf(greeted({ encoding: "mulaw", rate: 8000 }), Uint8Array.of(0x00))).toEqual([0x84, 0x82]);
    expect(pcmOf(greeted({ encoding: "alaw", rate: 8000 }), Uint8Array.of(0xd5))).toEqual([0x08, 0x00]);
  });
});
