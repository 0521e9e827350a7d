/**
 * Follows the level of the room: the quietest tenth of a second of the last two seconds.
 * Speech has pauses between its words, so it does not lift the floor; a fan that is switched on does, within two seconds.
 */

/** Levels are smoothed over this many frames before the quietest is taken, so that one odd frame decides nothing. */
const SMOOTHED_FRAMES = 10;
/** Frames that are remembered: 2 s. */
const WINDOW_FRAMES = 200;
/** Frames after which the floor is known: 1 s. */
const KNOWN_AFTER = 100;
/** Before a floor is known, and if a caller speaks from the first sample on, the room is taken to be at most this loud (dB). */
const ASSUMED_FLOOR = -50;
/** Above this (dB) nothing is called the room's noise, or loud speech without pauses would silence itself. */
const HIGHEST_FLOOR = -30;

/** Takes one frame's level after another and returns the floor, both in dB below full scale. */
export function createNoiseFloor(): (level: number) => number {
  const recent: number[] = [];
  let sum = 0;
  /** Of the window's levels those that no later one is below: the first is the quietest, and later ones take its place. */
  let valleys: { readonly at: number; readonly level: number }[] = [];
  let seen = 0;
  return (level) => {
    seen += 1;
    recent.push(level);
    sum += level;
    if (recent.length > SMOOTHED_FRAMES) sum -= recent.shift() ?? 0;
    const smoothed = sum / recent.length;
    while ((valleys.at(-1)?.level ?? Number.NEGATIVE_INFINITY) >= smoothed) valleys.pop();
    valleys.push({ at: seen, level: smoothed });
    if ((valleys[0]?.at ?? 0) <= seen - WINDOW_FRAMES) valleys = valleys.slice(1);
    return Math.min(valleys[0]?.level ?? smoothed, seen < KNOWN_AFTER ? ASSUMED_FLOOR : HIGHEST_FLOOR);
  };
}
