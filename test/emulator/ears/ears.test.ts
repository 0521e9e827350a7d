import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEars, LONGEST_UTTERANCE_MS, PAUSE_MS } from "../../../emulator/ears/ears.ts";
import type { EarEvent, Sensitivity } from "../../../emulator/seams.ts";
import { type ClosableVoice, createVoice } from "../../../emulator/voice/voice.ts";
import { breath, click, join, louder, mix, noise, silence, vowel } from "./sounds.ts";

let voice: ClosableVoice;
beforeAll(async () => {
  voice = await createVoice();
});
afterAll(async () => {
  await voice.close();
});

interface Told {
  readonly event: EarEvent;
  /** When it was told, in ms of samples heard. */
  readonly at: number;
}

/** Hears everything in pieces of 10 ms. */
function hear(samples: Int16Array, rate: number, sensitivity: Sensitivity = "HIGH"): Told[] {
  const ears = createEars({ rate, sensitivity });
  const told: Told[] = [];
  const step = rate / 100;
  for (let at = 0; at < samples.length; at += step) {
    for (const event of ears.hear(samples.subarray(at, at + step)))
      told.push({ event, at: ((at + step) * 1000) / rate });
  }
  return told;
}

const types = (told: readonly Told[]): string[] => told.map(({ event }) => event.type);
const ONE_UTTERANCE = ["speech_started", "speech_stopped"];

describe("what is not speech", () => {
  it.each([8000, 16000, 24000])("hears nothing in silence made of zeros at %i Hz", (rate) => {
    expect(hear(silence(10_000, rate), rate)).toEqual([]);
  });

  it.each([
    ["white", 30],
    ["white", 3000],
    ["pink", 300],
    ["pink", 3000],
    ["brown", 300],
  ] as const)("hears nothing in half a minute of %s noise of loudness %i", (colour, rms) => {
    expect(hear(noise(30_000, 16000, rms, colour), 16000)).toEqual([]);
  });

  it("hears nothing when a fan is switched on in a silent room", () => {
    expect(hear(join(silence(3000, 16000), noise(10_000, 16000, 1000, "pink")), 16000)).toEqual([]);
  });

  it.each([5000, -20000, 32767])(
    "hears nothing in a constant offset of %i, nor when it comes and goes",
    (offset) => {
      const constant = new Int16Array(16000 * 2).fill(offset);
      expect(hear(constant, 16000)).toEqual([]);
      expect(hear(join(silence(1000, 16000), constant, silence(1000, 16000), constant), 16000)).toEqual([]);
    },
  );

  it("hears no speech in clicks and breaths", () => {
    const sounds = [click(16000), breath(600, 16000), click(16000), click(16000), breath(300, 16000)];
    const apart = sounds.flatMap((sound) => [silence(700, 16000), sound]);
    expect(hear(join(...apart, silence(3000, 16000)), 16000)).toEqual([]);
  });

  it("hears no speech in a voiced blip of 20 ms", () => {
    expect(hear(join(silence(500, 16000), vowel(20, 16000, 5000), silence(2500, 16000)), 16000)).toEqual([]);
  });
});

describe("where speech starts and stops", () => {
  it.each(["HIGH", "MEDIUM", "LOW"] as const)(
    "takes the turn after the pause of sensitivity %s, to the frame",
    (sensitivity) => {
      const sound = join(silence(1000, 16000), vowel(500, 16000, 5000), silence(3000, 16000));
      const [started, stopped] = hear(sound, 16000, sensitivity);
      expect(started?.event.offsetMs).toBe(1000);
      expect(stopped?.event.type).toBe("speech_stopped");
      expect(Math.abs((stopped?.event.offsetMs ?? 0) - 1500)).toBeLessThanOrEqual(20);
      expect((stopped?.at ?? 0) - (stopped?.event.offsetMs ?? 0)).toBe(PAUSE_MS[sensitivity]);
    },
  );

  it("does not take a pause in the middle for the end, and takes a longer one for it", () => {
    const word = vowel(400, 16000, 5000);
    const within = join(silence(500, 16000), word, silence(1400, 16000), word, silence(2000, 16000));
    expect(types(hear(within, 16000))).toEqual(ONE_UTTERANCE);
    const apart = join(silence(500, 16000), word, silence(1700, 16000), word, silence(2000, 16000));
    expect(types(hear(apart, 16000))).toEqual([...ONE_UTTERANCE, ...ONE_UTTERANCE]);
  });

  it("does not let a click or a breath in the pause put off the turn", () => {
    const tail = join(
      silence(700, 16000),
      click(16000),
      silence(395, 16000),
      breath(300, 16000),
      silence(2000, 16000),
    );
    const [, stopped] = hear(join(silence(500, 16000), vowel(500, 16000, 5000), tail), 16000);
    expect(stopped?.at).toBeLessThanOrEqual(1000 + PAUSE_MS.HIGH + 20);
  });

  it("hears speech that is there from the very first sample", () => {
    const told = hear(join(vowel(300, 16000, 3000), silence(2000, 16000)), 16000);
    expect(types(told)).toEqual(ONE_UTTERANCE);
    expect(told[0]?.event.offsetMs).toBe(0);
  });
});

