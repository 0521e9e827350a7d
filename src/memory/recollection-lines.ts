/**
 * What is remembered, as lines for a prompt: dated, of a kind, and quoted, so that a line is somebody's words and never
 * the prompt's own.
 */
import type { MemoryEntry } from "./memory-entry.ts";

/** Newest last, as a talk goes. */
export const recollectionLines = (entries: readonly MemoryEntry[]): readonly string[] =>
  entries.toSorted((a, b) => a.at - b.at).map(lineOf);

const KINDS = {
  preference: "preference",
  fact: "fact",
  summary: "earlier call",
  matter: "left open",
} as const;

const lineOf = ({ kind, text, at }: MemoryEntry): string =>
  `${new Date(at).toISOString().slice(0, 10)}, ${KINDS[kind]}: "${text.replaceAll('"', "'")}"`;
