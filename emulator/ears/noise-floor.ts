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
  const smoothed: number[] = [];
  let seen = 0;
  return (level) => {
    seen += 1;
    recent.push(level);
    if (recent.length > SMOOTHED_FRAMES) recent.shift();
    smoothed.push(recent.reduce((sum, each) => sum + each, 0) / recent.length);
    if (smoothed.length > WINDOW_FRAMES) smoothed.shift();
    const quietest = Math.min(...smoothed);
    return Math.min(quietest, seen < KNOWN_AFTER ? ASSUMED_FLOOR : HIGHEST_FLOOR);
  };
}
