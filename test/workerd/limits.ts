/**
 * Limits for tests that are about something else: how busy the machine is must not decide what they see.
 */
import { afterAll, beforeAll } from "vitest";
import { LIMITS } from "../../src/base/limits.ts";

type Changed = Partial<Record<keyof typeof LIMITS, number>>;

/** For all tests of the file, or of the `describe`, that calls it. */
export function withLimits(changed: Changed): void {
  let before: Changed = {};
  beforeAll(() => {
    before = { ...LIMITS };
    Object.assign(LIMITS, changed);
  });
  afterAll(() => void Object.assign(LIMITS, before));
}

/** While `run` runs. */
export async function whileLimits(changed: Changed, run: () => Promise<void>): Promise<void> {
  const before = { ...LIMITS };
  Object.assign(LIMITS, changed);
  try {
    await run();
  } finally {
    Object.assign(LIMITS, before);
  }
}
