import fc from "fast-check";
import { expect, it } from "vitest";
import { readUint32, writeUint32 } from "../../src/base/uint32.ts";

it("A number is written as network byte order has it, at its place and nowhere else, and read again", () => {
  fc.assert(
    fc.property(fc.nat(0xffffffff), fc.nat(9), (number, at) => {
      const bytes = new Uint8Array(13).fill(0xaa);
      writeUint32(bytes, at, number);
      const expected = new Uint8Array(13).fill(0xaa);
      new DataView(expected.buffer).setUint32(at, number);
      expect(bytes).toEqual(expected);
      expect(readUint32(bytes, at)).toBe(number);
    }),
  );
});
