import { describe, expect, it } from "vitest";
import { silence } from "../../src/audio/frames.ts";
import { bytesOf } from "../../src/audio/samples.ts";
import { type Sounding, SpeechGauge } from "../../src/audio/speech-gauge.ts";

const FRAME_MS = 20;

/** A frame of a tone at `dbfs`. */
function tone(dbfs: number): Uint8Array {
  const peak = 32767 * Math.SQRT2 * 10 ** (dbfs / 20);
  return bytesOf(Int16Array.from({ length: 320 }, (_, i) => Math.round(peak * Math.sin(i / 3))));
}

const hear = (gauge: SpeechGauge, ms: number, levels: (at: number) => number): Sounding[] =>
  Array.from({ length: ms / FRAME_MS }, (_, i) => gauge.hear(tone(levels(i * FRAME_MS)), FRAME_MS));

const share = (soundings: readonly Sounding[], of: Sounding): number =>
  soundings.filter((sounding) => sounding === of).length / soundings.length;

/** Words of 300 ms, 60 ms apart. */
const words = (level: number, room: number) => (at: number) => (at % 360 < 300 ? level : room);

describe("what passes for speech", () => {
  it("is no digital silence, and no quiet room", () => {
    const gauge = new SpeechGauge();
    expect(gauge.hear(silence(FRAME_MS, 16000), FRAME_MS)).toBe("silence");
    expect(
      share(
        hear(gauge, 5_000, () => -62),
        "silence",
      ),
    ).toBe(1);
  });

  it.each([
    ["on a good line", -20, -65],
    ["on a poor line", -35, -55],
    ["in a noisy street", -18, -32],
  ])("are words %s, for as long as they last", (_, level, room) => {
    const gauge = new SpeechGauge();
    hear(gauge, 10_000, () => room);
    expect(share(hear(gauge, 60_000, words(level, room)), "speech")).toBeGreaterThan(0.75);
  });

  it("is no steady noise, once it has lasted for some seconds", () => {
    for (const level of [-50, -40, -30, -20, -10]) {
      const gauge = new SpeechGauge();
      hear(gauge, 12_000, () => level);
      expect(
        share(
          hear(gauge, 20_000, () => level),
          "speech",
        ),
      ).toBe(0);
    }
  });

  it("is nothing that could only be overheard: a whisper is a sound", () => {
    const gauge = new SpeechGauge();
    hear(gauge, 1_000, () => -65);
    expect(hear(gauge, 200, () => -50)).toContain("sound");
    expect(hear(gauge, 200, () => -50)).not.toContain("speech");
  });

  it("is told apart in frames of any length", () => {
    const gauge = new SpeechGauge();
    const long = bytesOf(Int16Array.from({ length: 8_000 }, (_, i) => 3_000 * Math.sin(i / 3)));
    expect(gauge.hear(long, 500)).toBe("speech");
    expect(gauge.hear(new Uint8Array(0), 0)).toBe("silence");
  });
});
