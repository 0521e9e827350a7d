/**
 * Finds numbers that a test has hidden in the caller's audio, below anything that can be heard: the trace then tells
 * which piece of it a stream was given, how often, and in which order.
 *
 * A mark is 64 samples whose lowest bits spell, highest bit first: the 32 bits of `SYNC`, 24 bits of a number, and 8 bits
 * that check them (the exclusive or of the number's three bytes and 0x5a). It may lie anywhere, also across two events.
 */
import { type AudioSummary, summarise } from "./trace.ts";

const SYNC = 0xa5c39e17;
const CHECK = 0x5a;

/** Reads one stream's audio, piece by piece. */
export function createMarkReader(): (samples: Int16Array) => readonly number[] {
  // The last 64 low bits, the newest last.
  let older = 0;
  let newer = 0;
  return (samples) => {
    const found: number[] = [];
    for (const sample of samples) {
      older = ((older << 1) | (newer >>> 31)) >>> 0;
      newer = ((newer << 1) | (sample & 1)) >>> 0;
      if (older === SYNC && isWhole(newer)) found.push(newer >>> 8);
    }
    return found;
  };
}

const isWhole = (bits: number): boolean =>
  ((bits >>> 24) ^ ((bits >>> 16) & 0xff) ^ ((bits >>> 8) & 0xff) ^ CHECK) === (bits & 0xff);

/** Sums up what a stream received, with its marks where it has any. `rate` in Hz. */
export function createReceivedAudio(): (samples: Int16Array, rate: number) => AudioSummary {
  const read = createMarkReader();
  return (samples, rate) => {
    const marks = read(samples);
    return { ...summarise(samples, rate), ...(marks.length === 0 ? {} : { marks }) };
  };
}
