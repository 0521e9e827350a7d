/**
 * One caller's end of a measured call, over a subject's WebSocket or over a stream of the SDK itself.
 */

/** What a client hears. Times in ns, by the clock of ../calls/clock.ts. */
export interface Ear {
  /** Audio of an answer. */
  sound(pcm: Uint8Array, at: number): void;
  /** An answer was cut. */
  interrupted(at: number): void;
  /** The connection is over, before it was closed here. */
  lost(why: string): void;
}

export interface Client {
  /** When the connection was asked for, and when the model could hear. */
  readonly openedAt: number;
  readonly readyAt: number;
  /** One frame. The buffer may be used again as soon as this returns. */
  send(pcm: Buffer): void;
  /** Bytes on the client's wire so far; null where there is none. */
  wire(): { readonly up: number; readonly down: number } | null;
  /** Settles when the connection is gone. */
  close(): Promise<void>;
}

/** Opens a connection, and settles when the model can hear. Rejects when it cannot. */
export type Open = (ear: Ear) => Promise<Client>;

/** A caller that is expected: `open` may be called once, now or later. */
export interface Expected {
  readonly open: Open;
  /** Ms that it took to make the session; null where none has to be made. */
  readonly madeMs: number | null;
  /** Asks for the call to be moved to a fresh stream; null where there is no such thing. */
  readonly rotate: (() => Promise<void>) | null;
}
