import { expect, it } from "vitest";
import { decodeMessage } from "../../../src/aws/event-stream/codec.ts";
import { type Chunk, decodeChunk, encodeChunk } from "../../../src/model/nova-sonic/chunk.ts";

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
const utf8 = new TextEncoder();
const chunkOf = (base64: string): Uint8Array => utf8.encode(JSON.stringify({ bytes: base64 }));

it.each(['{"event":{}}', '{"text":"Grüße, 日本 🎙"}', ""])(
  "An event comes back as it went out: %j",
  (json) => {
    expect(decodeChunk(payloadOf(encodeChunk(utf8.encode(json))))).toEqual({ ok: true, value: json });
  },
);

it("The message is that of the JSON with the event in base64, byte for byte", () => {
  const json = '{"event":{"audioInput":{"content":"AAEC"}}}';
  const base64 = Buffer.from(json).toString("base64");
  expect(Buffer.from(payloadOf(encodeChunk(utf8.encode(json)))).toString()).toBe(`{"bytes":"${base64}"}`);
});

it("Padding is passed over, wherever it is", () => {
  const read = { ok: true, value: "{}" };
  expect(decodeChunk(utf8.encode('{"bytes":"e30=","p":"abcXYZ019"}'))).toEqual(read);
  expect(decodeChunk(utf8.encode('{"p":"abc","bytes":"e30="}'))).toEqual(read);
  expect(decodeChunk(utf8.encode('{ "bytes": "e30=", "p": "a b", "q": [1] }'))).toEqual(read);
});

it("What only begins like a chunk is none", () => {
  for (const wrong of ['{"bytes":"e30="', '{"bytes":"e30', '{"bytes":"e30=","p":"a}', '{"bytes":"e30="}}'])
    expect(decodeChunk(utf8.encode(wrong)), wrong).toEqual({ ok: false, error: "a chunk that is not JSON" });
});

it("Base64 that is not quite right is read as far as it is", () => {
  expect(decodeChunk(chunkOf("e30"))).toEqual({ ok: true, value: "{}" });
  expect(decodeChunk(chunkOf("e30=="))).toEqual({ ok: true, value: "{}" });
  expect(decodeChunk(chunkOf("e-30"))).toMatchObject({ ok: true });
});
