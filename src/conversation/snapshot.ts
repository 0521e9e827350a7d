/**
 * What of a conversation outlives its object: plain data, with a version so that newer code can read older rows.
 */
import type { TokenUsage, TranscriptEntry } from "./events.ts";

export interface Snapshot {
  readonly version: 1;
  /** Ms since the Unix epoch. */
  readonly startedAt: number;
  readonly incoming: number;
  readonly greeted: boolean;
  readonly turn: number;
  readonly answers: number;
  /** Streams opened so far: generations are never used twice. */
  readonly streams: number;
  readonly toolCalls: number;
  readonly tokens: TokenUsage;
  readonly entries: readonly TranscriptEntry[];
}
