import { describe, expect, it } from "vitest";
import { LIMITS } from "../../src/base/limits.ts";
import { ClientGate } from "../../src/durable/client-gate.ts";

describe("the gate for client messages", () => {
  it("takes the frames of a live microphone for as long as it likes", () => {
    const gate = new ClientGate(0);
    for (let ms = 0; ms < 60_000; ms += 20) {
      expect(gate.message("binary", 640, ms)).toEqual({ type: "admitted" });
      expect(gate.audio(20, ms)).toEqual({ type: "admitted" });
    }
  });

  it("closes on a client that floods it", () => {
    const gate = new ClientGate(0);
    const most = (LIMITS.clientMessagesPerSecond * LIMITS.clientRateWindowMs) / 1000;
    for (let i = 0; i < most; i++) expect(gate.message("text", 10, i % 1000).type).toBe("admitted");
    expect(gate.message("text", 10, 1000)).toMatchObject({ type: "closed", error: { code: "too_fast" } });
  });

  it("forgets an earlier burst when the window is over", () => {
    const gate = new ClientGate(0);
    const most = (LIMITS.clientMessagesPerSecond * LIMITS.clientRateWindowMs) / 1000;
    for (let i = 0; i < most; i++) gate.message("text", 10, 0);
    expect(gate.message("text", 10, LIMITS.clientRateWindowMs)).toEqual({ type: "admitted" });
  });

  it("refuses what is too large and says how large it may be", () => {
    const gate = new ClientGate(0);
    const refused = gate.message("binary", LIMITS.clientAudioBytes + 1, 0);
    expect(refused).toMatchObject({ type: "refused", error: { code: "too_large" } });
    expect(refused.type === "refused" && refused.error.detail).toContain(String(LIMITS.clientAudioBytes));
    expect(gate.message("binary", LIMITS.clientAudioBytes, 0)).toEqual({ type: "admitted" });
  });

  it("lets audio catch up after a stall, but not run away", () => {
    const gate = new ClientGate(0);
    for (let ahead = 0; ahead < LIMITS.clientAudioAheadMs; ahead += 1000)
      expect(gate.audio(1000, 0).type).toBe("admitted");
    expect(gate.audio(1000, 0)).toMatchObject({ type: "refused", error: { code: "too_fast" } });
    expect(gate.audio(1000, 1000).type).toBe("admitted");
  });

  it("tells a client what it gets wrong, until it has been told often enough", () => {
    const gate = new ClientGate(0);
    const error = { code: "bad_message" } as const;
    for (let i = 0; i < LIMITS.clientMistakes; i++)
      expect(gate.mistake(error)).toEqual({ type: "refused", error });
    expect(gate.mistake(error)).toEqual({ type: "closed", error });
  });
});
