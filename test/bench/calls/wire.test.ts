import { describe, expect, it } from "vitest";
import { decodeStamps, encodeStamps } from "../../../bench/engine/call-book.ts";
import { audioOf, encodeEvent, eventOf, payloadOf } from "../../../bench/engine/wire.ts";
import { codec, encodeChunk } from "../../../emulator/wire/codec.ts";

const audio = (content: string): string =>
  JSON.stringify({ event: { audioInput: { promptName: "p", contentName: "c", content } } });

describe("the engine's wire", () => {
  it("is what AWS's own codec writes, to the byte", () => {
    const json = JSON.stringify({ event: { textOutput: { content: "Grüß Gott" } } });
    expect(encodeEvent(json)).toEqual(Buffer.from(encodeChunk(json)));
  });

  it("opens what AWS's own codec has closed", () => {
    const inner = encodeChunk(audio("AAECAw=="));
    const outer = codec.encode({
      headers: {
        ":date": { type: "timestamp", value: new Date(0) },
        ":chunk-signature": { type: "binary", value: new Uint8Array(32) },
      },
      body: inner,
    });
    const payload = payloadOf(Buffer.from(outer));
    const event = payload && eventOf(payload);
    expect(event && audioOf(event)).toEqual(Buffer.from([0, 1, 2, 3]));
  });

  it("finds no audio in other events, and nothing at all in damaged messages", () => {
    expect(audioOf(Buffer.from(JSON.stringify({ event: { textInput: { content: "AAAA" } } })))).toBeNull();
    const message = Buffer.from(encodeChunk(audio("AAAA")));
    message[40] = (message[40] ?? 0) ^ 1;
    expect(payloadOf(message)).toBeNull();
    expect(payloadOf(message.subarray(0, 50))).toBeNull();
    expect(payloadOf(Buffer.alloc(0))).toBeNull();
  });

  it("tells what was written down as it was", () => {
    const turn = {
      turn: 3,
      answerDueAt: 1,
      toolAskedAt: 2,
      toolAnsweredAt: 3,
      ...{ firstPiece: 0, pieces: 1, late: 0 },
      interruptedAt: 0,
    };
    const book = {
      arrivals: Float64Array.of(1, 0, 8.6e14),
      sent: Float64Array.of(5, 6, 0, 0),
      pieces: 2,
      doubled: 1,
      turns: [turn],
      moves: [9],
    };
    const { notes, books } = decodeStamps(encodeStamps({ admissions: [7], faults: ["none"] }, [book, book]));
    expect(notes).toEqual({ admissions: [7], faults: ["none"] });
    expect(books[1]).toEqual({ ...book, sent: Float64Array.of(5, 6) });
  });
});
