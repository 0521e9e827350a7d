/**
 * The seam between HTTP and the services beside the speech model: a service turns a call into an answer, and never
 * sees a socket. Traces, faults and sending are the same for all of them.
 */
import type { ReceivedRequest } from "../auth/signature-parts.ts";
import type { Refusal } from "../doors/refusal.ts";
import type { ExceptionType } from "../seams.ts";

export const SERVICES = ["converse", "agentcore", "memory", "mcp", "a2a", "sts"] as const;
export type ServiceName = (typeof SERVICES)[number];

export interface Call {
  readonly request: ReceivedRequest & { readonly body: Buffer };
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal;
  /** Leaves a remark in the trace of this call. */
  note(remark: string): void;
}

/** A part of a streamed answer, with what the trace says of it. */
export interface Piece {
  readonly bytes: Uint8Array | string;
  readonly name: string;
  readonly body?: unknown;
  /** The connection is dropped in place of this piece. */
  readonly cuts?: true;
}

/** The end of a stream whose line is cut. */
export const CUT: Piece = { name: "cut", bytes: "", cuts: true };

export type Answer =
  | {
      readonly type: "whole";
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Uint8Array | string;
    }
  | {
      readonly type: "stream";
      readonly headers: Readonly<Record<string, string>>;
      readonly pieces: AsyncIterable<Piece>;
      /** How this stream says that something broke in the middle of it. */
      broken(exception: ExceptionType, message: string): Piece;
    }
  /** The connection is dropped without an answer. */
  | { readonly type: "cut" };

/** Refused on order: what the service says then. */
export interface OrderedRefusal {
  readonly status: number;
  readonly errorType?: string;
  readonly message?: string;
}

export interface Service {
  readonly name: ServiceName;
  /** What this service does at a path, or undefined when it is not its own. The path is still encoded. */
  route(method: string, path: string): Operation | undefined;
  refuse(ordered: OrderedRefusal): Answer;
  /** Forgets sessions, tasks and whatever else earlier calls have left. */
  reset(): void;
}

export interface Operation {
  readonly name: string;
  serve(call: Call): Promise<Answer>;
}

export const whole = (
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer => ({
  type: "whole",
  status,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(body),
});

/** A refusal in AWS's form. */
export const refused = (
  { status, errorType, message }: Refusal,
  more: Readonly<Record<string, unknown>> = {},
): Answer => whole(status, { message, ...more }, { "x-amzn-errortype": errorType });
