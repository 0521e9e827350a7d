/**
 * Which numbered messages have come. A number seen twice is not news; one that was missing may still come late.
 */
import { CONSOLE } from "../limits.ts";

export interface Sequence {
  /** The highest number so far; 0 before the first. */
  readonly last: number;
  /** Lower ones that have not come, newest last. */
  readonly missing: readonly number[];
  /** How many will not come any more. */
  readonly lost: number;
}

export const noSequence: Sequence = { last: 0, missing: [], lost: 0 };

/** The number up to which nothing is wanted again. */
export const seenOf = ({ last, missing }: Sequence): number =>
  missing.length === 0 ? last : Math.min(...missing) - 1;

/** Takes note of a return: what follows begins with number `from`, and nothing before that comes any more. */
export const resumeAt = ({ last, missing, lost }: Sequence, from: number): Sequence => {
  const still = missing.filter((number) => number >= from);
  const gone = missing.length - still.length + Math.max(0, from - 1 - last);
  return { last: Math.max(last, from - 1), missing: still, lost: lost + gone };
};

/** Wants these numbers again, though they have come. */
export const want = (sequence: Sequence, numbers: readonly number[]): Sequence => ({
  ...sequence,
  missing: [...new Set([...sequence.missing, ...numbers])].sort((a, b) => a - b),
});

/** Takes note of a number. Null when it has been seen before; a message without a number is always news. */
export const note = (sequence: Sequence, seq: number | null): Sequence | null => {
  if (seq === null) return sequence;
  if (seq > sequence.last) {
    const first = Math.max(sequence.last + 1, seq - CONSOLE.missingKept);
    const gap = Array.from({ length: seq - first }, (_, index) => first + index);
    if (gap.length === 0) return { ...sequence, last: seq };
    return { ...sequence, last: seq, missing: [...sequence.missing, ...gap].slice(-CONSOLE.missingKept) };
  }
  if (!sequence.missing.includes(seq)) return null;
  return { ...sequence, missing: sequence.missing.filter((number) => number !== seq) };
};
