/**
 * How far a session is, as an operator sees it.
 */
import type { Facts } from "../agent/facts.ts";
import type { SessionCost, TokenUsage, TransitionCause } from "./events.ts";

/** One stay in a segment, as the session's status shows it. */
export interface Visit {
  readonly segment: string;
  /** Ms since the Unix epoch; `leftAt` null while it lasts. */
  readonly enteredAt: number;
  readonly leftAt: number | null;
  /** Null for the first. */
  readonly by: TransitionCause | null;
  /** Turns begun in it. */
  readonly turns: number;
  /** Tokens of its own streams. */
  readonly tokens: TokenUsage;
  /** US dollars for those tokens. */
  readonly cost: number;
}

/** How far a session is. */
export interface SessionProgress {
  readonly turns: number;
  readonly streams: number;
  readonly tokens: TokenUsage;
  readonly cost: SessionCost;
  readonly segment: string;
  readonly path: readonly Visit[];
  /** Secret ones are left out. */
  readonly facts: Facts;
}
