/**
 * Tells a hosted agent what was said before it came: it takes no history, only a prompt. The newest is kept.
 */
import { Buffer } from "node:buffer";
import { LIMITS } from "../../base/limits.ts";
import type { HistoryMessage } from "../../conversation/events.ts";

const LEAD = "\n\nThis conversation is already under way. So far it went:\n";
const CLOSE = "\nGo on from there. Do not greet again, and repeat nothing of it unless you are asked.";
const NAMES = { caller: "Caller", agent: "You" } as const;

/** Bytes of `text` inside JSON, without its quotes: quotes and control characters take more than they look. */
const jsonBytes = (text: string): number => Buffer.byteLength(JSON.stringify(text)) - 2;

/** `prompt`, and behind it as much of the history as there is room for. `room` in bytes of JSON. */
export const foldHistory = (prompt: string, history: readonly HistoryMessage[], room: number): string => {
  const start = cutToBytes(prompt.toWellFormed(), room);
  let left =
    Math.min(LIMITS.runtimeHistoryBytes, room - jsonBytes(start)) - jsonBytes(LEAD) - jsonBytes(CLOSE);
  const lines: string[] = [];
  for (const { role, text } of history.toReversed()) {
    const line = `${NAMES[role]}: ${text.toWellFormed().replace(/\s+/g, " ").trim()}`;
    const size = jsonBytes(`${line}\n`);
    if (size > left) break;
    left -= size;
    lines.unshift(line);
  }
  return lines.length === 0 ? start : `${start}${LEAD}${lines.join("\n")}${CLOSE}`;
};

/** The beginning of `text` that takes at most `bytes` in JSON. Never parts a character. */
export const cutToBytes = (text: string, bytes: number): string => {
  if (jsonBytes(text) <= bytes) return text;
  let from = 0;
  let to = text.length;
  while (from < to) {
    const middle = Math.ceil((from + to) / 2);
    if (jsonBytes(text.slice(0, middle).toWellFormed()) <= bytes) from = middle;
    else to = middle - 1;
  }
  const cut = text.slice(0, from);
  return cut.isWellFormed() ? cut : cut.slice(0, -1);
};
