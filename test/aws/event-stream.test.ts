import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeMessage, encodeMessage } from "../../src/aws/event-stream/codec.ts";
import { decodeHeaders, encodeHeaders, headerReader } from "../../src/aws/event-stream/headers.ts";
import { type Header, stringHeader } from "../../src/aws/event-stream/message.ts";
import { MessageReader } from "../../src/aws/event-stream/message-reader.ts";
import { fromHex, toHex, vectors } from "./vectors.ts";

const ALL_TYPES: readonly Header[] = [
  ["t", { type: "boolean", value: true }],
  ["f", { type: "boolean", value: false }],
  ["byte", { type: "byte", value: -2 }],
  ["short", { type: "short", value: -300 }],
  ["integer", { type: "integer", value: -70_000 }],
  ["long", { type: "long", value: -(2n ** 62n) }],
  ["binary", { type: "binary", value: Uint8Array.of(0, 255) }],
  ["string", { type: "string", value: "grün 🎙" }],
  ["timestamp", { type: "timestamp", value: 1_795_348_800_123 }],
  ["uuid", { type: "uuid", value: "01234567-89ab-cdef-0123-456789abcdef" }],
];

const serverFrames = Object.entries(vectors.serverFrames).filter(([name]) => name !== "note");
const chunk = (): Uint8Array => fromHex(vectors.serverFrames.chunk ?? "");

describe("messages", () => {
  it("carry headers of all ten types there and back", () => {
    const decoded = decodeMessage(encodeMessage(encodeHeaders(ALL_TYPES), Uint8Array.of(1, 2, 3)));
    expect(decoded.ok && [...decoded.value.headers]).toEqual(ALL_TYPES);
    expect(decoded.ok && decoded.value.payload).toEqual(Uint8Array.of(1, 2, 3));
  });

  it("write each type's number as AWS numbers them", () => {
    expect(ALL_TYPES.map(([name, value]) => encodeHeaders([[name, value]])[1 + name.length])).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
    ]);
  });

  it.each(serverFrames)("decode the server's %s and encode to the same bytes", (_, hex) => {
    const decoded = decodeMessage(fromHex(hex));
    if (!decoded.ok) throw new Error(decoded.error.detail);
    expect(toHex(encodeMessage(encodeHeaders([...decoded.value.headers]), decoded.value.payload))).toBe(hex);
  });

  it("may have neither headers nor payload", () => {
    const empty = encodeMessage(new Uint8Array(0), new Uint8Array(0));
    expect(empty.length).toBe(16);
    const decoded = decodeMessage(empty);
    expect(decoded.ok && decoded.value.headers.size).toBe(0);
  });

  it("tell a string header from one that only looks like it", () => {
    const decoded = decodeMessage(
      encodeMessage(encodeHeaders([["n", { type: "integer", value: 1 }]]), chunk()),
    );
    expect(decoded.ok && stringHeader(decoded.value, "n")).toBe(undefined);
  });

  it("are told apart from the same bytes with any one bit turned", () => {
    const bytes = chunk();
    fc.assert(
      fc.property(fc.nat(bytes.length * 8 - 1), (bit) => {
        const damaged = bytes.slice();
        damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(decodeMessage(damaged).ok).toBe(false);
      }),
    );
  });

  it("never make the decoder throw, whatever the bytes", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => !decodeMessage(bytes).ok));
  });
});

describe("header blocks that lie", () => {
  it.each([
    ["a name of no bytes", [0, 7, 0, 0]],
    ["a name longer than the block", [9, 97]],
    ["a type that is not there", [1, 97]],
    ["a type nobody defined", [1, 97, 10]],
    ["half a length", [1, 97, 7, 0]],
    ["a string longer than the block", [1, 97, 7, 0, 5, 98]],
    ["half a timestamp", [1, 97, 8, 0, 0]],
    ["a string that is not UTF-8", [1, 97, 7, 0, 1, 0xff]],
    ["a name that is not UTF-8", [1, 0xff, 0]],
  ])("%s", (_, bytes) => {
    const decoded = decodeHeaders(Uint8Array.from(bytes));
    expect(decoded.ok ? "taken" : decoded.error.type).toBe("bad_header");
  });

  it("never make the decoder throw", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => typeof decodeHeaders(bytes).ok === "boolean"),
    );
  });
});