describe("real speech", () => {
  const sentences = [
    "What is my balance?",
    "No.",
    "Are you there? I would like to know the weather in Paris, please.",
  ];

  it.each([8000, 16000, 24000])(
    "is heard as one utterance, within 150 ms of its beginning, at %i Hz",
    async (rate) => {
      for (const voiceId of ["tiffany", "matthew", "florian", "carlos"]) {
        for (const sentence of sentences) {
          const speech = await voice.speak(sentence, voiceId, rate);
          const told = hear(join(silence(1000, rate), speech, silence(2500, rate)), rate);
          expect(types(told), `${voiceId}: ${sentence}`).toEqual(ONE_UTTERANCE);
          const [first, last] = edges(speech, rate);
          expect(told[0]?.at, `${voiceId}: ${sentence}`).toBeLessThanOrEqual(1000 + first + 150);
          const end = told[1]?.event.offsetMs ?? 0;
          expect(end).toBeGreaterThan(1000 + last - 150);
          expect(end).toBeLessThan(1000 + last + 250);
        }
      }
    },
  );

  it.each([
    ["very quiet", 0.03],
    ["very loud, so that it is cut off", 20],
  ])("is heard when it is %s", async (_, gain) => {
    const speech = louder(await voice.speak("What is my balance?", "tiffany", 16000), gain);
    expect(types(hear(join(silence(1000, 16000), speech, silence(2500, 16000)), 16000))).toEqual(
      ONE_UTTERANCE,
    );
  });

  it.each([
    ["white", 400],
    ["pink", 800],
    ["brown", 800],
  ] as const)("is heard above %s noise of loudness %i, and its end too", async (colour, rms) => {
    const speech = await voice.speak("Hello, what is my balance?", "matthew", 16000);
    const quiet = join(silence(3000, 16000), speech, silence(3000, 16000));
    const told = hear(mix(quiet, noise(6000 + (speech.length * 1000) / 16000, 16000, rms, colour)), 16000);
    expect(types(told)).toEqual(ONE_UTTERANCE);
    expect(told[1]?.at).toBeLessThan(3000 + (speech.length * 1000) / 16000 + PAUSE_MS.HIGH + 300);
  });

  it("is heard on top of a constant offset", async () => {
    const speech = louder(await voice.speak("What is my balance?", "tiffany", 16000), 0.3);
    const shifted = join(silence(1000, 16000), speech, silence(2500, 16000)).map((sample) => sample + 12000);
    expect(types(hear(shifted, 16000))).toEqual(ONE_UTTERANCE);
  });

  it("is given whole: the samples that were spoken, with a little room around them", async () => {
    const speech = await voice.speak("What is my balance?", "tiffany", 16000);
    const [, stopped] = hear(join(silence(1000, 16000), speech, silence(2500, 16000)), 16000);
    const said = stopped?.event.type === "speech_stopped" ? stopped.event.speech : undefined;
    expect(said?.rate).toBe(16000);
    const [first, last] = edges(speech, 16000);
    const middle = speech.slice((first * 16000) / 1000, (last * 16000) / 1000);
    expect(indexOf(said?.samples ?? new Int16Array(), middle)).toBeGreaterThanOrEqual(0);
    expect(said?.samples.length).toBeLessThan(speech.length + 16000);
  });

  it("is kept only for its last half minute when it is longer", () => {
    const word = join(vowel(900, 8000, 5000), silence(100, 8000));
    const told = hear(
      join(...Array.from({ length: 45 }, () => word), vowel(500, 8000, 9000), silence(2000, 8000)),
      8000,
    );
    expect(types(told)).toEqual(ONE_UTTERANCE);
    const stopped = told[1]?.event;
    const said = stopped?.type === "speech_stopped" ? stopped.speech.samples : new Int16Array();
    expect(said.length).toBe((LONGEST_UTTERANCE_MS * 8000) / 1000);
    expect(said.reduce((max, sample) => Math.max(max, sample), 0)).toBeGreaterThan(9000);
  });
});

describe("how samples arrive", () => {
  it("does not matter: any chunking gives the same events", async () => {
    const rate = 8000;
    const speech = await voice.speak("Yes, please.", "matthew", rate);
    const sound = join(
      silence(213, rate),
      speech,
      silence(1700, rate),
      noise(500, rate, 500),
      speech,
      silence(1600, rate),
    );
    const whole = createEars({ rate, sensitivity: "HIGH" }).hear(sound);
    expect(whole).toHaveLength(4);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 200 }), (sizes) => {
        const ears = createEars({ rate, sensitivity: "HIGH" });
        const events: EarEvent[] = [];
        let at = 0;
        for (const size of sizes) {
          events.push(...ears.hear(sound.subarray(at, at + size)));
          at += size;
        }
        events.push(...ears.hear(sound.subarray(at)));
        expect(events).toEqual(whole);
      }),
      { numRuns: 40 },
    );
  });

  it("does not matter to the caller's buffer: it may be used again at once", () => {
    const sound = join(silence(500, 16000), vowel(500, 16000, 5000), silence(2000, 16000));
    const ears = createEars({ rate: 16000, sensitivity: "HIGH" });
    const buffer = new Int16Array(320);
    const events: EarEvent[] = [];
    for (let at = 0; at < sound.length; at += 320) {
      buffer.set(sound.subarray(at, at + 320));
      events.push(...ears.hear(buffer));
      buffer.fill(0);
    }
    expect(events).toEqual(createEars({ rate: 16000, sensitivity: "HIGH" }).hear(sound));
  });
});

/** Where sound begins and ends, in ms: a twentieth of its loudest sample. */
function edges(samples: Int16Array, rate: number): [first: number, last: number] {
  const least = samples.reduce((max, sample) => Math.max(max, Math.abs(sample)), 0) / 20;
  const first = samples.findIndex((sample) => Math.abs(sample) > least);
  const last = samples.findLastIndex((sample) => Math.abs(sample) > least);
  return [Math.floor((first * 1000) / rate), Math.floor((last * 1000) / rate)];
}

function indexOf(all: Int16Array, part: Int16Array): number {
  return Buffer.from(all.buffer).indexOf(Buffer.from(part.buffer));
}
