/**
 * What is told of all that is remembered, and in which order: what holds the words asked for, the fresher and the surer
 * first, as much of it as there is room for.
 */
import { LIMITS } from "../base/limits.ts";
import type { RecallQuery } from "./caller-store.ts";
import type { MemoryEntry } from "./memory-entry.ts";
import { alive } from "./merge.ts";

/** What each counts for, of 1 in all. Words weigh most: who asks for something wants that, however old it is. */
const WEIGHTS = { words: 0.6, recency: 0.25, confidence: 0.15 } as const;

/**
 * The entries that answer `query`, best first. `matches`: how well an entry holds the words asked for, by its id, the
 * more the better; null when no words are asked for. `now` in ms since the Unix epoch.
 */
export const chosen = (
  entries: readonly MemoryEntry[],
  matches: ReadonlyMap<string, number> | null,
  query: RecallQuery,
  now: number,
): readonly MemoryEntry[] => {
  const asked = alive(entries, now)
    .filter(({ kind, source }) => query.kinds.includes(kind) && !isOf(source.session, query.except))
    .toSorted((a, b) => b.at - a.at || b.confidence - a.confidence || (a.id < b.id ? -1 : 1));
  if (matches === null) return fitting(asked, query);
  const best = Math.max(...matches.values());
  const worth = ({ id, at, confidence }: MemoryEntry): number =>
    WEIGHTS.words * (best > 0 ? (matches.get(id) ?? 0) / best : 1) +
    WEIGHTS.recency * 2 ** (Math.min(0, at - now) / LIMITS.memoryHalfLifeMs) +
    WEIGHTS.confidence * confidence;
  const found = asked.filter(({ id }) => matches.has(id)).toSorted((a, b) => worth(b) - worth(a));
  const rest = query.thenNewest === true ? asked.filter(({ id }) => !matches.has(id)) : [];
  return fitting([...found, ...rest], query);
};

const isOf = (session: string | null, except: string | null): boolean =>
  except !== null && session === except;

/** Whole entries only; one that is too long leaves its room to those after it. */
const fitting = (entries: readonly MemoryEntry[], { limit, bytes }: RecallQuery): readonly MemoryEntry[] => {
  const fits: MemoryEntry[] = [];
  let left = bytes;
  for (const entry of entries) {
    if (fits.length >= limit) break;
    const size = Buffer.byteLength(entry.text);
    if (size > left) continue;
    left -= size;
    fits.push(entry);
  }
  return fits;
};
