import { describe, expect, it } from "vitest";
import { LIMITS } from "../../src/base/limits.ts";
import { ClientGate } from "../../src/durable/client-gate.ts";

describe("the gate for client messages", () => {
  it("takes the frames of a live microphone for as long as it likes", () => {
    const gate = new ClientGate(0);
    for (let ms = 0; ms < 60_000; ms += 20) {
      expect(gate.message(ms)).toEqual({ type: "admitted" });
      expect(gate.audio(20, ms)).toEqual({ type: "admitted" });
    }
  });

  it("closes on a client that floods it", () => {
    const gate = new ClientGate(0);
    const most = (LIMITS.clientMessagesPerSecond * LIMITS.clientRateWindowMs) / 1000;
    for (let i = 0; i < most; i++) expect(gate.message(i % 1000).type).toBe("admitted");
    expect(gate.message(1000)).toMatchObject({ type: "closed", error: { code: "too_fast" } });
  });

  it("forgets an earlier burst when the window is over", () => {
    const gate = new ClientGate(0);
    const most = (LIMITS.clientMessagesPerSecond * LIMITS.clientRateWindowMs) / 1000;
    for (let i = 0; i < most; i++) gate.message(0);
    expect(gate.message(LIMITS.clientRateWindowMs)).toEqual({ type: "admitted" });
  });

  it("lets audio catch up after a stall, but not run away", () => {
    const gate = new ClientGate(0);
    for (let ahead = 0; ahead < LIMITS.clientAudioAheadMs; ahead += 1000)
      expect(gate.audio(1000, 0).type).toBe("admitted");
    expect(gate.audio(1000, 0)).toMatchObject({ type: "refused", error: { code: "too_fast" } });
    expect(gate.audio(1000, 1000).type).toBe("admitted");
  });

  it("takes a network's stall for one mistake, however many frames come too late", () => {
    const gate = new ClientGate(0);
    const all = (frames: number, now: number): string[] =>
      Array.from({ length: frames }, () => {
        expect(gate.message(now)).toEqual({ type: "admitted" });
        return gate.audio(20, now).type;
      });
    const most = LIMITS.clientAudioAheadMs / 20;
    const count = (types: readonly string[]) =>
      Object.fromEntries([...Map.groupBy(types, (type) => type)].map(([type, of]) => [type, of.length]));
    expect(count(all(900, 18_000))).toEqual({ admitted: most, refused: 1, dropped: 900 - most - 1 });
    // A caller goes on at the pace of speech, and has 10 s in hand: still the same stall.
    expect(count([20, 40, 60].flatMap((ms) => all(2, 18_000 + ms)))).toEqual({ admitted: 3, dropped: 3 });
    // Half of it later the next stall is another one.
    expect(count(all(1, 24_000))).toEqual({ admitted: 1 });
    expect(count(all(900, 60_000))).toMatchObject({ refused: 1 });
  });

  it("bears what a stalled network brings at once, for as long as its socket is borne", () => {
    const gate = new ClientGate(0);
    const stalledMs = LIMITS.pongWithinMs + LIMITS.pingEveryMs;
    const types = Array.from({ length: stalledMs / 10 }, () => gate.message(stalledMs).type);
    expect(new Set(types)).toEqual(new Set(["admitted"]));
  });

  it("tells a client what it gets wrong, until it has been told often enough", () => {
    const gate = new ClientGate(0);
    const error = { code: "bad_message" } as const;
    for (let i = 0; i < LIMITS.clientMistakes; i++)
      expect(gate.mistake(error)).toEqual({ type: "refused", error });
    expect(gate.mistake(error)).toEqual({ type: "closed", error });
  });
});
