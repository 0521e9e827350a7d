import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LIMITS } from "../../../src/base/limits.ts";
import { textInput } from "../../../src/model/agentcore-voice/input-events.ts";
import { Upstream } from "../../../src/model/agentcore-voice/upstream.ts";

const clock = { now: () => Date.now() };
const bytesOf = (frames: readonly string[]): number =>
  frames
    .map((frame) => JSON.parse(frame))
    .filter(({ type }) => type === "bidi_audio_input")
    .reduce((sum, { audio }) => sum + Buffer.from(audio, "base64").length, 0);

describe("what goes up to a hosted agent", () => {
  let sent: { readonly at: number; readonly frame: string }[] = [];
  const frames = () => sent.map(({ frame }) => frame);
  const write = (frame: string): boolean => {
    sent.push({ at: Date.now(), frame });
    return true;
  };
  const opened = (): Upstream => {
    const upstream = new Upstream(16_000, clock, write);
    upstream.event("{}");
    return upstream;
  };
  /** One whose frames for this moment are used up. */
  const exhausted = (): Upstream => {
    const upstream = new Upstream(16_000, clock, write);
    for (let frame = 0; frame < LIMITS.runtimeFrameBurst; frame++) upstream.event("{}");
    sent = [];
    return upstream;
  };
  /** The most frames in any second. */
  const busiest = (): number =>
    Math.max(...sent.map(({ at }) => sent.filter((other) => other.at >= at && other.at < at + 1000).length));

  beforeEach(() => {
    sent = [];
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("leaves at once and as it came while it is within bounds", () => {
    const upstream = opened();
    upstream.audio(new Uint8Array(640));
    upstream.audio(new Uint8Array(640));
    expect(sent).toHaveLength(3);
  });

  it("is never more than 250 frames in any second, whatever is asked, and all of it arrives", () => {
    const upstream = opened();
    for (let ms = 0; ms < 3000; ms += 1) {
      upstream.audio(new Uint8Array(32));
      vi.advanceTimersByTime(1);
    }
    vi.advanceTimersByTime(1000);
    expect(busiest()).toBeLessThanOrEqual(250);
    expect(bytesOf(frames())).toBe(3000 * 32);
  });

  it("is never more than 250 frames in any second when ten seconds are replayed at once after a pause", () => {
    const upstream = opened();
    vi.advanceTimersByTime(5000);
    for (let frame = 0; frame < 500; frame++) upstream.audio(new Uint8Array(640));
    for (let ms = 0; ms < 1000; ms += 10) {
      upstream.audio(new Uint8Array(320));
      vi.advanceTimersByTime(10);
    }
    vi.advanceTimersByTime(1000);
    expect(busiest()).toBeLessThanOrEqual(250);
    expect(bytesOf(frames())).toBe(500 * 640 + 100 * 320);
  });

  it("keeps texts and audio in order", () => {
    const upstream = exhausted();
    upstream.audio(new Uint8Array(10));
    upstream.event(textInput("one"));
    upstream.audio(new Uint8Array(20));
    upstream.audio(new Uint8Array(30));
    upstream.event(textInput("two"));
    expect(sent).toHaveLength(0);
    vi.advanceTimersByTime(LIMITS.runtimePaceMs);
    expect(frames().map((frame) => JSON.parse(frame).text ?? JSON.parse(frame).audio?.length)).toEqual([
      16,
      "one",
      68,
      "two",
    ]);
  });

  it("keeps the newest audio and the first texts while nothing may leave", () => {
    const upstream = exhausted();
    for (let second = 0; second < 12; second++) upstream.audio(new Uint8Array(32_000).fill(second));
    const taken = Array.from({ length: 20 }, (_, i) => upstream.event(textInput(String(i))));
    expect(taken.filter(Boolean)).toHaveLength(LIMITS.streamQueuedTexts);
    vi.advanceTimersByTime(2000);
    expect(bytesOf(frames())).toBe(LIMITS.callerBufferMs * 32);
    const first = JSON.parse(frames()[0] ?? "");
    expect(Buffer.from(first.audio, "base64")[0]).toBe(2);
  });

  it("is nothing any more once it was stopped", () => {
    const upstream = opened();
    for (let frame = 0; frame < 100; frame++) upstream.audio(new Uint8Array(9000));
    const before = sent.length;
    upstream.stop();
    upstream.audio(new Uint8Array(640));
    vi.advanceTimersByTime(5000);
    expect(sent).toHaveLength(before);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("stops at the first frame that the socket does not take", () => {
    let taken = 0;
    const upstream = new Upstream(16_000, clock, () => ++taken < 3);
    upstream.audio(new Uint8Array(96_000));
    expect(taken).toBe(3);
  });
});
