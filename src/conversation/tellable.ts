/**
 * What is on record and may be told of, to another stream or to another session.
 */
import type { TranscriptEntry } from "./events.ts";
import type { Talk } from "./talk.ts";

/**
 * What may be told of: not the words that filters refused, nor what was said to them, which may be what was refused.
 */
export function tellable(talk: Talk): readonly TranscriptEntry[] {
  const { entries } = talk.transcript;
  const refused = new Set(
    entries.flatMap((entry) => (entry.type === "caller" && entry.withheld ? [entry.turn] : [])),
  );
  if (refused.size === 0) return entries;
  return entries.filter((entry) => (entry.type === "caller" ? !entry.withheld : !refused.has(entry.turn)));
}
