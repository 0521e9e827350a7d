/**
 * Compares signatures without telling by the time taken how much of a guess was right.
 */
import { timingSafeEqual } from "node:crypto";

/** Both must be 64 lower-case hex digits; anything else is not the same. */
export function sameHex(a: string, b: string): boolean {
  const isSignature = /^[0-9a-f]{64}$/;
  if (!isSignature.test(a) || !isSignature.test(b)) return false;
  return timingSafeEqual(Buffer.from(a, "hex"), Buffer.from(b, "hex"));
}

/** For secrets of any length: unequal lengths are told at once, which gives nothing away that matters here. */
export function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
