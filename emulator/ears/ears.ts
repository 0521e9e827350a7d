/**
 * Hears where speech starts and stops, as Nova Sonic's turn detection does: by what is in the samples.
 * Pure: no clock, no randomness; the same samples give the same events however they are cut.
 */
import type { EarEvent, Ears, Sensitivity } from "../seams.ts";
import { createFrames, FRAME_MS, type Frame } from "./frames.ts";
import { createNoiseFloor } from "./noise-floor.ts";

/**
 * The pause in ms after which the model takes the turn.
 * Source: Amazon Nova 2 Sonic user guide, "Controlling turn taking".
 */
export const PAUSE_MS: Readonly<Record<Sensitivity, number>> = { HIGH: 1500, MEDIUM: 1750, LOW: 2000 };

/** The longest utterance whose samples are kept, in ms. Of a longer one the last part is given: questions stand at the end. */
export const LONGEST_UTTERANCE_MS = 30_000;

/** A frame is loud when it stands this far (dB) above the room. */
const LOUD_ABOVE_FLOOR = 9;
/** … above this level (dB), where the hiss of a quiet microphone ends … */
const LEAST_LEVEL = -62;
/** … and, within an utterance, no further than this (dB) below its loudest frame: echoes and breath are. */
const RANGE = 36;
/** Speech has started when this many of the last `ONSET_WINDOW` frames are voiced. A click or a breath has none. */
const ONSET_VOICED = 5;
const ONSET_WINDOW = 10;
/** After a sound of this many frames, as the "s" of "sixteen", fewer voiced ones will do. */
const LONG_RUN = 12;
const ONSET_VOICED_AFTER_RUN = 3;
/** Unvoiced sounds (the s of "yes") belong to speech when voice was heard this many frames ago at most. */
const HANG_OVER = 20;
/** A sound within speech counts when at least so many voiced frames are that near: a click in a pause does not count. */
const HANG_OVER_VOICED = 3;
/** Frames of silence inside a word: a "t" or a "k" is one. */
const RUN_GAP = 5;
/** What is kept before the onset and after the end, so that a recogniser gets whole words. */
const MARGIN_FRAMES = 25;

/** @param options.rate Samples per second: 8000, 16000 or 24000 Hz. */
export function createEars(options: { readonly rate: number; readonly sensitivity: Sensitivity }): Ears {
  const { rate, sensitivity } = options;
  const cut = createFrames(rate);
  const floorOf = createNoiseFloor();
  const pause = PAUSE_MS[sensitivity] / FRAME_MS;
  const longest = LONGEST_UTTERANCE_MS / FRAME_MS;

  /** Frames kept, the newest last. */
  let kept: Int16Array[] = [];
  let heard = 0;
  const loud: boolean[] = [];
  const voiced: boolean[] = [];
  let speaking = false;
  /** Number of the frame after the last one that was speech. */
  let end = 0;
  /** Level of the utterance's loudest frame, in dB. */
  let peak = -Infinity;

  const note = (frame: Frame): void => {
    const floor = floorOf(frame.level);
    const isLoud = frame.level >= Math.max(floor + LOUD_ABOVE_FLOOR, LEAST_LEVEL, peak - RANGE);
    if (speaking) peak = Math.max(peak, frame.level);
    loud.push(isLoud);
    voiced.push(isLoud && frame.voiced());
    if (loud.length > MARGIN_FRAMES) {
      loud.shift();
      voiced.shift();
    }
    kept.push(frame.samples);
    heard += 1;
  };

  const votesOf = (window: number): number => voiced.slice(-window).filter(Boolean).length;

  const started = (): EarEvent | undefined => {
    if (kept.length > MARGIN_FRAMES * 2) kept = kept.slice(-MARGIN_FRAMES * 2);
    const votes = votesOf(ONSET_WINDOW);
    if (votes < ONSET_VOICED_AFTER_RUN) return undefined;
    const length = runLength(loud);
    if (votes < (length >= LONG_RUN ? ONSET_VOICED_AFTER_RUN : ONSET_VOICED)) return undefined;
    speaking = true;
    end = heard;
    kept = kept.slice(-(length + MARGIN_FRAMES));
    return { type: "speech_started", offsetMs: (heard - length) * FRAME_MS };
  };

  const stopped = (): EarEvent | undefined => {
    if (loud.at(-1) === true && votesOf(HANG_OVER) >= HANG_OVER_VOICED) end = heard;
    const silence = heard - end;
    if (silence < pause) {
      if (kept.length > longest + pause) kept.shift();
      return undefined;
    }
    speaking = false;
    peak = -Infinity;
    const last = kept.length - silence + MARGIN_FRAMES;
    const samples = join(kept.slice(Math.max(0, last - longest), last));
    kept = kept.slice(-MARGIN_FRAMES);
    return { type: "speech_stopped", offsetMs: end * FRAME_MS, speech: { samples, rate } };
  };

  return {
    hear(samples) {
      const events: EarEvent[] = [];
      for (const frame of cut(samples)) {
        note(frame);
        const event = speaking ? stopped() : started();
        if (event !== undefined) events.push(event);
      }
      return events;
    },
  };
}

/** How many frames back the sound began that is loud now: an "s" before the voice belongs to the word. */
function runLength(loud: readonly boolean[]): number {
  let length = 0;
  let gap = 0;
  for (let back = 1; back <= loud.length && gap <= RUN_GAP; back += 1) {
    gap = loud.at(-back) === true ? 0 : gap + 1;
    if (gap === 0) length = back;
  }
  return length;
}

function join(frames: readonly Int16Array[]): Int16Array {
  const joined = new Int16Array(frames.reduce((sum, frame) => sum + frame.length, 0));
  let at = 0;
  for (const frame of frames) {
    joined.set(frame, at);
    at += frame.length;
  }
  return joined;
}
