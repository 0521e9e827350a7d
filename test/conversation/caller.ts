/**
 * A caller's sounds, frame by frame in real time: speech with its gaps between words, and what may pass for it.
 */
import { bytesOf } from "../../src/audio/samples.ts";
import type { Stage } from "./stage.ts";

const FRAME_MS = 20;
const SAMPLES = (16000 * FRAME_MS) / 1000;

/** A frame of noise, the same for every run. `dbfs`: its level. */
export function sound(dbfs: number): Uint8Array {
  const samples = new Int16Array(SAMPLES);
  const peak = 32768 * Math.sqrt(3) * 10 ** (dbfs / 20);
  let state = 1;
  for (let i = 0; i < SAMPLES; i++) {
    state = (state * 48271) % 2147483647;
    samples[i] = Math.max(-32768, Math.min(32767, Math.round(peak * ((2 * state) / 2147483647 - 1))));
  }
  return bytesOf(samples);
}

const SPEECH = sound(-25);
const ROOM = sound(-60);

function frames(stage: Stage, ms: number, frame: (at: number) => Uint8Array): void {
  for (let at = 0; at < ms; at += FRAME_MS) {
    stage.pass(FRAME_MS);
    stage.command({ type: "audio", pcm: frame(at).slice() });
  }
}

/** Words of 300 ms with 60 ms between them. `room`: the level of what is behind them. */
export const speak = (stage: Stage, ms: number, room = ROOM): void =>
  frames(stage, ms, (at) => (at % 360 < 300 ? SPEECH : room));

/** Says nothing for `ms`; the room is heard. */
export const hush = (stage: Stage, ms: number, room = ROOM): void => frames(stage, ms, () => room);

/** A steady noise, as of an engine; it swells and falls by `swing` dB. */
export const noise = (stage: Stage, ms: number, dbfs: number, swing = 3): void =>
  frames(stage, ms, (at) => sound(dbfs + swing * Math.sin(at / 300)));

/** Music: loud and soft by the bar, with pauses between phrases. */
export const music = (stage: Stage, ms: number): void =>
  frames(stage, ms, (at) => sound(at % 4000 > 3600 ? -55 : -30 + 12 * Math.sin(at / 170)));
