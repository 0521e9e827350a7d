/**
 * How what was said joins what is remembered: updated rather than piled up, the later word over the earlier one, and
 * never more than there is room for. Pure, and the same whatever the order in which sessions deliver.
 */
import { createHash } from "node:crypto";
import { LIMITS } from "../base/limits.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { TakenBackMemory } from "./caller-store.ts";
import { cleanText, foldWords } from "./clean-text.ts";
import type { MemoryEntry, MemoryVoice, NewMemory } from "./memory-entry.ts";

/** That something was forgotten, without saying what it was. */
export interface Forgotten {
  /** From `markOf`. */
  readonly mark: string;
  /** What was said at that time or before (ms since the Unix epoch) does not come back. */
  readonly at: number;
}

export interface Memory {
  /** Newest first. No two of them have one kind and key, or one kind and the same words without a key. */
  readonly entries: readonly MemoryEntry[];
  /** Newest first. */
  readonly forgotten: readonly Forgotten[];
}

export const NO_MEMORY: Memory = { entries: [], forgotten: [] };

/** What no entry can do for itself: what time it is, and how a new one is called. */
export interface Merging {
  /** Ms since the Unix epoch. */
  readonly now: number;
  readonly newId: () => string;
}

type About = Pick<NewMemory, "kind" | "key" | "text">;

/** Said at the same time, these count in this order, whoever comes first. */
const VOICES: readonly MemoryVoice[] = ["model", "rule", "caller", "operator"];

/** What an entry is about: two with one slot cannot both be remembered. */
const slotOf = ({ kind, key, text }: About): string =>
  JSON.stringify(key === null ? [kind, foldWords(text)] : [kind, key, true]);

/** A slot that does not say what it is: what a caller wanted forgotten is not kept to know it by. */
const markOf = (about: About): string =>
  createHash("sha256").update(slotOf(about)).digest("base64url").slice(0, 22);

/**
 * `memory` with all of `said`, cleaned and bounded. What has run out, or was forgotten after it was said, is left out.
 * Where nothing has to go for want of room, the order of batches does not matter, nor how often one comes.
 */
export const remember = (memory: Memory, said: readonly NewMemory[], { now, newId }: Merging): Memory => {
  const bySlot = new Map(alive(memory.entries, now).map((entry) => [slotOf(entry), entry]));
  const forgotten = new Map(memory.forgotten.map(({ mark, at }) => [mark, at]));
  for (const one of said) {
    const clean = cleaned(one, now);
    if (clean === null || hasEnded(clean, now)) continue;
    if (forgotten.size > 0 && clean.at <= (forgotten.get(markOf(clean)) ?? Number.NEGATIVE_INFINITY))
      continue;
    const slot = slotOf(clean);
    const known = bySlot.get(slot);
    bySlot.set(slot, known === undefined ? { ...clean, id: newId(), since: clean.at } : joined(known, clean));
  }
  return { ...memory, entries: bounded([...bySlot.values()]) };
};

/** The later of the two, first said when the earlier was. */
const joined = (known: MemoryEntry, said: NewMemory): MemoryEntry => {
  const since = Math.min(known.since, said.at);
  if (countsMore(said, known) > 0) return { ...said, id: known.id, since };
  return since === known.since ? known : { ...known, since };
};

/** Above 0 when `a` counts and not `b`: the one said later. Of two said at once, one that does not depend on the order. */
const countsMore = (a: NewMemory, b: NewMemory): number =>
  a.at - b.at ||
  VOICES.indexOf(a.source.by) - VOICES.indexOf(b.source.by) ||
  a.confidence - b.confidence ||
  compare(tie(a), tie(b));

const tie = ({ text, expiresAt, source }: NewMemory): string =>
  JSON.stringify([text, expiresAt, source.agent, source.session]);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** As it may be kept; null when nothing is left of it. Nobody has said anything in the future. */
const cleaned = (said: NewMemory, now: number): NewMemory | null => {
  const text = cleanText(said.text, LIMITS.memoryTextChars);
  if (text === "") return null;
  const key = said.key === null ? null : cleanText(said.key, LIMITS.memoryKeyChars) || null;
  const { kind, confidence, source, expiresAt } = said;
  return {
    kind,
    key,
    text,
    confidence: Math.min(1, Math.max(0, confidence || 0)),
    source: { by: source.by, agent: source.agent, session: source.session },
    at: Math.min(said.at, now),
    expiresAt,
  };
};

