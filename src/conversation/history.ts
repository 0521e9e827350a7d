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

/** `budget` in UTF-8 bytes, over all messages. */
export function shapeHistory(
  entries: readonly TranscriptEntry[],
  budget: number = LIMITS.historyBytes,
): readonly HistoryMessage[] {
  const merged: { role: HistoryMessage["role"]; text: string }[] = [];
  for (const entry of entries) {
    if (entry.type === "tool" || entry.type === "transition" || entry.text.trim() === "") continue;
    const last = merged.at(-1);
    if (last?.role === entry.type) last.text += `\n${entry.text}`;
    else merged.push({ role: entry.type, text: entry.text });
  }

  const kept: HistoryMessage[] = [];
  let left = budget - byteLength(CALLER_JOINED);
  for (const message of merged.toReversed()) {
    const size = byteLength(message.text);
    if (size > left) {
      // One message alone may be over the budget: its end is what the talk goes on from.
      if (kept.length === 0) kept.unshift({ ...message, text: lastBytes(message.text, left) });
      break;
    }
    left -= size;
    kept.unshift(message);
  }
  if (kept[0]?.role === "agent") kept.unshift({ role: "caller", text: CALLER_JOINED });
  return kept;
}

/** The longest end of `text` that fits into `bytes`, cut between characters. */
function lastBytes(text: string, bytes: number): string {
  const all = encoder.encode(text);
  let start = all.length - bytes;
  while (start < all.length && ((all[start] ?? 0) & 0xc0) === 0x80) start++;
  return new TextDecoder().decode(all.subarray(start));
}
