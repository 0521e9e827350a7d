/**
 * What a stream is told when it begins: its segment's prompt, what that segment may know of facts and talk, and the
 * tools it is given.
 */
import type { SegmentDefinition } from "../agent/segment.ts";
import { compact, HANDED_ON, OUTGROWN, summarise } from "./compaction.ts";
import type { StreamSpec, StreamTarget, TranscriptEntry } from "./events.ts";
import { recollectionFor } from "./recollection.ts";
import { factsSeenBy, findSegment, seesTalkOf, toolsOffered } from "./segments.ts";
import type { Talk } from "./talk.ts";
import { tellable } from "./tellable.ts";
import { IN_PROGRESS, knownWords, rememberedWords, summaryWords, TAKING_OVER } from "./words.ts";

export const targetOf = ({ model, region, regions }: SegmentDefinition): StreamTarget => ({
  model,
  region,
  ...(regions && { regions }),
});

/** Whether a stream that was dialled for one may serve the other. */
export const sameTarget = (a: StreamTarget, b: StreamTarget): boolean =>
  a.model === b.model && (a.regions ?? [a.region]).join() === (b.regions ?? [b.region]).join();

/** `owed`: place on record of words that are put to the stream by themselves, and must not pass for answered. */
export function briefing(talk: Talk, segment: SegmentDefinition, owed: number | null): StreamSpec {
  const said = entriesSeenBy(talk, segment).filter((entry) => entry.index !== owed);
  const { history, rest } = compact(said);
  const parts = [
    segment.prompt,
    facts(talk, segment),
    remembered(recollectionFor(talk, segment)),
    summary([...summarise(handedOn(talk, segment), HANDED_ON), ...summarise(rest, OUTGROWN)]),
    history.length > 0 ? IN_PROGRESS : talk.visits.index > 0 ? TAKING_OVER : null,
  ];
  return {
    ...targetOf(segment),
    voice: segment.voice,
    endpointing: segment.endpointing,
    inputRate: talk.rates.input,
    outputRate: talk.rates.output,
    prompt: parts.filter((part) => part !== null).join("\n\n"),
    tools: toolsOffered(talk, segment),
    history,
    inference: segment.inference,
  };
}

/** What was said and done, as far as `reader` may know it word by word. */
function entriesSeenBy(talk: Talk, reader: SegmentDefinition): readonly TranscriptEntry[] {
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

const lastTurnsOf = (talk: Talk, author: string, count: number): ReadonlySet<number> => {
  const turns = new Set(
    talk.transcript.entries.filter((entry) => entry.segment === author).map((entry) => entry.turn),
  );
  return new Set([...turns].slice(-count));
};

/** Facts are told by name and value; a secret one is told to nobody but tools. */
function facts(talk: Talk, segment: SegmentDefinition): string | null {
  const lines = Object.entries(factsSeenBy(talk, segment)).flatMap(([name, value]) => {
    const fact = talk.agent.facts[name];
    if (!fact || fact.secret) return [];
    const meaning = fact.description === null ? "" : ` (${fact.description})`;
    return [`${name}: ${String(value)}${meaning}`];
  });
  return lines.length === 0 ? null : knownWords(lines);
}

/** What was said and done elsewhere, where `reader` is to know of it in short. */
const handedOn = (talk: Talk, reader: SegmentDefinition): readonly TranscriptEntry[] =>
  tellable(talk).filter(
    (entry) =>
      entry.segment !== reader.name &&
      findSegment(talk, entry.segment)?.carries.type === "summary" &&
      seesTalkOf(talk, reader, entry.segment),
  );

const remembered = (lines: readonly string[]): string | null =>
  lines.length === 0 ? null : rememberedWords(lines);

const summary = (lines: readonly string[]): string | null =>
  lines.length === 0 ? null : summaryWords(lines);
