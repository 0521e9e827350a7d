/**
 * What of a conversation outlives its object: plain data, with a version so that newer code can read older rows.
 */
import type { Json } from "../base/json.ts";
import type { ModelUse } from "../base/prices.ts";
import type { TokenUsage, ToolOutcome, ToolWord, TranscriptEntry, TransitionCause } from "./events.ts";
import type { KeptFact, TakenBack } from "./fact-book.ts";
import type { KeptSummary } from "./summary-book.ts";
import type { KeptVisit } from "./visit-book.ts";

export interface Snapshot {
  readonly version: 2;
  /** Ms since the Unix epoch. */
  readonly startedAt: number;
  readonly incoming: number;
  readonly greeted: boolean;
  readonly turn: number;
  readonly answers: number;
  /** Streams opened so far: generations are never used twice. */
  readonly streams: number;
  /** Of them those that were lost, or not to be had; absent when none were. */
  readonly streamsLost?: number;
  readonly toolCalls: number;
  readonly facts: readonly KeptFact[];
  /** Absent where there is none. */
  readonly takenBack?: readonly TakenBack[];
  /** How often the talk was brought back to this, with nothing stored since; absent while it is stored by who lives it. */
  readonly broughtBack?: number;
  /** The caller was told that the session will soon be over; absent when not. */
  readonly warned?: true;
  /** The talk was on its way elsewhere; absent when not. What led there may not happen again. */
  readonly moving?: { readonly to: string; readonly by: TransitionCause };
  /** Where facts lead from here, and no stream could be had for; absent when there is no such way. */
  readonly missedWay?: string;
  /** The last of them is the present one. */
  readonly visits: readonly [KeptVisit, ...KeptVisit[]];
  /** By visit. */
  readonly tokens: readonly TokenUsage[];
  /** What a text model has written of a long talk; absent before there is any. */
  readonly summaries?: readonly KeptSummary[];
  /** Tokens of models that were asked besides the streams; absent where none was. */
  readonly besides?: readonly ModelUse[];
  readonly entries: readonly TranscriptEntry[];
  /** Calls begun since the last turn's end. They are never run again. */
  readonly calls: readonly KeptCall[];
}

/** A call as it is written down before it runs, and again when its result is there. */
export interface KeptCall {
  readonly call: string;
  readonly name: string;
  readonly arguments: Json;
  readonly segment: string;
  /** Null when the object was lost before the result came: it may have been done or not. */
  readonly result: { readonly outcome: ToolOutcome; readonly word: ToolWord } | null;
}

/** As it is stored at turn ends; entries and calls have rows of their own. */
export type StoredSnapshot = Omit<Snapshot, "entries" | "calls">;

/** How the state was stored before there were segments. */
interface StoredSnapshot1 extends Omit<StoredSnapshot, "version" | "facts" | "visits" | "tokens"> {
  readonly version: 1;
  readonly tokens: TokenUsage;
}

/** Brings what older code has stored to the present form. `start`: the segment in which the agent's sessions begin. */
export function currentSnapshot(stored: StoredSnapshot | StoredSnapshot1, start: string): StoredSnapshot {
  if (stored.version === 2) return stored;
  const { tokens, ...rest } = stored;
  const visit = { segment: start, enteredAt: stored.startedAt, leftAt: null, by: null, turns: stored.turn };
  return { ...rest, version: 2, facts: [], visits: [visit], tokens: [tokens] };
}

/** The same for an entry of the transcript. */
export const currentEntry = (stored: TranscriptEntry, start: string): TranscriptEntry => ({
  ...stored,
  // Older code knew of no segments.
  segment: stored.segment ?? start,
});
