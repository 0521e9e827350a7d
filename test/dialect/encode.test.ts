import { describe, expect, it } from "vitest";
import type { Notice } from "../../src/conversation/events.ts";
import { antiphonV1 } from "../../src/dialect/antiphon-v1/index.ts";
import { serverMessage } from "../../src/dialect/antiphon-v1/server-messages.ts";
import type { DialectConnection } from "../../src/dialect/dialect.ts";
import { greeted } from "./hello.ts";
import { ALL_NOTICES, NOTICES } from "./notices.ts";

const jsonOf = (connection: DialectConnection, notice: Notice, seq = 1): unknown => {
  const frames = connection.encode(notice, seq);
  expect(frames).toHaveLength(1);
  return JSON.parse(String(frames[0]));
};

const binaryOf = (connection: DialectConnection, notice: Notice, seq = 1): Uint8Array => {
  const [frame] = connection.encode(notice, seq);
  if (!(frame instanceof Uint8Array)) throw new Error("expected a binary message");
  return frame;
};

/** Must not be seen by any client. */
const STOWAWAY = "pin-4711";

/** The same value with facts and a tool's word in every object of it, where no type would let them in. */
const laden = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(laden);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).map(([name, member]) =>
    // What a tool was given and gave back is any JSON; who may see it is asked elsewhere.
    name === "arguments" || name === "value" ? [name, member] : [name, laden(member)],
  );
  const word = { facts: { pin: STOWAWAY }, next: STOWAWAY };
  return { ...Object.fromEntries(members), ...word, word, secret: STOWAWAY };
};
const withStowaways = (notice: Notice): Notice => laden(notice) as Notice;

const textNotices = ALL_NOTICES.filter((notice) => notice.type !== "audio");

describe("what a client is told", () => {
  it.each(textNotices)("fits the protocol's schema, with tool details and without: %j", (notice) => {
    for (const details of [true, false]) {
      const message = jsonOf(greeted(undefined, undefined, details), notice, 7);
      expect(serverMessage.parse(message)).toEqual(message);
      expect(message).toMatchObject({ seq: 7 });
    }
  });

  it("can be told before hello too, when a connection is refused", () => {
    const connection = antiphonV1.connect({ toolDetails: true, resume: null });
    for (const notice of textNotices) serverMessage.parse(jsonOf(connection, notice));
  });

  it("covers every message of the protocol", () => {
    const told = textNotices.map((notice) => (jsonOf(greeted(), notice) as { type: string }).type);
    const inSchema = serverMessage.options.map((option) => option.shape.type.value);
    expect([...new Set(told)].sort()).toEqual([...inSchema].sort());
  });

  it("names in ready the encodings of its hello", () => {
    const connection = greeted({ encoding: "alaw", rate: 8000 }, { encoding: "pcm16", rate: 24000 });
    const notice: Notice = {
      type: "ready",
      session: crypto.randomUUID(),
      agent: "bank",
      inputRate: 8000,
      outputRate: 24000,
    };
    expect(jsonOf(connection, notice)).toMatchObject({
      protocol: "antiphon.v1",
      audio: { input: { encoding: "alaw", rate: 8000 }, output: { encoding: "pcm16", rate: 24000 } },
    });
  });

  it("says in ready with what to come back, and for how long; or that there is no coming back", () => {
    const [ready] = NOTICES.ready;
    if (ready === undefined) throw new Error("the example is gone");
    const resume = { token: "ar1.x.y", forMs: 60_000 };
    expect(jsonOf(greeted(undefined, undefined, true, resume), ready)).toMatchObject({ resume });
    expect(jsonOf(greeted(), ready)).toMatchObject({ resume: null });
  });

  it("is told to a client that has come back under the number before the first that follows", () => {
    const notice: Notice = { type: "resumed", from: 19, lost: 1, lostMs: 240 };
    expect(jsonOf(greeted(), notice, 18)).toEqual({ ...notice, seq: 18 });
    expect(serverMessage.parse(jsonOf(greeted(), { ...notice, from: 1 }, 0))).toMatchObject({ seq: 0 });
  });

  it("shows tools' arguments and results to those who may see them, and to nobody else", () => {
    const [started] = NOTICES.tool_started;
    const [ended] = NOTICES.tool_ended;
    if (started === undefined || ended === undefined) throw new Error("the examples are gone");
    const open = greeted(undefined, undefined, true);
    const shut = greeted(undefined, undefined, false);
    expect(jsonOf(open, started)).toMatchObject({ arguments: { account: "current" } });
    expect(jsonOf(open, ended)).toMatchObject({ status: "ok", result: { euros: 12 } });
    expect(jsonOf(shut, started)).toEqual({
      type: "tool_started",
      seq: 1,
      call: "call-1",
      name: "get_balance",
    });
    expect(jsonOf(shut, ended)).toEqual({
      type: "tool_ended",
      seq: 1,
      call: "call-1",
      name: "get_balance",
      status: "ok",
      ms: 81,
    });
  });

  it("shows a client the arguments of a tool that the client itself runs", () => {
    const notice: Notice = {
      type: "client_tool_call",
      call: "c",
      name: "camera",
      arguments: { zoom: 2 },
      timeoutMs: 5_000,
    };
    expect(jsonOf(greeted(undefined, undefined, false), notice)).toMatchObject({
      arguments: { zoom: 2 },
      timeoutMs: 5_000,
    });
  });

  it.each(textNotices)("holds nothing that its notice should not have held: %j", (notice) => {
    for (const details of [true, false]) {
      const message = jsonOf(greeted(undefined, undefined, details), withStowaways(notice));
      expect(JSON.stringify(message)).not.toContain(STOWAWAY);
      expect(serverMessage.parse(message)).toEqual(jsonOf(greeted(undefined, undefined, details), notice));
    }
  });

  it("names the segment that was left, and who wished it", () => {
    const notice: Notice = {
      type: "segment",
      name: "banking",
      reason: "transition",
      from: "identify",
      by: "fact",
      gapMs: 12,
    };
    expect(jsonOf(greeted(), notice, 4)).toEqual({ ...notice, seq: 4 });
  });

  it("never holds the cause of an error", () => {
    for (const notice of [...NOTICES.error, ...NOTICES.closing]) {
      const words = JSON.stringify(jsonOf(greeted(), notice));
      expect(words).not.toMatch(/cause|stays at home|AccessDenied|Throttling/);
    }
    expect(jsonOf(greeted(), NOTICES.error[0] as Notice)).toMatchObject({
      error: {
        code: "bad_message",
        message: "The message is not one this protocol knows.",
        detail: "text.text: missing",
      },
    });
  });
});

