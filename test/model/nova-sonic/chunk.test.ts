import { expect, it } from "vitest";
import { decodeMessage } from "../../../src/aws/event-stream/codec.ts";
import { chunkBytes, decodeChunk, writeChunk } from "../../../src/model/nova-sonic/chunk.ts";

const utf8 = new TextEncoder();

/** The payload of the message for `json`, written anywhere in a larger place. */
const payloadOf = (json: string): Uint8Array => {
  const bytes = utf8.encode(json);
  const place = new Uint8Array(chunkBytes(bytes.length) + 20).fill(0xaa);
  writeChunk(place, 7, bytes);
  expect([...place.subarray(0, 7), ...place.subarray(-13)]).toEqual(new Array(20).fill(0xaa));
  const message = decodeMessage(place.subarray(7, -13));
  if (!message.ok) throw new Error(message.error.detail);
  return message.value.payload;
};
const read = (payload: Uint8Array) => {
  const json = decodeChunk(payload);
  return json.ok ? { ok: true, value: new TextDecoder().decode(json.value) } : json;
};
const chunkOf = (base64: string): Uint8Array => utf8.encode(JSON.stringify({ bytes: base64 }));

it.each(['{"event":{}}', '{"text":"Grüße, 日本 🎙"}', ""])(
  "An event comes back as it went out: %j",
  (json) => {
    expect(read(payloadOf(json))).toEqual({ ok: true, value: json });
  },
);

it("The message is that of the JSON with the event in base64, byte for byte", () => {
  const json = '{"event":{"audioInput":{"content":"AAEC"}}}';
  const base64 = Buffer.from(json).toString("base64");
  expect(Buffer.from(payloadOf(json)).toString()).toBe(`{"bytes":"${base64}"}`);
});

it("Padding is passed over, wherever it is", () => {
  const empty = { ok: true, value: "{}" };
  expect(read(utf8.encode('{"bytes":"e30=","p":"abcXYZ019"}'))).toEqual(empty);
  expect(read(utf8.encode('{"p":"abc","bytes":"e30="}'))).toEqual(empty);
  expect(read(utf8.encode('{ "bytes": "e30=", "p": "a b", "q": [1] }'))).toEqual(empty);
});

it("What only begins like a chunk is none", () => {
  for (const wrong of ['{"bytes":"e30="', '{"bytes":"e30', '{"bytes":"e30=","p":"a}', '{"bytes":"e30="}}'])
    expect(read(utf8.encode(wrong)), wrong).toEqual({ ok: false, error: "a chunk that is not JSON" });
});

it("Base64 that is not quite right is read as far as it is", () => {
  expect(read(chunkOf("e30"))).toEqual({ ok: true, value: "{}" });
  expect(read(chunkOf("e30=="))).toEqual({ ok: true, value: "{}" });
  expect(read(chunkOf("e-30"))).toMatchObject({ ok: true });
});
