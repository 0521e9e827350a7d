/**
 * What a tool may trust: who is asking, as the session knows it. Nothing here ever passes through the model.
 */

import type { Facts } from "./facts.ts";

/** Who is asking: trusted, from the session's ticket and from what tools have found out since. */
export interface ToolContext {
  readonly session: string;
  readonly agent: string;
  /** The caller's identity as the API-key holder stated it when making the session; null when anonymous. */
  readonly caller: string | null;
  readonly tenant: string | null;
  /** The segment in which the model asked. */
  readonly segment: string;
  /** What tools have set so far, as far as that segment sees it; secret facts too. */
  readonly facts: Facts;
}

/** The context of one call, as a tool's `run` receives it. */
export interface CallContext extends ToolContext {
  /** Unique in the session. Session and call together name this call for ever: a key for doing things once. */
  readonly call: string;
  /** Aborts when nobody waits for the answer any more. Pass it to `fetch`. */
  readonly signal: AbortSignal;
}