describe("the agent's voice", () => {
  it("comes as number, answer and samples, the numbers in network byte order", () => {
    const notice: Notice = { type: "audio", answer: 0x01020304, pcm: Uint8Array.of(0xaa, 0xbb) };
    expect([...binaryOf(greeted(), notice, 0xfffefdfc)]).toEqual([
      0xff, 0xfe, 0xfd, 0xfc, 1, 2, 3, 4, 0xaa, 0xbb,
    ]);
  });

  it("is narrowed to G.711 for those who asked for it", () => {
    const silence: Notice = { type: "audio", answer: 1, pcm: new Uint8Array(320) };
    const mulaw = binaryOf(greeted({ encoding: "mulaw", rate: 8000 }), silence);
    const alaw = binaryOf(greeted({ encoding: "alaw", rate: 8000 }), silence);
    expect([...mulaw.subarray(8)]).toEqual(new Array(160).fill(0xff));
    expect([...alaw.subarray(8)]).toEqual(new Array(160).fill(0xd5));
  });

  it("follows the output's encoding, not the input's", () => {
    const connection = greeted({ encoding: "mulaw", rate: 8000 }, { encoding: "pcm16", rate: 24000 });
    const pcm = Uint8Array.of(9, 8, 7, 6);
    expect([...binaryOf(connection, { type: "audio", answer: 1, pcm }).subarray(8)]).toEqual([9, 8, 7, 6]);
  });

  it("may lie anywhere in memory", () => {
    const memory = Uint8Array.from({ length: 9 }, (_, index) => index);
    expect([
      ...binaryOf(greeted(), { type: "audio", answer: 1, pcm: memory.subarray(3, 7) }).subarray(8),
    ]).toEqual([3, 4, 5, 6]);
    const silence = new Uint8Array(9).subarray(1, 5);
    expect([
      ...binaryOf(greeted({ encoding: "alaw", rate: 8000 }), {
        type: "audio",
        answer: 1,
        pcm: silence,
      }).subarray(8),
    ]).toEqual([0xd5, 0xd5]);
  });
});
