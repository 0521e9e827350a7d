/**
 * What a stream is told when it begins: its segment's prompt, what that segment may know of facts and talk, and the
 * tools it is given.
 */
import type { SegmentDefinition } from "../agent/segment.ts";
import { byteLength, compact, HANDED_ON, OUTGROWN, summarise } from "./compaction.ts";
import type { StreamSpec, StreamTarget, TranscriptEntry } from "./events.ts";
import { recollectionFor } from "./recollection.ts";
import { factsSeenBy, toolsOffered } from "./segments.ts";
import type { Talk } from "./talk.ts";
import { entriesSeenBy, handedOn } from "./visible-talk.ts";
import { IN_PROGRESS, knownWords, recordWords, rememberedWords, summaryWords, TAKING_OVER } from "./words.ts";

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
  const { record, lines } = outgrown(talk, said, rest);
  const parts = [
    segment.prompt,
    facts(talk, segment),
    remembered(recollectionFor(talk, segment)),
    record,
    summary([...summarise(handedOn(talk, segment), HANDED_ON), ...lines]),
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

/** What the history does not hold: as a text model has summed it up, as far as that goes, and by rule from there on. */
function outgrown(
  talk: Talk,
  said: readonly TranscriptEntry[],
  rest: readonly TranscriptEntry[],
): { readonly record: string | null; readonly lines: readonly string[] } {
  const standing = rest.length === 0 ? null : talk.summaries.standing(said);
  if (!standing) return { record: null, lines: summarise(rest, OUTGROWN) };
  const { text, upTo } = standing;
  const after = rest.filter(({ index }) => index > upTo);
  // How it all began is in the record.
  const bounds = { ...OUTGROWN, oldest: 0, bytes: OUTGROWN.bytes - byteLength(text) };
  return { record: recordWords(text), lines: summarise(after, bounds) };
}

const remembered = (lines: readonly string[]): string | null =>
  lines.length === 0 ? null : rememberedWords(lines);

const summary = (lines: readonly string[]): string | null =>
  lines.length === 0 ? null : summaryWords(lines);
