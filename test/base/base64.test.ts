import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { base64Bytes, decodeBase64, readBase64, writeBase64 } from "../../src/base/base64.ts";

const utf8 = new TextEncoder();
const text = new TextDecoder();

function written(bytes: Uint8Array, at = 0): string {
  const into = new Uint8Array(at + base64Bytes(bytes.length));
  expect(writeBase64(into, at, bytes)).toBe(into.length);
  return text.decode(into.subarray(at));
}

function read(base64: string): Uint8Array | null {
  const into = new Uint8Array(base64.length);
  const count = readBase64(utf8.encode(`"${base64}"`), 1, 1 + base64.length, into);
  return count === null ? null : into.subarray(0, count);
}

describe("base64 of bytes", () => {
  it("is that of RFC 4648, section 10", () => {
    const examples = ["", "f", "fo", "foo", "foob", "fooba", "foobar"];
    expect(examples.map((example) => written(utf8.encode(example)))).toEqual([
      "",
      "Zg==",
      "Zm8=",
      "Zm9v",
      "Zm9vYg==",
      "Zm9vYmE=",
      "Zm9vYmFy",
    ]);
  });

  it("is what Node's own is, wherever it is written", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), fc.nat(20), (bytes, at) => {
        expect(written(bytes, at)).toBe(Buffer.from(bytes).toString("base64"));
      }),
    );
  });

  it("reads what it wrote", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
        expect(read(written(bytes))).toEqual(bytes);
      }),
    );
  });

  it("is read from text as well, as far as it is base64", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 9_000 }), (bytes) => {
        expect([...decodeBase64(Buffer.from(bytes).toString("base64"))]).toEqual([...bytes]);
      }),
    );
    for (const odd of ["Zm9", "Zm-v", "Zm9v\nZm9v", "Zmé9", ""])
      expect([...decodeBase64(odd)], odd).toEqual([...Buffer.from(odd, "base64")]);
  });

  it("reads nothing that is not quite base64", () => {
    for (const wrong of [
      "Zg",
      "Zg=",
      "Z===",
      "====",
      "Zm9v\n",
      "Zm9 ",
      "Zm-v",
      "Zm_v",
      "Zg==Zg==",
      "Zmé9",
      "Zm\u00009",
    ])
      expect(read(wrong), wrong).toBeNull();
  });
});
