/**
 * Tells speech from silence and from steady noise by level alone: cheap enough for every frame of a call, and too
 * coarse for anything but "the caller has clearly been speaking for a while".
 */
import { levelDbfs } from "./level.ts";

/** Telephone and microphone speech lies at -15 to -35 dBFS. */
const SPEECH_DBFS = -45;
/** A frame of speech stands out of the noise around it by this much, in dB; noise itself varies by half of it. */
const SPEECH_ABOVE_FLOOR = 9;
const SOUND_ABOVE_FLOOR = 5;
/** A quiet line's noise. Below it lies what a codec or a mute button makes, which says nothing about the room. */
const LOWEST_FLOOR_DBFS = -65;
/**
 * How fast the floor follows a louder room, in dB per second. Speech drops to the floor every few hundred ms, between
 * words if not between syllables; music and engines do not, and are taken for the room within seconds.
 */
const FLOOR_RISE = 6;

export type Sounding = "speech" | "sound" | "silence";

export class SpeechGauge {
  #floor = LOWEST_FLOOR_DBFS;

  /** `pcm`: the next frame, PCM16 of `ms`. */
  hear(pcm: Uint8Array, ms: number): Sounding {
    const level = levelDbfs(pcm);
    this.#floor = Math.max(
      LOWEST_FLOOR_DBFS,
      level <= this.#floor ? level : Math.min(level, this.#floor + (FLOOR_RISE * ms) / 1000),
    );
    const above = level - this.#floor;
    if (level >= SPEECH_DBFS && above >= SPEECH_ABOVE_FLOOR) return "speech";
    return above >= SOUND_ABOVE_FLOOR ? "sound" : "silence";
  }
}
