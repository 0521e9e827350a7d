/**
 * Sounds for the ears' tests: made by arithmetic, so that they are the same in every run.
 */

export const silence = (ms: number, rate: number): Int16Array => new Int16Array((ms * rate) / 1000);

/** White noise between −1 and 1 from a linear congruential generator. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

/** Noise with the given loudness (root mean square, in steps of a sample). */
export function noise(
  ms: number,
  rate: number,
  rms: number,
  colour: "white" | "pink" | "brown" = "white",
): Int16Array {
  const next = random(7);
  const raw = new Float64Array((ms * rate) / 1000);
  let [a, b, c] = [0, 0, 0];
  for (let i = 0; i < raw.length; i += 1) {
    const white = next();
    a = (colour === "brown" ? 0.998 : 0.99765) * a + white * 0.099046;
    b = 0.963 * b + white * 0.2965164;
    c = 0.57 * c + white * 1.0526913;
    raw[i] = colour === "white" ? white : colour === "brown" ? a : a + b + c + white * 0.1848;
  }
  const own = Math.sqrt(raw.reduce((sum, sample) => sum + sample * sample, 0) / raw.length);
  return Int16Array.from(raw, (sample) => clamp((sample / own) * rms));
}

/** A single bump, as a key or a switch makes: 3 ms of dying ringing. */
export function click(rate: number): Int16Array {
  return Int16Array.from(
    { length: rate / 200 },
    (_, i) => 30000 * Math.exp(-i / (rate / 2000)) * (i % 2 === 0 ? 1 : -1),
  );
}

/** Breath: noise that swells and fades. */
export function breath(ms: number, rate: number): Int16Array {
  const air = noise(ms, rate, 1500, "pink");
  return air.map((sample, i) => sample * Math.sin((Math.PI * i) / air.length));
}

/** Hum of a vowel: a buzz of 120 Hz with its overtones. */
export function vowel(ms: number, rate: number, amplitude: number): Int16Array {
  return Int16Array.from({ length: (ms * rate) / 1000 }, (_, i) => {
    let sum = 0;
    for (let overtone = 1; overtone <= 12; overtone += 1)
      sum += Math.sin((2 * Math.PI * 120 * overtone * i) / rate) / overtone;
    return clamp(amplitude * sum);
  });
}

export function join(...parts: readonly Int16Array[]): Int16Array {
  const joined = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Both sounds at once. */
export const mix = (one: Int16Array, other: Int16Array): Int16Array =>
  Int16Array.from({ length: Math.max(one.length, other.length) }, (_, i) =>
    clamp((one[i] ?? 0) + (other[i] ?? 0)),
  );

export const louder = (samples: Int16Array, gain: number): Int16Array =>
  samples.map((sample) => clamp(sample * gain));

const clamp = (sample: number): number => Math.max(-32768, Math.min(32767, Math.round(sample)));
