import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { VOICE_IDS } from "../../../emulator/voice/personas.ts";
import { type ClosableVoice, createVoice } from "../../../emulator/voice/voice.ts";

let voice: ClosableVoice;
beforeAll(async () => {
  voice = await createVoice();
});
afterAll(async () => {
  await voice.close();
});

const loudness = (samples: Int16Array): number =>
  Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);

describe("the emulator's voice", () => {
  it.each([8000, 16000, 24000])("speaks a sentence of the right length at %i Hz", async (rate) => {
    const samples = await voice.speak("Your balance is one hundred dollars.", "tiffany", rate);
    const seconds = samples.length / rate;
    expect(seconds).toBeGreaterThan(1.5);
    expect(seconds).toBeLessThan(3.5);
    expect(loudness(samples)).toBeGreaterThan(1000);
  });

  it("begins to speak at once, and ends with a short silence", async () => {
    const samples = await voice.speak("Good morning.", "matthew", 16000);
    const first = samples.findIndex((sample) => Math.abs(sample) > 300);
    const last = samples.findLastIndex((sample) => Math.abs(sample) > 300);
    expect(first / 16).toBeLessThan(50);
    expect((samples.length - last) / 16).toBeLessThan(300);
  });

  it("says the same text the same way, also when it is not remembered", async () => {
    const forgetful = await createVoice({ cacheBytes: 0 });
    const first = await forgetful.speak("Good morning.", "matthew", 16000);
    const second = await forgetful.speak("Good morning.", "matthew", 16000);
    await forgetful.close();
    expect(second).toEqual(first);
    expect(await voice.speak("Good morning.", "matthew", 16000)).toEqual(first);
  });

  it("remembers what it said, and does not let a listener change it", async () => {
    const first = await voice.speak("Remember me.", "tiffany", 16000);
    const copy = first.slice();
    first.fill(0);
    expect(await voice.speak("Remember me.", "tiffany", 16000)).toEqual(copy);
  });

  it("gives every one of Nova's voices a sound of its own", async () => {
    const sounds = await Promise.all(VOICE_IDS.map((id) => voice.speak("Hello there.", id, 8000)));
    expect(new Set(sounds.map((samples) => samples.join(","))).size).toBe(VOICE_IDS.length);
  });

  it("lets the event loop run while it speaks", async () => {
    let turns = 0;
    let spoken = false;
    const speaking = voice.speak(
      "This sentence was never said before, and takes a while to say.",
      "amy",
      24000,
    );
    const done = speaking.then(() => {
      spoken = true;
    });
    while (!spoken) {
      turns += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
    await done;
    expect(turns).toBeGreaterThan(100);
  });

  it.each([
    ["nothing", ""],
    ["blanks", " \n\t "],
    ["an emoji", "😀"],
    ["another script", "你好，世界"],
    ["a lone surrogate", "\ud800"],
    ["a NUL", "a\0b"],
    ["what looks like an option", "-voice"],
    ["what looks like a file", "/etc/passwd"],
    ["only punctuation", "?!.,;:—***"],
    ["one endless word", "a".repeat(900)],
  ])("does not stumble over %s", async (_, text) => {
    const samples = await voice.speak(text, "tiffany", 8000);
    expect(samples.length).toBeGreaterThan(0);
    expect(samples.length).toBeLessThan(8000 * 200);
  });

  it("speaks five thousand characters", async () => {
    const text = "The quick brown fox jumps over the lazy dog. ".repeat(112).slice(0, 5000);
    const samples = await voice.speak(text, "carlos", 8000);
    expect(samples.length / 8000).toBeGreaterThan(200);
  });

  it("rejects what is asked after it was closed, and what was waiting", async () => {
    const closing = await createVoice();
    const pending = closing.speak("I will not finish this.", "tiffany", 16000);
    const outcome = expect(pending).rejects.toThrow("closed");
    await closing.close();
    await outcome;
    await expect(closing.speak("Nor this.", "tiffany", 16000)).rejects.toThrow("closed");
  });
});
