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
  const said = entries.flatMap((entry, place) =>
    entry.type === "tool" || entry.type === "transition" || entry.text.trim() === ""
      ? []
      : [{ role: entry.type, text: entry.text, place }],
  );
  let left = budget - byteLength(CALLER_JOINED);
  let fit = 0;
  for (const { text } of said.toReversed()) {
    // Each may come to stand on a line of its own in a message.
    const size = byteLength(text) + 1;
    if (size > left) break;
    left -= size;
    fit++;
  }
  const newest = said.at(-1);
  // What was said last may be over the budget alone: its end is what the talk goes on from.
  const kept = fit === 0 && newest ? [{ ...newest, text: lastBytes(newest.text, left) }] : said.slice(-fit);
  const messages = inTurns(kept);
  if (messages[0]?.role === "agent") messages.unshift({ role: "caller", text: CALLER_JOINED });
  return { messages, from: fit === said.length ? 0 : (kept[0]?.place ?? 0) };
}

/** What one side said in a row is one message. */
function inTurns(said: readonly HistoryMessage[]): HistoryMessage[] {
  const messages: { role: HistoryMessage["role"]; text: string }[] = [];
  for (const { role, text } of said) {
    const last = messages.at(-1);
    if (last?.role === role) last.text += `\n${text}`;
    else messages.push({ role, text });
  }
  return messages;
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
