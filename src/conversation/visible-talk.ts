/**
 * What a segment may know of the talk: word by word, in short, or not at all.
 */
import type { SegmentDefinition } from "../agent/segment.ts";
import type { TranscriptEntry } from "./events.ts";
import { findSegment, seesTalkOf } from "./segments.ts";
import type { Talk } from "./talk.ts";

/** What was said and done, as far as `reader` may know it word by word. */
export function entriesSeenBy(talk: Talk, reader: SegmentDefinition): readonly TranscriptEntry[] {
  const lastTurns = new Map<string, ReadonlySet<number>>();
  return tellable(talk).filter((entry) => {
    const { segment: author } = entry;
    if (author === reader.name) return true;
    if (!seesTalkOf(talk, reader, author)) return false;
    const carries = findSegment(talk, author)?.carries ?? { type: "talk" };
    if (carries.type !== "turns") return carries.type === "talk";
    const turns = lastTurns.get(author) ?? lastTurnsOf(talk, author, carries.turns);
    lastTurns.set(author, turns);
    return turns.has(entry.turn);
  });
}

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

const lastTurnsOf = (talk: Talk, author: string, count: number): ReadonlySet<number> => {
  const turns = new Set(
    talk.transcript.entries.filter((entry) => entry.segment === author).map((entry) => entry.turn),
  );
  return new Set([...turns].slice(-count));
};

/** What was said and done elsewhere, where `reader` is to know of it in short. */
export const handedOn = (talk: Talk, reader: SegmentDefinition): readonly TranscriptEntry[] =>
  tellable(talk).filter(
    (entry) =>
      entry.segment !== reader.name &&
      findSegment(talk, entry.segment)?.carries.type === "summary" &&
      seesTalkOf(talk, reader, entry.segment),
  );
