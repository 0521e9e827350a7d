import { createHash, createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hmacKey, SHA256_BYTES, sha256 } from "../../src/aws/sha256.ts";

const utf8 = new TextEncoder();
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const hashed = (bytes: Uint8Array): string => {
  const out = new Uint8Array(SHA256_BYTES);
  sha256(viewOf(bytes), out);
  return hex(out);
};

const signed = (key: Uint8Array, bytes: Uint8Array): string => {
  const out = new Uint8Array(SHA256_BYTES);
  hmacKey(key).sign(viewOf(bytes), out);
  return hex(out);
};

describe("a hash", () => {
  it("is the one that NIST publishes", () => {
    // https://csrc.nist.gov/projects/cryptographic-standards-and-guidelines/example-values
    expect(hashed(utf8.encode("abc"))).toBe(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
    expect(hashed(utf8.encode("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))).toBe(
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    );
    expect(hashed(utf8.encode("a".repeat(1_000_000)))).toBe(
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
    );
  });

  it("is right at every length around the ends of blocks", () => {
    const wrong: number[] = [];
    for (let length = 0; length <= 260; length++) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 167 + length) & 0xff);
      if (hashed(bytes) !== createHash("sha256").update(bytes).digest("hex")) wrong.push(length);
    }
    expect(wrong).toEqual([]);
  });

  it("is what Node's own is, of a view into other bytes as well", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4_000 }), fc.nat(63), (bytes, from) => {
        const view = bytes.subarray(Math.min(from, bytes.length));
        expect(hashed(view)).toBe(createHash("sha256").update(view).digest("hex"));
      }),
    );
  });
});

describe("a signature with a key", () => {
  it("is the one that RFC 4231 publishes", () => {
    expect(signed(new Uint8Array(20).fill(0x0b), utf8.encode("Hi There"))).toBe(
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
    );
    expect(signed(utf8.encode("Jefe"), utf8.encode("what do ya want for nothing?"))).toBe(
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    );
  });

  it("is what Node's own is", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.uint8Array({ maxLength: 500 }), (key, bytes) => {
        expect(signed(key, bytes)).toBe(createHmac("sha256", key).update(bytes).digest("hex"));
      }),
    );
  });

  it("does not depend on what was signed before", () => {
    const key = hmacKey(utf8.encode("key"));
    const out = new Uint8Array(SHA256_BYTES);
    key.sign(viewOf(utf8.encode("one")), out);
    key.sign(viewOf(utf8.encode("two")), out);
    expect(hex(out)).toBe(createHmac("sha256", "key").update("two").digest("hex"));
  });

  it("is refused for a key that is longer than any of AWS's", () => {
    expect(() => hmacKey(new Uint8Array(65))).toThrow("a key of 65 bytes");
  });
});
