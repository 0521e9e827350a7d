/**
 * Things said in tests, and what stays of them.
 */
import type { MemoryEntry, NewMemory } from "../../src/memory/memory-entry.ts";

export const HOUR = 60 * 60_000;
export const DAY = 24 * HOUR;
/** Some noon. */
export const NOW = Date.UTC(2026, 10, 23, 12);

export const said = (text: string, more: Partial<NewMemory> = {}): NewMemory => ({
  kind: "fact",
  key: null,
  text,
  confidence: 0.8,
  source: { by: "rule", agent: "bank", session: "s1" },
  at: NOW - DAY,
  expiresAt: null,
  ...more,
});

export const by = (voice: NewMemory["source"]["by"], session = "s1"): NewMemory["source"] => ({
  by: voice,
  agent: "bank",
  session,
});

/** Counts, so that nobody has to roll dice. */
export const counted = (): (() => string) => {
  let last = 0;
  return () => `e${++last}`;
};

/** All that is known, but for what an entry happens to be called. */
export const nameless = (entries: readonly MemoryEntry[]) => entries.map(({ id: _, ...rest }) => rest);

export const texts = (entries: readonly { readonly text: string }[]): readonly string[] =>
  entries.map(({ text }) => text);
