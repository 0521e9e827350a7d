/**
 * Tells a voice from noise: a voice repeats itself 60 to 500 times a second, a click, a breath or a fan does not.
 * Short-time autocorrelation at 8 kHz with a peak that stands out of the valley before it.
 */

/** The rate at which repetition is looked for, in Hz: a pitch needs no more. */
const ANALYSIS_RATE = 8000;
/** Frames of 10 ms looked at together; two periods of the lowest voice fit in. */
const WINDOW_FRAMES = 4;
const SHORTEST_LAG = ANALYSIS_RATE / 500;
const LONGEST_LAG = Math.ceil(ANALYSIS_RATE / 60);
/** How like itself one period later a voice must be (1 is a copy). Voices give 0.6 to 0.98, noise below 0.35. */
const LEAST_LIKENESS = 0.5;
/** How far the peak must stand above the lowest point before it. Rumble falls slowly and has no such valley. */
const LEAST_RISE = 0.4;

/**
 * Takes the high-passed frames in order and returns, for each, the question "is this a voice?".
 * The answer is only worked out when the question is put, because most frames of a call are silence.
 */
export function createVoicing(rate: number): (frame: Float64Array) => () => boolean {
  const step = rate / ANALYSIS_RATE;
  const size = ANALYSIS_RATE / 100;
  let last: readonly Float64Array[] = Array.from(
    { length: WINDOW_FRAMES },
    () => new Float64Array(size * step),
  );
  return (frame) => {
    const window = [...last.slice(1), frame];
    last = window;
    return () => repeats(thinned(window, size, step));
  };
}

/** One sample for each `step` of them, `size` for a frame. */
function thinned(frames: readonly Float64Array[], size: number, step: number): Float64Array {
  const window = new Float64Array(size * frames.length);
  for (const [place, frame] of frames.entries())
    for (let i = 0; i < size; i += 1) {
      let sum = 0;
      for (let j = 0; j < step; j += 1) sum += frame[i * step + j] ?? 0;
      window[place * size + i] = sum / step;
    }
  return window;
}

function repeats(window: Float64Array): boolean {
  const length = window.length - LONGEST_LAG;
  let energy = 0;
  for (let i = 0; i < length; i += 1) energy += (window[i] ?? 0) ** 2;
  if (energy === 0) return false;
  let lagged = energy;
  let valley = 1;
  for (let lag = 1; lag <= LONGEST_LAG; lag += 1) {
    lagged += (window[lag + length - 1] ?? 0) ** 2 - (window[lag - 1] ?? 0) ** 2;
    let sum = 0;
    for (let i = 0; i < length; i += 1) sum += (window[i] ?? 0) * (window[i + lag] ?? 0);
    const likeness = sum / Math.sqrt(energy * Math.max(lagged, Number.MIN_VALUE));
    if (lag >= SHORTEST_LAG && likeness >= LEAST_LIKENESS && likeness - valley >= LEAST_RISE) return true;
    valley = Math.min(valley, likeness);
  }
  return false;
}
