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

/**
 * Takes note of a return: what follows begins with number `from`. What was missing before that will not come any more;
 * what is seen already and comes again stays no news.
 */
export const resumeAt = ({ last, missing }: Sequence, from: number): Sequence => {
  const lost = Array.from(
    { length: Math.min(CONSOLE.missingKept, Math.max(0, from - 1 - last)) },
    (_, index) => from - 1 - index,
  ).reverse();
  return { last: Math.max(last, from - 1), missing: [...missing, ...lost].slice(-CONSOLE.missingKept) };
};

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
