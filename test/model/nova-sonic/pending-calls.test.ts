import { describe, expect, it } from "vitest";
import { PendingCalls } from "../../../src/model/nova-sonic/pending-calls.ts";

const LIMITS = { audioBytes: 8, texts: 2 };
const pcm = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);

describe("calls that come before the stream is open", () => {
  it("are kept in order, once", () => {
    const calls = new PendingCalls(LIMITS);
    calls.audio(pcm(1, 1));
    calls.text("a");
    calls.audio(pcm(2, 2));
    expect(calls.take()).toEqual([
      { type: "audio", pcm: pcm(1, 1) },
      { type: "text", text: "a" },
      { type: "audio", pcm: pcm(2, 2) },
    ]);
    expect(calls.take()).toEqual([]);
  });

  it("are copies: the caller's buffer may be used again", () => {
    const calls = new PendingCalls(LIMITS);
    const buffer = pcm(1, 1);
    calls.audio(buffer);
    buffer.fill(9);
    expect(calls.take()).toEqual([{ type: "audio", pcm: pcm(1, 1) }]);
  });

  it("lose their oldest audio, never their texts, when there is too much", () => {
    const calls = new PendingCalls(LIMITS);
    calls.text("a");
    for (let i = 1; i <= 5; i++) calls.audio(pcm(i, i));
    expect(calls.take()).toEqual([
      { type: "text", text: "a" },
      ...[2, 3, 4, 5].map((i) => ({ type: "audio", pcm: pcm(i, i) })),
    ]);
  });

  it("keep the end of one piece that is too long by itself", () => {
    const calls = new PendingCalls(LIMITS);
    calls.audio(Uint8Array.from({ length: 20 }, (_, i) => i));
    const kept = calls.take().flatMap((call) => (call.type === "audio" ? [...call.pcm] : []));
    expect(kept.at(-1)).toBe(19);
    expect(kept.length).toBeLessThanOrEqual(8);
  });

  it("take a few texts and say so when there is no more room", () => {
    const calls = new PendingCalls(LIMITS);
    expect(["a", "b", "c"].map((text) => calls.text(text))).toEqual([true, true, false]);
  });
});
