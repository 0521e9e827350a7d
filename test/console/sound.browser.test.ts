/**
 * The console's sound in a real Chromium, heard by an ear in the page that the console knows nothing of.
 */
import { describe, expect, it } from "vitest";
import { findChromium } from "./support/find-chromium.ts";
import { recording } from "./support/listener.ts";
import { PITCH, RATE, speak, useStage } from "./support/stage.ts";
import { tone } from "./support/wav.ts";

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

describe.skipIf(findChromium() === null)("the console's sound in Chromium", () => {
  const stage = useStage();

  it("plays an answer that comes in bursts without a gap or a click", async () => {
    const client = await stage.begin("Type instead");
    const wave = tone(440, RATE, 2);
    const burst = RATE / 4;
    client.say({ type: "answer", answer: 1, turn: 1, state: "started" });
    for (let at = 0; at < wave.length; at += burst) {
      speak(client, 1, wave.subarray(at, at + burst));
      // The next burst comes when part of this one has been played, as from a model that speaks in sentences.
      const ms = (at / RATE) * 1000;
      await client.until(({ messages }) =>
        messages.find((said) => said.type === "played" && Number(said.ms) > ms - 200),
      );
    }
    client.say({ type: "answer", answer: 1, turn: 1, state: "ended" });
    await client.until(({ messages }) => messages.find(({ type, ms }) => type === "played" && ms === 2000));
    const { rate, samples } = await recording(stage.page);
    const first = samples.findIndex((sample) => sample !== 0);
    const heard = samples.subarray(first, samples.findLastIndex((sample) => sample !== 0) + 1);
    expect(rate).toBe(RATE);
    expect(Math.abs(heard.length - 2 * RATE)).toBeLessThan(10);
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
    const before = client.messages.length;
    speak(client, 1, tone(300, RATE, 1));
    const told = await client.until(({ messages }) =>
      messages.slice(before).find(({ type }) => type === "played"),
    );
    expect(told).toMatchObject({ answer: 1 });
    client.say({ type: "answer", answer: 2, turn: 2, state: "started" });
    speak(client, 2, tone(900, RATE, 0.3));
    client.say({ type: "answer", answer: 2, turn: 2, state: "ended" });
    await client.until(({ messages }) =>
      messages.find(({ type, answer, ms }) => type === "played" && answer === 2 && ms === 300),
    );

    const { rate, samples, interruptions } = await recording(stage.page);
    const [arrived = 0] = interruptions;
    // The next answer comes later than the silence; the first quiet stretch of 20 ms is the end of the first.
    const quiet = (from: number): boolean =>
      samples.subarray(from, from + rate / 50).every((sample) => sample === 0);
    let silentAt = arrived;
    while (!quiet(silentAt)) silentAt += 1;
    expect(((silentAt - arrived) / rate) * 1000).toBeLessThan(100);
    const started = samples.findIndex((sample) => sample !== 0);
    expect(Math.abs(((silentAt - started) / rate) * 1000 - Number(told.ms))).toBeLessThan(25);
    const next = samples.subarray(silentAt).filter((sample) => sample !== 0).length;
    expect(Math.abs(next - 0.3 * rate)).toBeLessThan(0.02 * rate);
  });

  it("reports how much was heard about four times a second", async () => {
    const client = await stage.begin("Type instead");
    speak(client, 1, tone(300, RATE, 2));
    client.say({ type: "answer", answer: 1, turn: 1, state: "ended" });
    await client.until(({ messages }) => messages.find(({ type, ms }) => type === "played" && ms === 2000));
    const told = client.messages.filter(({ type }) => type === "played").map(({ ms }) => Number(ms));
    expect(told.length).toBeGreaterThan(5);
    expect(told.length).toBeLessThan(12);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
  });

  it("sends what the microphone hears as frames of 20 ms at 16 kHz, and nothing while muted", async () => {
    const client = await stage.begin("Talk");
    await client.until(({ frames }) => (frames.length >= 50 ? true : undefined));
    const from = client.frames.length;
    await client.until(({ frames }) => (frames.length >= from + 100 ? true : undefined));
    const heard = client.frames.slice(from, from + 100);
    expect(new Set(heard.map(({ bytes }) => bytes.length))).toEqual(new Set([640]));
    const span = (heard.at(-1)?.at ?? 0) - (heard[0]?.at ?? 0);
    expect(span).toBeGreaterThan(1_500);
    expect(span).toBeLessThan(2_500);
    const samples = heard.flatMap(({ bytes }) =>
      Array.from({ length: 320 }, (_, at) => bytes.readInt16LE(at * 2)),
    );
    expect(pitchOf(Float32Array.from(samples), 16_000)).toBeCloseTo(PITCH, -0.5);

    await stage.page.getByRole("button", { name: "Mute the microphone" }).click();
    expect(await client.until(({ messages }) => messages.find(({ type }) => type === "mute"))).toMatchObject({
      muted: true,
    });
    const muted = client.frames.length;
    // Something else comes and goes meanwhile; the microphone has had time to speak.
    speak(client, 1, tone(300, RATE, 1));
    client.say({ type: "answer", answer: 1, turn: 1, state: "ended" });
    await client.until(({ messages }) => messages.find(({ type, ms }) => type === "played" && ms === 1000));
    expect(client.frames.length - muted).toBeLessThanOrEqual(2);
    await stage.page.getByRole("button", { name: "Unmute the microphone" }).click();
    await client.until(({ frames }) => (frames.length > muted + 10 ? true : undefined));
  });
});
