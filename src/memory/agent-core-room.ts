/**
 * How much of what was found is told.
 */
import type { MemoryEntry } from "./memory-entry.ts";

const encoder = new TextEncoder();
export const bytesOf = ({ text }: MemoryEntry): number => encoder.encode(text).byteLength;

/** In their order, as many as fit; one that is too long lets shorter ones pass. */
export function withinRoom(
  entries: readonly MemoryEntry[],
  limit: number,
  bytes: number,
): readonly MemoryEntry[] {
  const told: MemoryEntry[] = [];
  let left = bytes;
  for (const entry of entries) {
    if (told.length >= limit) break;
    const size = bytesOf(entry);
    if (size > left) continue;
    left -= size;
    told.push(entry);
  }
  return told;
}
