/**
 * What was said, in two parts: the newest word by word, and what no longer fits in short. By rule: what the caller
 * wanted, what was done, the agent's last words. However long a call lasts, both parts stay within their bounds. Where a
 * text model writes summaries, the rule stands in for those that are not there.
 */
import { LIMITS } from "../base/limits.ts";
import type { HistoryMessage, TranscriptEntry } from "./events.ts";
import { shapeHistory } from "./history.ts";

export interface Compacted {
  readonly history: readonly HistoryMessage[];
  /** What the history does not hold, and is to be told in short; oldest first. */
  readonly rest: readonly TranscriptEntry[];
}

/** Parts what was said at the byte budget. Nothing is left out of a talk that fits. */
export function compact(entries: readonly TranscriptEntry[]): Compacted {
  const whole = shapeHistory(entries, LIMITS.historyBytes);
  if (whole.from === 0) return { history: whole.messages, rest: [] };
  const { messages, from } = shapeHistory(entries, LIMITS.historyBytes - LIMITS.compactedBytes);
  return { history: messages, rest: entries.slice(0, from) };
}

/** How long a summary may be, how many of its lines are the oldest, and how many of the agent's survive a cut. */
interface Bounds {
  readonly lines: number;
  /** Of all lines together, in UTF-8. */
  readonly bytes: number;
  readonly oldest: number;
  readonly agent: number;
}

/** Of one part of the talk for another: the newest. */
export const HANDED_ON: Bounds = {
  lines: LIMITS.summaryLines,
  bytes: LIMITS.compactedBytes,
  oldest: 0,
  agent: LIMITS.summaryLines,
};
/** Of what a long talk has outgrown: how it began is as telling as what came last. */
export const OUTGROWN: Bounds = {
  lines: LIMITS.compactedLines,
  bytes: LIMITS.compactedBytes,
  oldest: LIMITS.compactedOldestLines,
  agent: LIMITS.compactedAgentLines,
};

/** One line for each thing said or done, within `bounds`. */
export function summarise(entries: readonly TranscriptEntry[], bounds: Bounds): readonly string[] {
  const telling = entries.filter(isWorthTelling);
  const kept = telling.length <= bounds.lines ? telling : withoutMost(telling, bounds.agent);
  const lines = kept.map((entry) => lineOf(entry, LIMITS.summaryLineChars));
  const oldest = lines.slice(0, Math.min(bounds.oldest, bounds.lines));
  const newest = lines.slice(oldest.length);
  let room = bounds.bytes - byteLength(oldest.join("\n")) - byteLength(leftOut(lines.length));
  let from = newest.length;
  for (const text of newest.toReversed()) {
    room -= byteLength(`${text}\n`);
    if (room < 0 || newest.length - from >= bounds.lines - oldest.length) break;
    from--;
  }
  const gap = from > 0 && oldest.length > 0 ? [leftOut(from)] : [];
  return [...oldest, ...gap, ...newest.slice(from)];
}

const leftOut = (count: number): string => `(then ${count} things more)`;

export const byteLength = (text: string): number => new TextEncoder().encode(text).byteLength;

export const isWorthTelling = (entry: TranscriptEntry): boolean => entry.type === "tool" || isSaid(entry);

const isSaid = (entry: TranscriptEntry): boolean =>
  (entry.type === "caller" || entry.type === "agent") && entry.text.trim() !== "";

/** Without the agent's words but the last few. */
function withoutMost(entries: readonly TranscriptEntry[], keep: number): readonly TranscriptEntry[] {
  const last = new Set(entries.filter(({ type }) => type === "agent").slice(-keep));
  return entries.filter((entry) => entry.type !== "agent" || last.has(entry));
}

/** What was said or done in one line, with at most `chars` characters of what was said. What tools found is not told. */
export function lineOf(entry: TranscriptEntry, chars: number): string {
  switch (entry.type) {
    case "tool":
      return `${entry.name} was used: ${entry.outcome.status === "ok" ? "done" : "it came to nothing"}`;
    case "transition":
      return `the talk moved on to ${entry.segment}`;
    default:
      return `the ${entry.type} said: ${shortened(entry.text, chars)}`;
  }
}

const shortened = (text: string, chars: number): string =>
  text.length <= chars ? text : `${text.slice(0, chars - 1).toWellFormed()}…`;
