/**
 * The record of a conversation as it is read: what was said, what was done, in order. The shapes, and how one entry
 * is put in place of another.
 */
import type { Json } from "../../../src/base/json.ts";

export interface CallerEntry {
  readonly kind: "caller";
  readonly key: string;
  /** Epoch ms. */
  readonly at: number;
  /** Null for typed words that the gateway has not confirmed yet. */
  readonly turn: number | null;
  readonly text: string;
  readonly final: boolean;
}

/** One run of the agent's words within an answer. */
export interface AgentItem {
  readonly item: string;
  /** The longest it ever was: planned, though perhaps never heard. */
  readonly planned: string;
  readonly text: string;
  readonly final: boolean;
}

export interface Interruption {
  readonly heardMs: number;
  readonly heardText: string;
  /** Who broke it off. */
  readonly by: string;
}

export interface AgentEntry {
  readonly kind: "agent";
  readonly key: string;
  readonly at: number;
  readonly turn: number | null;
  readonly answer: number;
  readonly items: readonly AgentItem[];
  readonly interruption: Interruption | null;
}

export interface ToolEntry {
  readonly kind: "tool";
  readonly key: string;
  readonly at: number;
  readonly turn: number | null;
  readonly call: string;
  readonly name: string;
  /** Undefined when the gateway does not show them. */
  readonly arguments: Json | undefined;
  /** `asked`: the console itself is to give the result. `barred`: it was not allowed and never ran. */
  readonly state: "running" | "asked" | "ok" | "failed" | "barred";
  readonly reason: string | null;
  readonly result: Json | undefined;
  readonly ms: number | null;
}

/** The talk moved to another segment of the agent. */
export interface TransitionEntry {
  readonly kind: "transition";
  readonly key: string;
  readonly at: number;
  /** It stands between turns. */
  readonly turn: null;
  readonly from: string | null;
  readonly to: string;
  /** Who or what wished it; null when the gateway did not say. */
  readonly by: string | null;
  readonly gapMs: number;
}

export type Entry = CallerEntry | AgentEntry | ToolEntry | TransitionEntry;

/** Puts an entry in the place of the one with its key, or at the end. */
export const upsert = (entries: readonly Entry[], entry: Entry): readonly Entry[] => {
  const index = entries.findIndex((candidate) => candidate.key === entry.key);
  return index < 0 ? [...entries, entry] : entries.with(index, entry);
};

/** Puts what the caller said before whatever came of it, also when it is told late. */
export const insertCaller = (entries: readonly Entry[], entry: CallerEntry): readonly Entry[] => {
  const index = entries.findIndex(
    (other) => other.kind !== "caller" && other.turn !== null && other.turn === entry.turn,
  );
  return index < 0 ? [...entries, entry] : entries.toSpliced(index, 0, entry);
};

/** An answer's words as they stand. */
export const agentText = (entry: AgentEntry): string =>
  entry.items
    .map(({ text }) => text)
    .filter((text) => text !== "")
    .join(" ");
