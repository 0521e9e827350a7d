/**
 * Which numbered messages have come. A number seen twice is not news; one that was missing may still come late.
 */
import { CONSOLE } from "../limits.ts";

export interface Sequence {
  /** The highest number so far; 0 before the first. */
  readonly last: number;
  /** Lower ones that have not come, newest last. */
  readonly missing: readonly number[];
}

export const noSequence: Sequence = { last: 0, missing: [] };

/** Takes note of a number. Null when it has been seen before; a message without a number is always news. */
export const note = (sequence: Sequence, seq: number | null): Sequence | null => {
  if (seq === null) return sequence;
  if (seq > sequence.last) {
    const first = Math.max(sequence.last + 1, seq - CONSOLE.missingKept);
    const gap = Array.from({ length: seq - first }, (_, index) => first + index);
    if (gap.length === 0) return { ...sequence, last: seq };
    return { last: seq, missing: [...sequence.missing, ...gap].slice(-CONSOLE.missingKept) };
  }
  if (!sequence.missing.includes(seq)) return null;
  return { ...sequence, missing: sequence.missing.filter((number) => number !== seq) };
};