describe("a reader", () => {
  const messages = serverFrames.map(([, hex]) => fromHex(hex));
  const stream = new Uint8Array(Buffer.concat(messages));

  it("finds every message however the stream is cut", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 30 }), (cuts) => {
        const reader = new MessageReader(1 << 20);
        const edges = [0, ...cuts.toSorted((a, b) => a - b), stream.length];
        const read = edges.slice(1).flatMap((to, i) => reader.push(stream.slice(edges[i], to)));
        expect(read.map((message) => message.ok && message.value.payload.length)).toEqual(
          messages.map((bytes) => {
            const message = decodeMessage(bytes);
            return message.ok && message.value.payload.length;
          }),
        );
      }),
    );
  });

  it("keeps nothing of a piece but a copy: its memory is given back when it has been read", () => {
    const payloadOf = (bytes: Uint8Array): string => {
      const message = decodeMessage(bytes);
      return message.ok ? toHex(message.value.payload) : "";
    };
    for (const at of [1, 11, 13, 40, stream.length - 1]) {
      const reader = new MessageReader(1 << 20);
      const read = [stream.slice(0, at), stream.slice(at)].flatMap((piece) => {
        const payloads = reader.push(piece).map((message) => message.ok && toHex(message.value.payload));
        piece.fill(0);
        return payloads;
      });
      expect(read).toEqual(messages.map(payloadOf));
    }
  });

  it("hands a message over with its last byte, not a byte later", () => {
    const reader = new MessageReader(1 << 20);
    const bytes = chunk();
    for (const byte of bytes.subarray(0, -1)) expect(reader.push(Uint8Array.of(byte))).toEqual([]);
    expect(reader.push(bytes.subarray(-1))).toHaveLength(1);
  });

  it("gives the messages before a damaged one, then one fault, then nothing", () => {
    const reader = new MessageReader(1 << 20);
    const damaged = chunk();
    damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1;
    const read = reader.push(new Uint8Array(Buffer.concat([chunk(), damaged, chunk()])));
    expect(read.map((message) => (message.ok ? "message" : message.error.type))).toEqual([
      "message",
      "bad_checksum",
    ]);
    expect(reader.push(chunk())).toEqual([]);
  });

  it("refuses a message over its limit as soon as its length is known", () => {
    const reader = new MessageReader(100);
    const read = reader.push(chunk().subarray(0, 12));
    expect(read.map((message) => !message.ok && message.error.type)).toEqual(["too_long"]);
  });

  it("refuses lengths that contradict each other", () => {
    const lying = encodeMessage(new Uint8Array(0), new Uint8Array(0));
    const view = new DataView(lying.buffer);
    view.setUint32(4, 4096);
    view.setUint32(8, crc(lying.subarray(0, 8)));
    const read = new MessageReader(1 << 20).push(lying);
    expect(read.map((message) => !message.ok && message.error.type)).toEqual(["bad_length"]);
  });
});

/** CRC-32 (IEEE 802.3), bit by bit: a second opinion on the one the codec uses. */
const crc = (bytes: Uint8Array): number => {
  let value = ~0;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return ~value >>> 0;
};

describe("header blocks one after another", () => {
  const block = (value: string): Uint8Array => encodeHeaders([[":event-type", { type: "string", value }]]);

  it("are each read for what they say, also when one comes again", () => {
    const read = headerReader();
    const said = ["chunk", "chunk", "other", "chunk", "chunks"].map((value, place) => {
      // Each lies somewhere else in its message.
      const bytes = new Uint8Array([...new Uint8Array(place), ...block(value), 0]);
      const headers = read(bytes, place, bytes.length - 1);
      return headers.ok && headers.value.get(":event-type")?.value;
    });
    expect(said).toEqual(["chunk", "chunk", "other", "chunk", "chunks"]);
  });

  it("are not mistaken when the bytes they were read from change", () => {
    const read = headerReader();
    const bytes = block("chunk");
    read(bytes, 0, bytes.length);
    bytes.set(block("other"));
    const headers = read(bytes, 0, bytes.length);
    expect(headers.ok && headers.value.get(":event-type")?.value).toBe("other");
  });

  it("stay unreadable, however often they come", () => {
    const read = headerReader();
    expect([read(Uint8Array.of(9), 0, 1).ok, read(Uint8Array.of(9), 0, 1).ok]).toEqual([false, false]);
  });
});
