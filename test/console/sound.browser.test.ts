/**
 * The console's sound in a real Chromium, heard by an ear in the page that the console knows nothing of.
 */
import { describe, expect, it } from "vitest";
import { findChromium } from "./support/find-chromium.ts";
import { recording } from "./support/listener.ts";
import { PITCH, RATE, speak, useStage } from "./support/stage.ts";
import { tone } from "./support/wav.ts";

/** How long an answer in bursts is, and how far they come ahead of the sound. */
const SECONDS = 4;
const LEAD_MS = 2_500;

/** The pitch of a voice in Hz, by the strongest of its autocorrelations between 70 and 300 Hz. */
const pitchOf = (samples: Float32Array, rate: number): number => {
  let best = { lag: 0, strength: Number.NEGATIVE_INFINITY };
  for (let lag = Math.floor(rate / 300); lag <= rate / 70; lag += 1) {
    let strength = 0;
    for (let at = lag; at < samples.length; at += 1)
      strength += (samples[at] ?? 0) * (samples[at - lag] ?? 0);
    if (strength > best.strength) best = { lag, strength };
  }
  return rate / best.lag;
};

/** How many of the samples are sound; a single zero within a tone is. */
const soundIn = (samples: Float32Array): number =>
  samples.filter((sample, at) => sample !== 0 || (samples[at - 1] ?? 0) !== 0 || (samples[at + 1] ?? 0) !== 0)
    .length;

describe.skipIf(findChromium() === null)("the console's sound in Chromium", () => {
  const stage = useStage();

  it("plays an answer that comes in bursts without a gap or a click", async () => {
    const client = await stage.begin("Type instead");
    const wave = tone(440, RATE, SECONDS);
    const burst = RATE / 4;
    client.say({ type: "answer", answer: 1, turn: 1, state: "started" });
    for (let at = 0; at < wave.length; at += burst) {
      // It comes in the middle of what came before, and long before that ends: no machine is so slow.
      const ms = (at / RATE) * 1000 - LEAD_MS;
      await client.until(({ messages }) =>
        ms < 0 ? true : messages.find((said) => said.type === "played" && Number(said.ms) > ms),
      );
      speak(client, 1, wave.subarray(at, at + burst));
    }
    client.say({ type: "answer", answer: 1, turn: 1, state: "ended" });
    await client.until(({ messages }) =>
      messages.find(({ type, ms }) => type === "played" && ms === SECONDS * 1000),
    );
    const { rate, samples } = await recording(stage.page);
    const first = samples.findIndex((sample) => sample !== 0);
    const heard = samples.subarray(first, samples.findLastIndex((sample) => sample !== 0) + 1);
    expect(rate).toBe(RATE);
    expect(Math.abs(heard.length - SECONDS * RATE)).toBeLessThan(10);
    // A pure tone obeys x[n] = 2 cos(w) x[n-1] - x[n-2]; what departs from it is a gap or a click.
    const turn = 2 * Math.cos((2 * Math.PI * 440) / RATE);
    const steady = heard.subarray(RATE / 100, heard.length - RATE / 100);
    let worst = 0;
    for (let at = 2; at < steady.length; at += 1) {
      const expected = turn * (steady[at - 1] ?? 0) - (steady[at - 2] ?? 0);
      worst = Math.max(worst, Math.abs((steady[at] ?? 0) - expected));
    }
    expect(worst).toBeLessThan(0.001);
  });

  it("falls silent at once when the caller breaks in, ignores what comes late, and tells where it stopped", async () => {
    const client = await stage.begin("Type instead");
    client.say({ type: "answer", answer: 1, turn: 1, state: "started" });
    speak(client, 1, tone(300, RATE, 5));
    await client.until(({ messages }) =>
      messages.find(({ type, ms }) => type === "played" && Number(ms) > 500),
    );
    client.say({ type: "interrupted", answer: 1, heardMs: 500, heardText: "", by: "caller" });
    speak(client, 1, tone(300, RATE, 1));
    client.say({ type: "answer", answer: 2, turn: 2, state: "started" });
    speak(client, 2, tone(900, RATE, 0.3));
    client.say({ type: "answer", answer: 2, turn: 2, state: "ended" });
    await client.until(({ messages }) =>
      messages.find(({ type, answer, ms }) => type === "played" && answer === 2 && ms === 300),
    );

    // A report that was under way when the order came is followed by the last one.
    const stopped = client.messages.findLast(({ type, answer }) => type === "played" && answer === 1);
    expect(stopped).toMatchObject({ answer: 1 });
    const { rate, samples, orders } = await recording(stage.page);
    // The order is given before the page does anything else.
    expect(orders).toEqual([1]);
    // The audio thread obeys in the block it is at: what it says was played by then, one ramp of 4 ms and that block are
    // all that was heard of the first answer, whenever the machine came to it; then the second, whole.
    const heardMs = (soundIn(samples) / rate) * 1000;
    expect(Math.abs(heardMs - (Number(stopped?.ms) + 300))).toBeLessThan(25);
  });

  it("reports how much was heard a few times a second, not only at the end and not at every step", async () => {
    const client = await stage.begin("Type instead");
    speak(client, 1, tone(300, RATE, 4));
    client.say({ type: "answer", answer: 1, turn: 1, state: "ended" });
    await client.until(({ messages }) => messages.find(({ type, ms }) => type === "played" && ms === 4000));
    const told = client.messages.filter(({ type }) => type === "played").map(({ ms }) => Number(ms));
    // 16 where nothing is late; the audio thread tells its page 100 times.
    expect(told.length).toBeGreaterThan(4);
    expect(told.length).toBeLessThan(50);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
  });

  it("sends what the microphone hears as frames of 20 ms at 16 kHz, and nothing while muted", async () => {
    const client = await stage.begin("Talk");
    // Measured by an answer that plays meanwhile: both come from the audio clock, by way of the same page.
    speak(client, 1, tone(300, RATE, 6));
    const played = (ms: number) =>
      client.until(({ messages, frames }) => {
        const told = messages.find((said) => said.type === "played" && Number(said.ms) >= ms);
        return told && { ms: Number(told.ms), frames: frames.length };
      });
    const [begun, over] = [await played(1_000), await played(5_000)];
    const heard = client.frames.slice(begun.frames, over.frames);
    expect(heard.length).toBeGreaterThan(((over.ms - begun.ms) / 20) * 0.75);
    expect(heard.length).toBeLessThan(((over.ms - begun.ms) / 20) * 1.25);
    expect(new Set(heard.map(({ length }) => length))).toEqual(new Set([640]));
    const samples = heard
      .slice(0, 100)
      .flatMap((frame) => Array.from({ length: 320 }, (_, at) => frame.readInt16LE(at * 2)));
    expect(pitchOf(Float32Array.from(samples), 16_000)).toBeCloseTo(PITCH, -0.5);

    await stage.page.getByRole("button", { name: "Mute the microphone" }).click();
    expect(await client.until(({ messages }) => messages.find(({ type }) => type === "mute"))).toMatchObject({
      muted: true,
    });
    const muted = client.frames.length;
    // Something else comes and goes meanwhile; the microphone has had time to speak.
    speak(client, 2, tone(300, RATE, 1));
    client.say({ type: "answer", answer: 2, turn: 2, state: "ended" });
    await client.until(({ messages }) =>
      messages.find(({ type, answer, ms }) => type === "played" && answer === 2 && ms === 1000),
    );
    expect(client.frames.length).toBe(muted);
    await stage.page.getByRole("button", { name: "Unmute the microphone" }).click();
    await client.until(({ frames }) => (frames.length > muted + 10 ? true : undefined));
  });
});
