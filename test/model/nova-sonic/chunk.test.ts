import { expect, it } from "vitest";
import { decodeMessage } from "../../../src/aws/event-stream/codec.ts";
import {
  type Chunk,
  decodeChunk,
  encodeAsciiChunk,
  encodeChunk,
} from "../../../src/model/nova-sonic/chunk.ts";

const written = ({ bytes, write }: Chunk): Uint8Array => {
  const place = new Uint8Array(bytes);
  write(place);
  return place;
};
const payloadOf = (chunk: Chunk): Uint8Array => {
  const message = decodeMessage(written(chunk));
  if (!message.ok) throw new Error(message.error.detail);
  return message.value.payload;
};
const chunkOf = (base64: string): Uint8Array => new TextEncoder().encode(JSON.stringify({ bytes: base64 }));

it.each(['{"event":{}}', '{"text":"Grüße, 日本 🎙"}', ""])(
  "An event comes back as it went out: %j",
  (json) => {
    expect(decodeChunk(payloadOf(encodeChunk(json)))).toEqual({ ok: true, value: json });
  },
);

it("ASCII is written the same way by the shorter road", () => {
  const json = '{"event":{"audioInput":{"content":"AAEC"}}}';
  expect(written(encodeAsciiChunk(json))).toEqual(written(encodeChunk(json)));
});

it("Base64 that is not quite right is read as far as it is", () => {
  expect(decodeChunk(chunkOf("e30"))).toEqual({ ok: true, value: "{}" });
  expect(decodeChunk(chunkOf("e30=="))).toEqual({ ok: true, value: "{}" });
  expect(decodeChunk(chunkOf("e-30"))).toMatchObject({ ok: true });
});
