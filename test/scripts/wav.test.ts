/**
 * WAV files that people really have, and headers that lie.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readWav, writeWav } from "../../scripts/wav.ts";

const bytes = (...parts: (string | readonly number[] | Uint8Array)[]): Uint8Array =>
  Uint8Array.from(
    parts.flatMap((part) => (typeof part === "string" ? [...Buffer.from(part, "latin1")] : [...part])),
  );
const u16 = (value: number): number[] => [value & 255, value >> 8];
const u32 = (value: number): number[] => [...u16(value & 0xffff), ...u16(value >>> 16)];
const fmt = ({ code = 1, channels = 1, rate = 16000, bits = 16 } = {}): Uint8Array =>
  bytes("fmt ", u32(16), u16(code), u16(channels), u32(rate), u32(rate * 2), u16(2), u16(bits));
const riff = (...chunks: Uint8Array[]): Uint8Array => bytes("RIFF", u32(0), "WAVE", ...chunks);
const data = bytes("data", u32(4), [1, 2, 3, 4]);
const errorOf = (file: Uint8Array): string => {
  const result = readWav(file, "question.wav");
  return result.ok ? "(no error)" : result.error;
};

describe("reading a WAV file", () => {
  it.each([8000, 16000, 24000] as const)("gives back what was written at %i Hz", (rate) => {
    const pcm = Uint8Array.from({ length: 320 }, (_, index) => index % 256);
    expect(readWav(writeWav({ rate, pcm }), "a.wav")).toEqual({ ok: true, value: { rate, pcm } });
  });

  it("skips chunks it does not need, with their padding", () => {
    const list = bytes("LIST", u32(3), [9, 9, 9, 0]);
    expect(readWav(riff(list, fmt(), list, data), "a.wav")).toMatchObject({
      value: { rate: 16000, pcm: Uint8Array.of(1, 2, 3, 4) },
    });
  });

  it("reads the extensible form", () => {
    const extensible = bytes(
      ...[
        "fmt ",
        u32(40),
        u16(0xfffe),
        u16(1),
        u32(24000),
        u32(48000),
        u16(2),
        u16(16),
        u16(22),
        u16(16),
        u32(4),
      ],
      ...[u16(1), new Uint8Array(14)],
    );
    expect(readWav(riff(extensible, data), "a.wav")).toMatchObject({ value: { rate: 24000 } });
  });

  it.each([
    ["zero", 0],
    ["the largest number", 0xffffffff],
    ["more than the file holds", 5000],
  ])("takes all there is when the size of a streamed file is %s", (_, size) => {
    const streamed = bytes("data", u32(size), [1, 2, 3, 4]);
    expect(readWav(riff(fmt(), streamed), "a.wav")).toMatchObject({
      value: { pcm: Uint8Array.of(1, 2, 3, 4) },
    });
  });

  it("drops half a sample at the end", () => {
    const odd = bytes("data", u32(3), [1, 2, 3]);
    expect(readWav(riff(fmt(), odd), "a.wav")).toMatchObject({ value: { pcm: Uint8Array.of(1, 2) } });
  });

  it.each([
    ["stereo", fmt({ channels: 2 }), "of 2 channels"],
    ["44.1 kHz", fmt({ rate: 44100 }), "at 44100 Hz"],
    ["8-bit", fmt({ bits: 8 }), "8-bit"],
    ["float", fmt({ code: 3, bits: 32 }), "of format 3"],
  ])("says how to convert a %s file", (_, format, wrong) => {
    expect(errorOf(riff(format, data))).toContain(wrong);
    expect(errorOf(riff(format, data))).toContain("sox question.wav -r 16000 -c 1 -b 16 question-16k.wav");
  });

  it.each([
    ["an MP3", bytes("ID3", new Uint8Array(40)), true],
    ["Ogg", bytes("OggS", new Uint8Array(40)), true],
    ["AIFF", bytes("FORM", u32(4), "AIFF", new Uint8Array(40)), true],
    ["a page of Markdown", bytes("# Antiphon, a voice gateway", data), false],
    ["an empty file", new Uint8Array(0), false],
  ])("offers to convert what is sound: %s", (_, file, sound) => {
    expect(errorOf(file)?.includes("sox")).toBe(sound);
  });

  it.each([
    ["an empty file", new Uint8Array(0), "is not a WAV file"],
    ["an MP3", bytes("ID3", new Uint8Array(40)), "is not a WAV file"],
    ["a RIFF that is no WAVE", bytes("RIFF", u32(4), "AVI ", data), "is not a WAV file"],
    ["no format", riff(data), "no format chunk"],
    ["a format cut short", riff(bytes("fmt ", u32(4), [1, 0, 1, 0]), data), "no format chunk"],
    ["no data", riff(fmt()), "no audio"],
    ["data of nothing", riff(fmt(), bytes("data", u32(0))), "no audio"],
  ])("refuses %s in one line", (_, file, words) => {
    expect(errorOf(file)).toContain(words);
    expect(errorOf(file)).not.toContain("\n");
  });

  it("answers any bytes at all with a value", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (noise, headed) => {
        const result = readWav(headed ? riff(noise) : noise, "a.wav");
        expect(typeof result.ok).toBe("boolean");
      }),
    );
  });
});
