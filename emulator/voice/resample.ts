/**
 * Changes the sample rate by a ratio of small whole numbers, with a Kaiser-windowed sinc in polyphase form.
 * Nothing above the lower rate's half comes through (about −80 dB), and what is below keeps its level and its place in time.
 */

/** Zero crossings of the sinc on each side: the transition is about a tenth of the lower rate's half wide. */
const LOBES = 48;
/** Shape of the Kaiser window for 80 dB: 0.1102 × (80 − 8.7), Kaiser 1974. */
const BETA = 7.857;
/** The filter's middle as a share of the lower rate's half, so that its slope ends where aliases begin. */
const CUT_OFF = 0.945;

interface Filter {
  readonly up: number;
  readonly down: number;
  /** Taps on either side of the middle, counted at `up` times the input rate. */
  readonly half: number;
  readonly taps: Float64Array;
}

const filters = new Map<string, Filter>();

/**
 * The same sound at another rate. Its length is `samples.length × to / from`, rounded up.
 *
 * @param from Rate of `samples` in Hz.
 * @param to Wanted rate in Hz; any two rates work, those with a large common divisor are quick.
 */
export function resample(samples: Int16Array, from: number, to: number): Int16Array {
  if (from === to) return samples;
  const filter = filterFor(from, to);
  const { up, down, half, taps } = filter;
  const result = new Int16Array(Math.ceil((samples.length * up) / down));
  for (let index = 0; index < result.length; index += 1) {
    const middle = index * down;
    const first = Math.max(0, Math.ceil((middle - half) / up));
    const last = Math.min(samples.length - 1, Math.floor((middle + half) / up));
    let sum = 0;
    for (let at = first; at <= last; at += 1) {
      sum += (samples[at] ?? 0) * (taps[middle - at * up + half] ?? 0);
    }
    result[index] = Math.max(-32768, Math.min(32767, Math.round(sum)));
  }
  return result;
}

function filterFor(from: number, to: number): Filter {
  const key = `${from}:${to}`;
  const known = filters.get(key);
  if (known !== undefined) return known;
  const divisor = gcd(from, to);
  const up = to / divisor;
  const down = from / divisor;
  const wide = Math.max(up, down);
  const half = LOBES * wide;
  const cutOff = CUT_OFF / wide;
  const taps = Float64Array.from({ length: 2 * half + 1 }, (_, index) => {
    const x = index - half;
    return up * cutOff * sinc(x * cutOff) * kaiser(x / half);
  });
  const filter = { up, down, half, taps };
  filters.set(key, filter);
  return filter;
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function kaiser(x: number): number {
  return bessel(BETA * Math.sqrt(Math.max(0, 1 - x * x))) / bessel(BETA);
}

/** Modified Bessel function of the first kind and order zero, by its series. */
function bessel(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-12; k += 1) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
