/**
 * What the edge may ask of a session's object. Plain data both ways: old and new code may run side by side.
 */
import type { Facts } from "../agent/facts.ts";
import type { SampleRate } from "../audio/format.ts";
import type { GatewayError } from "../base/errors.ts";
import type { Result } from "../base/result.ts";
import type { EndReason, SessionCost, TokenUsage, TranscriptEntry, Visit } from "../conversation/events.ts";
import type { Route } from "../model/route.ts";

/** How a session is made. The edge has checked all of it. */
export interface SessionInit {
  readonly session: string;
  readonly agent: string;
  readonly caller: string | null;
  readonly tenant: string | null;
  /** Rates the client is expected to say hello with; the model is opened with them ahead of time. */
  readonly inputRate: SampleRate;
  readonly outputRate: SampleRate;
  /** The one ticket that opens this session. */
  readonly ticket: { readonly id: string; readonly expiresAt: number };
  /** The token with which a client that lost its socket comes back; null when it may not. */
  readonly resumeToken: string | null;
  /** Whether the client may see tools' arguments and results. */
  readonly toolDetails: boolean;
  /** Whether the caller may be remembered. Absent, as in rows of older code: not. */
  readonly memory?: boolean;
  /** In which order its regions are asked. Absent: made by older code. */
  readonly route?: Route;
  /** Where a place for its first stream was taken just now; null where none was. Absent: made by older code. */
  readonly claimed?: { readonly model: string; readonly region: string } | null;
}

export type SessionState = "preparing" | "talking" | "ended";

export interface SessionStatus {
  readonly session: string;
  readonly agent: string;
  readonly caller: string | null;
  readonly tenant: string | null;
  readonly state: SessionState;
  readonly createdAt: number;
  readonly endedAt: number | null;
  readonly end: EndReason["type"] | null;
  readonly turns: number;
  readonly streams: number;
  readonly tokens: TokenUsage;
  readonly cost: SessionCost;
  /** Where the talk is, or was when it ended. */
  readonly segment: string;
  /** Where it has been, in order; empty before the first stream. */
  readonly path: readonly Visit[];
  /** What tools have found out. Never a secret one. */
  readonly facts: Facts;
}

/** The edge forwards an upgrade request to the object's `fetch` with the ticket's id in this header, verified. */
export const TICKET_ID_HEADER = "x-antiphon-ticket-id";
/** The same for a client that comes back; its value says nothing, the edge has verified the token. */
export const RESUME_HEADER = "x-antiphon-resume";

export interface VoiceSessionRpc {
  create(init: SessionInit): Promise<Result<null, GatewayError>>;
  status(): Promise<Result<SessionStatus, GatewayError>>;
  transcript(): Promise<Result<readonly TranscriptEntry[], GatewayError>>;
  /** Moves it to a fresh stream at the next quiet moment. */
  rotate(): Promise<Result<null, GatewayError>>;
  /** Ends it and empties the object's storage: nothing of it is left, also not for its caller's memory. */
  erase(): Promise<void>;
  /** Ends it in order; true for the first to ask. */
  end(): Promise<Result<null, GatewayError>>;
  /**
   * Moves the talk, as an operator wishes it; ok as soon as the move has begun. `segment_unknown`; `session_ended`;
   * `segment_refused`, whose detail says what is missing, also while nobody talks yet.
   */
  goTo(segment: string): Promise<Result<null, GatewayError>>;
}
