import { expect, it } from "vitest";
import { Intake } from "../../chaos/intake.ts";

/** Of a client that was told these numbers. */
function told(...numbers: readonly number[]): Intake {
  const intake = new Intake();
  for (const number of numbers) intake.take(number);
  return intake;
}

it("what comes in order is taken in, and nothing held against it", () => {
  expect(told(1, 2, 3)).toMatchObject({ seen: 3, doubled: 0, missing: 0 });
});

it("what comes twice is found, and not taken in again", () => {
  const intake = told(1, 2, 3);
  expect(intake.take(2)).toBe(false);
  expect(intake).toMatchObject({ seen: 3, doubled: 1 });
});

it("what never came is found", () => {
  expect(told(1, 2, 5)).toMatchObject({ seen: 5, missing: 2 });
});

it("what was said to be lost is not missing, wherever the gap is", () => {
  const intake = told(1, 2, 3);
  intake.resume({ from: 4, lost: 2, lostMs: 80 });
  for (const number of [4, 7, 8]) intake.take(number);
  expect(intake).toMatchObject({ seen: 8, missing: 0, declared: 2, declaredMs: 80 });
});

it("a gateway that skips what it does not declare is found out, and so is one that begins too early", () => {
  const late = told(1, 2, 3);
  late.resume({ from: 6, lost: 1, lostMs: 0 });
  expect(late.missing).toBe(1);
  const early = told(1, 2, 3);
  early.resume({ from: 2, lost: 0, lostMs: 0 });
  expect(early.doubled).toBe(2);
});
