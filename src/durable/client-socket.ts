/**
 * One WebSocket of the client's with its dialect; closes with the right code, once.
 */
import { ERRORS } from "../base/errors.ts";
import { LIMITS } from "../base/limits.ts";
import type { EndReason, Notice } from "../conversation/events.ts";
import type { DialectConnection } from "../dialect/dialect.ts";

export class ClientSocket {
  readonly socket: WebSocket;
  readonly dialect: DialectConnection;
  #open = true;

  constructor(socket: WebSocket, dialect: DialectConnection) {
    this.socket = socket;
    this.dialect = dialect;
  }

  /** False when the socket is gone. */
  send(notice: Notice, seq: number): boolean {
    if (!this.#open) return false;
    // Outside: a notice that cannot be written is a bug of ours, not a client that left.
    const frames = this.dialect.encode(notice, seq);
    try {
      for (const frame of frames) this.socket.send(frame);
      return true;
    } catch {
      // The only way `send` throws: the other side has closed and its close event is still under way to us.
      this.#open = false;
      return false;
    }
  }

  close(reason: EndReason): void {
    const { code, words } = closing(reason);
    this.#close(code, words);
  }

  /** Closes this connection, and not the session. */
  drop(code: "taken_over" | "client_slow" | "hello_required"): void {
    this.#close(ERRORS[code].close, code);
  }

  #close(code: number, words: string): void {
    if (!this.#open) return;
    this.#open = false;
    try {
      this.socket.close(code, words.slice(0, LIMITS.closeReasonBytes));
    } catch {
      // Gone already. The end of a session goes on: what follows is its storage.
    }
  }

  lost(): void {
    this.#open = false;
  }
}

/** RFC 6455 section 7.4.1: 1000 is a purpose fulfilled. */
export function closing(reason: EndReason): { readonly code: number; readonly words: string } {
  if (reason.type !== "error") return { code: 1000, words: reason.type };
  return { code: ERRORS[reason.error.code].close, words: reason.error.code };
}
