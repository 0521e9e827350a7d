import { expect, it } from "vitest";
import { isBetween, liesAt } from "../../src/base/bytes-at.ts";

const bytes = Uint8Array.of(1, 2, 3, 4);

it("Bytes lie where each of them does, and nowhere past the end", () => {
  expect([0, 1, 2, 3, 4].map((at) => liesAt(Uint8Array.of(3, 4), bytes, at))).toEqual([
    ...[false, false, true, false, false],
  ]);
  expect(liesAt(new Uint8Array(0), bytes, 4)).toBe(true);
});

it("They are all between two places only where nothing else is", () => {
  expect(isBetween(Uint8Array.of(2, 3), bytes, 1, 3)).toBe(true);
  expect(isBetween(Uint8Array.of(2, 3), bytes, 1, 4)).toBe(false);
  expect(isBetween(Uint8Array.of(2, 3), bytes, 1, 2)).toBe(false);
});
