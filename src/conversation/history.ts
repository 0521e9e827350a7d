/**
 * Shapes what was said into what a fresh stream accepts: first message the caller's, roles alternating, newest kept
 * within the model's byte budget (Nova user guide, "Chat history").
 */
import { LIMITS } from "../base/limits.ts";
import type { HistoryMessage, TranscriptEntry } from "./events.ts";

/** Stands before an opening word of the agent's, since the model takes no history that begins with the agent. */
export const CALLER_JOINED = "(The caller has joined.)";

const encoder = new TextEncoder();
const byteLength = (text: string): number => encoder.encode(text).byteLength;

export interface ShapedHistory {
  readonly messages: readonly HistoryMessage[];
  /** The place of the first entry that is in it, wholly or in part: all before did not fit. 0 when all did. */
  readonly from: number;
}

/** `budget` in UTF-8 bytes, over all messages. */
export function shapeHistory(
  entries: readonly TranscriptEntry[],
  budget: number = LIMITS.historyBytes,
): ShapedHistory {
  const merged: { role: HistoryMessage["role"]; text: string; from: number }[] = [];
  for (const [place, entry] of entries.entries()) {
    if (entry.type === "tool" || entry.type === "transition" || entry.text.trim() === "") continue;
    const last = merged.at(-1);
    if (last?.role === entry.type) last.text += `\n${entry.text}`;
    else merged.push({ role: entry.type, text: entry.text, from: place });
  }

  const kept: HistoryMessage[] = [];
  let left = budget - byteLength(CALLER_JOINED);
  let from = entries.length;
  let isCut = false;
  for (const { role, text, from: place } of merged.toReversed()) {
    const size = byteLength(text);
    if (size > left) {
      isCut = true;
      if (kept.length > 0) break;
      // One message alone may be over the budget: its end is what the talk goes on from.
      kept.unshift({ role, text: lastBytes(text, left) });
      from = place;
      break;
    }
    left -= size;
    kept.unshift({ role, text });
    from = place;
  }
  if (kept[0]?.role === "agent") kept.unshift({ role: "caller", text: CALLER_JOINED });
  return { messages: kept, from: isCut ? from : 0 };
}

/** The longest end of `text` that fits into `bytes`, cut between characters. */
function lastBytes(text: string, bytes: number): string {
  const all = encoder.encode(text);
  let start = all.length - bytes;
  while (start < all.length && ((all[start] ?? 0) & 0xc0) === 0x80) start++;
  return new TextDecoder().decode(all.subarray(start));
}

/** The longest beginning of `text` that fits into `bytes`, cut between characters. */
export function firstBytes(text: string, bytes: number): string {
  const all = encoder.encode(text);
  let end = Math.min(bytes, all.length);
  while (end < all.length && ((all[end] ?? 0) & 0xc0) === 0x80) end--;
  return new TextDecoder().decode(all.subarray(0, end));
}
