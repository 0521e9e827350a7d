/**
 * What of a conversation outlives its object: plain data, with a version so that newer code can read older rows.
 */
import type { TokenUsage, TranscriptEntry } from "./events.ts";
import type { KeptFact } from "./fact-book.ts";
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
  readonly toolCalls: number;
  readonly facts: readonly KeptFact[];
  /** The caller was told that the session will soon be over; absent when not. */
  readonly warned?: true;
  /** The last of them is the present one. */
  readonly visits: readonly [KeptVisit, ...KeptVisit[]];
  /** By visit. */
  readonly tokens: readonly TokenUsage[];
  readonly entries: readonly TranscriptEntry[];
}
