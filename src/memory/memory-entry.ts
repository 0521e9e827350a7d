/**
 * One thing that is remembered of a caller. Data, never orders: what a caller, a model or a tool once said.
 */
import type { MemoryKind } from "../agent/memory-policy.ts";

/** Who says so: a rule of the agent's, a text model's reading of the talk, the caller's own wish, an operator. */
export type MemoryVoice = "rule" | "model" | "caller" | "operator";

export interface MemorySource {
  readonly by: MemoryVoice;
  readonly agent: string;
  /** Null where it came from no session: an operator's correction, a record of another store. */
  readonly session: string | null;
}

/** Something to be remembered. */
export interface NewMemory {
  readonly kind: MemoryKind;
  /**
   * What it is about, e.g. `fact:name`: of entries with one key and kind only the newest stays, so that what changes
   * is updated and does not pile up. Null: it stands for itself, and only the same words again replace it.
   */
  readonly key: string | null;
  /** One or two sentences. Control characters and line ends do not survive. */
  readonly text: string;
  /** From 0 to 1: how sure whoever says so is. */
  readonly confidence: number;
  readonly source: MemorySource;
  /** When it was said, in ms since the Unix epoch: of two entries with one key, the later one counts. */
  readonly at: number;
  /** In ms since the Unix epoch; null for ever. */
  readonly expiresAt: number | null;
}

/** The same, remembered. */
export interface MemoryEntry extends NewMemory {
  /** Unique among one caller's. */
  readonly id: string;
  /** When it was first said. */
  readonly since: number;
}
