import { describe, expect, test } from "vitest";
import { encodeChunk } from "../../../emulator/wire/codec.ts";
import { createFrameReader } from "../../../emulator/wire/frame-reader.ts";

const frames = ["one", "two", "three"].map((text) => encodeChunk(text));
const all = Buffer.concat(frames);

describe("the frame reader", () => {
  test.each([1, 2, 3, 7, 50, all.length])("finds the same messages in pieces of %i bytes", (size) => {
    const reader = createFrameReader();
    const found: Uint8Array[] = [];
    for (let at = 0; at < all.length; at += size) {
      const read = reader.push(all.subarray(at, at + size));
      if (read.ok) found.push(...read.value);
    }
    expect(found.map((frame) => Buffer.from(frame))).toEqual(frames.map((frame) => Buffer.from(frame)));
    expect(reader.pending).toBe(0);
  });

  test("keeps what is not whole yet", () => {
    const reader = createFrameReader();
    expect(reader.push(all.subarray(0, 10))).toEqual({ ok: true, value: [] });
    expect(reader.pending).toBe(10);
  });

  test.each([
    ["too short", "0000000f"],
    ["too long", "00100001"],
    ["absurd", "ffffffff"],
  ])("refuses a message whose length is %s", (_, length) => {
    expect(createFrameReader().push(Buffer.from(length, "hex"))).toMatchObject({ ok: false });
  });
});
