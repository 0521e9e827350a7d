/**
 * What a tool may trust: who is asking, as the session knows it. Nothing here ever passes through the model.
 */

/** Who is asking: trusted, from the session's ticket. */
export interface ToolContext {
  readonly session: string;
  readonly agent: string;
  /** The caller's identity as the API-key holder stated it when making the session; null when anonymous. */
  readonly caller: string | null;
  readonly tenant: string | null;
}

/** The context of one call, as a tool's `run` receives it. */
export interface CallContext extends ToolContext {
  /** Unique in the session. Session and call together name this call for ever: a key for doing things once. */
  readonly call: string;
  /** Aborts when nobody waits for the answer any more. Pass it to `fetch`. */
  readonly signal: AbortSignal;
}
