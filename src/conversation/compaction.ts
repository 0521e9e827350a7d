/**
 * What was said, in two parts: the newest word by word, and what no longer fits in short. By rule: what the caller
 * wanted, what was done, the agent's last words. However long a call lasts, both parts stay within their bounds.
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

/** At most how many lines a summary has, which of them are the oldest, and how many of the agent's it holds at least. */
interface Bounds {
  readonly lines: number;
  readonly oldest: number;
  readonly agent: number;
}

/** Of one part of the talk for another: the newest. */
export const HANDED_ON: Bounds = { lines: LIMITS.summaryLines, oldest: 0, agent: LIMITS.summaryLines };
/** Of what a long talk has outgrown: how it began is as telling as what came last. */
export const OUTGROWN: Bounds = {
  lines: LIMITS.compactedLines,
  oldest: LIMITS.compactedOldestLines,
  agent: LIMITS.compactedAgentLines,
};

/** One line for each thing said or done, within `bounds`. */
export function summarise(entries: readonly TranscriptEntry[], bounds: Bounds): readonly string[] {
  const worthTelling = entries.filter((entry) => entry.type === "tool" || isSaid(entry));
  const kept = worthTelling.length <= bounds.lines ? worthTelling : withoutMost(worthTelling, bounds.agent);
  const lines = kept.map(line);
  if (lines.length <= bounds.lines) return lines;
  const newest = lines.slice(bounds.oldest - bounds.lines + 1);
  return bounds.oldest === 0
    ? lines.slice(-bounds.lines)
    : [...lines.slice(0, bounds.oldest), `(then ${lines.length - bounds.lines + 1} things more)`, ...newest];
}

const isSaid = (entry: TranscriptEntry): boolean =>
  (entry.type === "caller" || entry.type === "agent") && entry.text.trim() !== "";

/** Without the agent's words but the last few. */
function withoutMost(entries: readonly TranscriptEntry[], keep: number): readonly TranscriptEntry[] {
  const last = new Set(entries.filter(({ type }) => type === "agent").slice(-keep));
  return entries.filter((entry) => entry.type !== "agent" || last.has(entry));
}

function line(entry: TranscriptEntry): string {
  switch (entry.type) {
    case "tool":
      return `${entry.name} was used: ${entry.outcome.status === "ok" ? "done" : "it came to nothing"}`;
    case "transition":
      return `the talk moved on to ${entry.segment}`;
    default:
      return `the ${entry.type} said: ${shortened(entry.text)}`;
  }
}

const shortened = (text: string): string =>
  text.length <= LIMITS.summaryLineChars
    ? text
    : `${text.slice(0, LIMITS.summaryLineChars - 1).toWellFormed()}…`;
