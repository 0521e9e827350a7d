/**
 * Unsigned 32-bit numbers in network byte order, at any place of an array of bytes. A `DataView` does the same, and is an
 * object of its own for every array that it is made for: with one for each frame, part of what a call's garbage consists of.
 */

export function writeUint32(into: Uint8Array, at: number, value: number): void {
  into[at] = value >>> 24;
  into[at + 1] = value >>> 16;
  into[at + 2] = value >>> 8;
  into[at + 3] = value;
}

/** What lies behind the end reads as zeros. */
export const readUint32 = (bytes: Uint8Array, at: number): number =>
  (((bytes[at] ?? 0) << 24) |
    ((bytes[at + 1] ?? 0) << 16) |
    ((bytes[at + 2] ?? 0) << 8) |
    (bytes[at + 3] ?? 0)) >>>
  0;
