/**
 * Every way the gateway can fail towards a client, in one closed union, with one table that maps each to what a
 * client may know: HTTP status, WebSocket close code, public words. The full reason goes to the log, never out.
 */

export interface PublicError {
  /** HTTP status when the failure answers a request. */
  readonly status: number;
  /** WebSocket close code (RFC 6455 section 7.4; 4000 to 4999 are ours) when it ends a session's socket. */
  readonly close: number;
  /** What a client is told. Never a vendor's words. */
  readonly message: string;
}

export const ERRORS = {
  bad_request: { status: 400, close: 4400, message: "The request is not well formed." },
  bad_message: { status: 400, close: 4400, message: "The message is not one this protocol knows." },
  unauthorized: { status: 401, close: 4401, message: "A valid API key is required." },
  ticket_missing: { status: 401, close: 4401, message: "A ticket is required to connect." },
  ticket_invalid: { status: 401, close: 4401, message: "The ticket is not valid for this session." },
  ticket_expired: { status: 401, close: 4401, message: "The ticket has expired; ask for a new session." },
  ticket_spent: { status: 409, close: 4409, message: "The ticket has been used already." },
  origin_forbidden: { status: 403, close: 4403, message: "This origin may not connect." },
  not_found: { status: 404, close: 4404, message: "There is nothing at this address." },
  agent_unknown: { status: 404, close: 4404, message: "There is no agent of that name." },
  session_unknown: { status: 404, close: 4404, message: "There is no such session." },
  session_ended: { status: 410, close: 4410, message: "The session has ended." },
  caller_unknown: { status: 404, close: 4404, message: "Nothing is known of this caller." },
  entry_unknown: { status: 404, close: 4404, message: "Nothing of that id is remembered of this caller." },
  erasure_incomplete: {
    status: 503,
    close: 4503,
    message: "Not everything of this caller could be erased yet; ask again.",
  },
  segment_unknown: { status: 404, close: 4404, message: "This agent has no segment of that name." },
  segment_refused: { status: 409, close: 4409, message: "The session may not move to that segment now." },
  taken_over: { status: 409, close: 4411, message: "The session goes on over another connection." },
  resume_invalid: { status: 401, close: 4401, message: "The resume token is not valid for this session." },
  method_not_allowed: { status: 405, close: 4405, message: "This address does not take that method." },
  upgrade_required: { status: 426, close: 4426, message: "This address speaks WebSocket only." },
  hello_required: { status: 400, close: 4400, message: "The first message must be hello." },
  hello_timeout: { status: 408, close: 4408, message: "No hello came in time." },
  too_large: { status: 413, close: 4413, message: "The message is larger than allowed." },
  too_fast: { status: 429, close: 4429, message: "Messages arrive faster than allowed." },
  client_slow: { status: 503, close: 4414, message: "The client reads too slowly to keep up." },
  model_refused: { status: 502, close: 4502, message: "The speech model refused the session." },
  model_busy: { status: 503, close: 4503, message: "The speech model is at capacity; try again shortly." },
  model_unavailable: { status: 503, close: 4503, message: "The speech model cannot be reached." },
  tools_unavailable: { status: 502, close: 4502, message: "A tool this agent needs cannot be reached." },
  overloaded: {
    status: 503,
    close: 4503,
    message: "The gateway cannot take this just now; try again shortly.",
  },
  not_configured: { status: 503, close: 4500, message: "The gateway is not fully configured." },
  internal: { status: 500, close: 4500, message: "Something went wrong on our side." },
} as const satisfies Record<string, PublicError>;

export type GatewayErrorCode = keyof typeof ERRORS;

/** A failure with its evidence. `detail` is ours to show (which field, what would be right); `cause` is for the log. */
export interface GatewayError {
  readonly code: GatewayErrorCode;
  /** Our own words that help the one who made the mistake. Safe to send. */
  readonly detail?: string;
  /** What really happened. Logged (after redaction), never sent. */
  readonly cause?: string;
}

export const gatewayError = (code: GatewayErrorCode, detail?: string, cause?: string): GatewayError => ({
  code,
  ...(detail === undefined ? {} : { detail }),
  ...(cause === undefined ? {} : { cause }),
});

/** An error as a client may see it. */
export interface PublicErrorBody {
  readonly code: GatewayErrorCode;
  readonly message: string;
  readonly detail?: string;
}

/** What a client sees of an error, in HTTP bodies and in `error` messages alike. */
export const publicBody = (error: GatewayError): { readonly error: PublicErrorBody } => ({
  error: {
    code: error.code,
    message: ERRORS[error.code].message,
    ...(error.detail === undefined ? {} : { detail: error.detail }),
  },
});