const hasEnded = ({ expiresAt }: NewMemory, now: number): boolean => expiresAt !== null && expiresAt <= now;

/** Those that have not run out. */
export const alive = (entries: readonly MemoryEntry[], now: number): readonly MemoryEntry[] =>
  entries.filter((entry) => !hasEnded(entry, now));

/** When an entry was said, as far as its worth goes: half as sure is as good as so much older. */
const worthOf = ({ at, confidence }: MemoryEntry): number =>
  at + LIMITS.memoryHalfLifeMs * Math.log2(Math.max(confidence, 1e-3));

const newestFirst = (a: MemoryEntry, b: MemoryEntry): number => b.at - a.at || compare(slotOf(a), slotOf(b));

/** As many as there is room for: the oldest summaries go, then what is worth least. */
const bounded = (entries: readonly MemoryEntry[]): readonly MemoryEntry[] => {
  const sorted = entries.toSorted(newestFirst);
  const summaries = sorted.filter(({ kind }) => kind === "summary").slice(0, LIMITS.memorySummaries);
  const worthMost = [...sorted.filter(({ kind }) => kind !== "summary"), ...summaries]
    .toSorted((a, b) => worthOf(b) - worthOf(a) || newestFirst(a, b))
    .slice(0, LIMITS.memoryEntries);
  let bytes = 0;
  const kept = new Set<MemoryEntry>();
  for (const entry of worthMost) {
    bytes += Buffer.byteLength(entry.text);
    if (bytes > LIMITS.memoryBytes) break;
    kept.add(entry);
  }
  return sorted.filter((entry) => kept.has(entry));
};

/**
 * `memory` without those entries. What was said of them until `now` does not come back from a session that heard it
 * before; said again, it does.
 */
export const forget = (memory: Memory, ids: readonly string[], now: number): Memory => {
  const gone = memory.entries.filter(({ id }) => ids.includes(id));
  return {
    entries: memory.entries.filter(({ id }) => !ids.includes(id)),
    forgotten: withMarks(memory.forgotten, gone, now),
  };
};

/** The same for what is no longer so: by its key, whether it is remembered or only about to be. */
export const takeBack = (memory: Memory, takenBack: readonly TakenBackMemory[], now: number): Memory =>
  takenBack.reduce<Memory>(({ entries, forgotten }, { kind, key: named, at }) => {
    const key = cleanText(named, LIMITS.memoryKeyChars);
    const until = Math.min(at, now);
    return {
      entries: entries.filter((entry) => entry.kind !== kind || entry.key !== key || entry.at > until),
      forgotten: withMarks(forgotten, [{ kind, key, text: "" }], until),
    };
  }, memory);

const withMarks = (
  forgotten: readonly Forgotten[],
  gone: readonly About[],
  at: number,
): readonly Forgotten[] => {
  const marks = new Map(forgotten.map((known) => [known.mark, known.at]));
  for (const about of gone) {
    const mark = markOf(about);
    marks.set(mark, Math.max(at, marks.get(mark) ?? at));
  }
  return [...marks]
    .map(([mark, until]) => ({ mark, at: until }))
    .toSorted((a, b) => b.at - a.at || compare(a.mark, b.mark))
    .slice(0, LIMITS.memoryForgotten);
};

/**
 * An operator's correction: the entry says `text` from now on, for as long again as it was to be kept. `empty`: nothing
 * is left of the text once it is cleaned.
 */
export const correct = (
  memory: Memory,
  id: string,
  text: string,
  now: number,
): Result<{ readonly memory: Memory; readonly entry: MemoryEntry }, "not_found" | "empty"> => {
  const known = alive(memory.entries, now).find((entry) => entry.id === id);
  if (known === undefined) return err("not_found");
  const clean = cleanText(text, LIMITS.memoryTextChars);
  if (clean === "") return err("empty");
  const entry: MemoryEntry = {
    ...known,
    text: clean,
    confidence: 1,
    source: { by: "operator", agent: known.source.agent, session: null },
    at: now,
    expiresAt: known.expiresAt === null ? null : now + Math.max(0, known.expiresAt - known.at),
  };
  const slot = slotOf(entry);
  const others = memory.entries.filter((other) => other.id !== id && slotOf(other) !== slot);
  // Words without a key that were corrected are wrong: they do not come back beside the right ones.
  const wrong = slotOf(known) === slot ? [] : [known];
  const forgotten = withMarks(memory.forgotten, wrong, now);
  return ok({ memory: { entries: bounded([entry, ...others]), forgotten }, entry });
};
