/**
 * What happens in a measured call, and when: a pure function of the caller's frame number, so that the load generator and
 * the engine need no word between them. Times in ms, counted in the caller's audio.
 */

/** Hz. */
export const UP_RATE = 16_000;
export const DOWN_RATE = 24_000;
export const BYTES_PER_SAMPLE = 2;

/** Numbers of frames are 24 bits long: which call, and which frame of it. */
export const CALLS_MOST = 256;
export const FRAMES_MOST = 65_536;

/** Ms from a measurement's beginning, in which openings are measured before it counts. */
export const OPENINGS_MOST_MS = 20_000;
/** Ms after what counts, in which calls are handed over. */
export const HAND_OVERS_MS = 9_000;
/** For what comes before, between and after these. */
const SPARE_FRAMES = 200;

/** Frames of a call that is measured for `seconds`, at most. */
export const framesOf = (seconds: number, warmUpMs: number, frameMs: number): number =>
  Math.ceil((seconds * 1000 + warmUpMs + OPENINGS_MOST_MS + HAND_OVERS_MS) / frameMs) + SPARE_FRAMES;

export interface CallPlan {
  readonly calls: number;
  /** Length of one of the caller's frames. */
  readonly frameMs: number;
  /** From one turn's beginning to the next. */
  readonly turnMs: number;
  /** What the caller says at the beginning of a turn. */
  readonly speakMs: number;
  /** What the engine answers, of speech. */
  readonly answerMs: number;
  /** In every third turn the caller speaks again so long after the answer was due. */
  readonly bargeInAfterMs: number;
  readonly bargeInEvery: number;
  /** A tool's own time. */
  readonly toolMs: number;
  /** The engine's pieces of speech, and how many times as fast as it is played it sends them. */
  readonly pieceMs: number;
  readonly pace: number;
  /** Frames of the whole call, at most. */
  readonly frames: number;
}

export const USUAL = {
  frameMs: 20,
  turnMs: 6_000,
  speakMs: 2_000,
  answerMs: 3_000,
  bargeInAfterMs: 1_500,
  bargeInEvery: 3,
  toolMs: 50,
} as const;

/** `real`: as it is played. `burst`: large pieces ahead of it, as Nova is seen to send. */
export const PACES = { real: { pieceMs: 20, pace: 1 }, burst: { pieceMs: 80, pace: 3 } } as const;
export type Pace = keyof typeof PACES;

export type Cue = "speech_starts" | "answer_now" | "barge_in";

/** Ms that a call waits before its first turn: their turns are spread, as their frames are. */
const delayOf = (plan: CallPlan, call: number): number => (call * plan.turnMs) / plan.calls;

/** Where frame `frame` of `call` lies: its turn, from 0, and ms into it. Null before the first. */
export const placeOf = (plan: CallPlan, call: number, frame: number): { turn: number; at: number } | null => {
  const ms = frame * plan.frameMs - delayOf(plan, call);
  if (ms < 0) return null;
  const turn = Math.floor(ms / plan.turnMs);
  return { turn, at: ms - turn * plan.turnMs };
};

/** Not all calls in the same turn: a short measurement sees some as well. */
export const bargesIn = (plan: CallPlan, call: number, turn: number): boolean =>
  turn >= 0 && (turn + call) % plan.bargeInEvery === plan.bargeInEvery - 1;

/** What frame `frame` of `call` makes the engine do. */
export const cueOf = (plan: CallPlan, call: number, frame: number): Cue | null => {
  const place = placeOf(plan, call, frame);
  if (place === null) return null;
  const { turn, at } = place;
  const begins = (ms: number): boolean => at >= ms && at < ms + plan.frameMs;
  // Whoever cuts in goes on speaking into the next turn.
  if (begins(0)) return bargesIn(plan, call, turn - 1) ? null : "speech_starts";
  if (begins(plan.speakMs)) return "answer_now";
  return begins(plan.speakMs + plan.bargeInAfterMs) && bargesIn(plan, call, turn) ? "barge_in" : null;
};

/** Whether the caller is heard in a frame, or only their room. */
export const speaksIn = (plan: CallPlan, call: number, frame: number): boolean => {
  const place = placeOf(plan, call, frame);
  if (place === null) return false;
  return (
    place.at < plan.speakMs ||
    (bargesIn(plan, call, place.turn) && place.at >= plan.speakMs + plan.bargeInAfterMs)
  );
};

export const upSamples = (plan: CallPlan): number => (UP_RATE * plan.frameMs) / 1000;
export const pieceSamples = (plan: CallPlan): number => (DOWN_RATE * plan.pieceMs) / 1000;
/** Pieces of one answer. */
export const piecesOf = (plan: CallPlan): number => Math.ceil(plan.answerMs / plan.pieceMs);
/** Pieces of a whole call, at most; of an answer that is cut some come late. */
export const piecesMost = (plan: CallPlan): number =>
  (Math.ceil((plan.frames * plan.frameMs) / plan.turnMs) + 1) * (piecesOf(plan) + 1);

/** A frame's number in the audio, and back. */
export const markOf = (call: number, frame: number): number => (call << 16) | frame;
export const callOf = (mark: number): number => mark >>> 16;
export const frameOf = (mark: number): number => mark & 0xffff;

/** The frame after which the engine answers in a turn. */
export const answerFrame = (plan: CallPlan, call: number, turn: number): number =>
  Math.ceil((delayOf(plan, call) + turn * plan.turnMs + plan.speakMs) / plan.frameMs);
