import { describe, expect, it } from "vitest";
import { decodeWav, encodeWav } from "../../../emulator/voice/wav.ts";

const speech = { rate: 16000, samples: Int16Array.from([0, 1, -1, 32767, -32768]) };

describe("WAV files", () => {
  it("come back as they were written", () => {
    expect(decodeWav(encodeWav(speech))).toEqual(speech);
  });

  it("are read as far as they go when they claim to be longer", () => {
    const bytes = encodeWav(speech);
    new DataView(bytes.buffer).setUint32(40, 0xffffffff, true);
    expect(decodeWav(bytes)?.samples).toEqual(speech.samples);
  });

  it.each([
    ["empty", new Uint8Array(0)],
    ["cut in the header", encodeWav(speech).slice(0, 30)],
    ["stereo", encodeWav(speech).map((byte, at) => (at === 22 ? 2 : byte))],
    ["eight bits", encodeWav(speech).map((byte, at) => (at === 34 ? 8 : byte))],
    ["not WAV", new TextEncoder().encode("RIFX0000WAVEfmt and so on")],
  ])("are refused when they are %s", (_, bytes) => {
    expect(decodeWav(bytes)).toBeUndefined();
  });
});
