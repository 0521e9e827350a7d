import { describe, expect, it } from "vitest";
import { ERRORS } from "../../src/base/errors.ts";
import { LIMITS } from "../../src/base/limits.ts";
import {
  AWAY_AUDIO_MS,
  afterClose,
  afterRefusal,
  pauseBefore,
  SILENT_MS,
} from "../../src/dialect/antiphon-v1/coming-back.ts";

describe("a client whose socket has closed", () => {
  it.each([
    ["the network", 1006, "come_back"],
    ["a browser's going away", 1001, "come_back"],
    ["nobody in particular", 1005, "come_back"],
    ["a fault", 1011, "come_back"],
    ["a restart", 1012, "come_back"],
    ["a hello that was too late", ERRORS.hello_timeout.close, "come_back"],
    ["its own slowness", ERRORS.client_slow.close, "come_back"],
    ["an overload", ERRORS.overloaded.close, "come_back"],
    ["the end of all", 1000, "over"],
    ["the session's end", ERRORS.session_ended.close, "over"],
    ["another device", ERRORS.taken_over.close, "elsewhere"],
    ["its token", ERRORS.resume_invalid.close, "refused"],
    ["its mistakes", ERRORS.bad_message.close, "refused"],
    ["its haste", ERRORS.too_fast.close, "refused"],
    ["something new", 4999, "refused"],
  ] as const)("by %s knows what to do", (_what, code, verdict) => {
    expect(afterClose(code)).toBe(verdict);
  });

  it.each([
    [410, "over"],
    [401, "refused"],
    [404, "refused"],
    [400, "refused"],
    [429, "come_back"],
    [500, "come_back"],
    [503, "come_back"],
  ] as const)("and is refused with %d knows what to do", (status, verdict) => {
    expect(afterRefusal(status)).toBe(verdict);
  });

  it("waits longer each time, up to five seconds, and never quite as long as the others", () => {
    const longest = Array.from({ length: 8 }, (_, attempt) => pauseBefore(attempt, 1));
    expect(longest).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000, 5000]);
    expect(Array.from({ length: 8 }, (_, attempt) => pauseBefore(attempt, 0))).toEqual(
      longest.map((ms) => ms / 2),
    );
    expect(pauseBefore(10_000, 1)).toBe(5000);
  });

  it("takes no socket for lost that a gateway would still ask, and sends no more than it takes at once", () => {
    expect(SILENT_MS).toBeGreaterThan(2 * LIMITS.pingEveryMs);
    expect(AWAY_AUDIO_MS).toBeLessThan(LIMITS.clientAudioAheadMs);
  });
});
