/**
 * A loudspeaker without sound: what it says was heard.
 */
import { describe, expect, it } from "vitest";
import { Playback } from "../../scripts/lib/playback.ts";

/** `ms` of audio at 8 kHz, every byte `value`. */
const audio = (ms: number, value: number): Uint8Array => new Uint8Array(ms * 16).fill(value);

describe("playback", () => {
  it("plays audio that came at once at the pace of time", () => {
    const playback = new Playback(8000);
    playback.push(1, audio(300, 1), 1000);
    playback.push(1, audio(300, 1), 1001);
    expect(playback.played(1100)).toEqual({ answer: 1, ms: 100 });
    expect(playback.played(1450)).toEqual({ answer: 1, ms: 450 });
    expect(playback.isPlaying(1599)).toBe(true);
    expect(playback.isPlaying(1601)).toBe(false);
    expect(playback.played(9999)).toEqual({ answer: 1, ms: 600 });
  });

  it("does not count a gap in the audio as heard", () => {
    const playback = new Playback(8000);
    playback.push(1, audio(100, 1), 0);
    playback.push(1, audio(100, 1), 500);
    expect(playback.played(400)).toEqual({ answer: 1, ms: 100 });
    expect(playback.played(550)).toEqual({ answer: 1, ms: 150 });
  });

  it("stops at once when the caller barges in, and keeps only what was heard", () => {
    const playback = new Playback(8000);
    playback.push(1, audio(1000, 1), 0);
    playback.cut(1, 250);
    expect(playback.isPlaying(251)).toBe(false);
    expect(playback.played(5000)).toEqual({ answer: 1, ms: 250 });
    expect(playback.heard(1, 5000)).toEqual(Buffer.from(audio(250, 1)));
  });

  it("plays the next answer right after a barge-in", () => {
    const playback = new Playback(8000);
    playback.push(1, audio(1000, 1), 0);
    playback.cut(1, 250);
    playback.push(2, audio(100, 2), 300);
    expect(playback.played(350)).toEqual({ answer: 2, ms: 50 });
    expect(playback.heard(2, 1000)).toEqual(Buffer.from(audio(100, 2)));
    expect(playback.heard(1, 1000).byteLength).toBe(350 * 16);
  });

  it("has nothing to tell before the first answer", () => {
    const playback = new Playback(24000);
    expect(playback.played(1)).toBeNull();
    expect(playback.heard(1, 1).byteLength).toBe(0);
  });
});
