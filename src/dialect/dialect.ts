/**
 * The seam between a session and the wire protocol its client speaks. A dialect is a pure codec with a small state
 * of its own: it owns no socket, no timer and no clock.
 */
import type { GatewayError } from "../base/errors.ts";
import type { Result } from "../base/result.ts";
import type { Command, Notice } from "../conversation/events.ts";

/** One WebSocket message: text or binary. */
export type Frame = string | Uint8Array;

export interface Dialect {
  /** The subprotocol's name, e.g. `antiphon.v1`. */
  readonly name: string;
  /** A codec for one client connection. */
  connect(options: DialectOptions): DialectConnection;
}

export interface DialectOptions {
  /** Whether this client may see tools' arguments and results. Their names and outcomes are always told. */
  readonly toolDetails: boolean;
  /** With what the client may come back, and for how many ms after it was lost; null when it may not. */
  readonly resume: { readonly token: string; readonly forMs: number } | null;
}

export interface DialectConnection {
  /**
   * One message from the client, as commands in order. An error is answered to the client and loses nothing else;
   * the connection stays usable.
   */
  decode(frame: Frame): Result<readonly Command[], GatewayError>;
  /** One notice as messages for the client. `seq` numbers notices from 1 and is the session's, not the socket's. */
  encode(notice: Notice, seq: number): readonly Frame[];
}
