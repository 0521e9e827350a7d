/**
 * Whether certain bytes lie at a place of others: without a view of either, of which the frames of calls would make
 * thousands a second.
 */

/** Whether `what` lies at place `at` of `bytes`. */
export function liesAt(what: Uint8Array, bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < what.length; i++) if (bytes[at + i] !== what[i]) return false;
  return true;
}

/** Whether `what` is all that lies from `from` to `to`. */
export const isBetween = (what: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean =>
  to - from === what.length && liesAt(what, bytes, from);
