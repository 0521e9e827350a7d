/**
 * Makes messages of whatever pieces a connection delivers: two messages in one piece, or one message in many.
 */
import { err, type Result } from "../../base/result.ts";
import { readBody, readPrelude } from "./codec.ts";
import { headerReader } from "./headers.ts";
import { type FrameFault, type Message, PRELUDE_BYTES } from "./message.ts";

/**
 * Holds at most one unfinished message, so never more than `maxBytes` plus one piece. After a fault it stays faulty:
 * where the next message begins is unknown.
 */
export class MessageReader {
  readonly #maxBytes: number;
  readonly #readHeaders = headerReader();
  #pieces: Uint8Array[] = [];
  #held = 0;
  /** Bytes the unfinished message needs in all; until its lengths are here, as many as they take. */
  #wanted = PRELUDE_BYTES;
  #fault: FrameFault | null = null;

  /** @param maxBytes The longest message taken, in bytes. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /**
   * Every message that `piece` completes, in order, each as it was read; a fault comes last and once.
   * Payloads are views into `piece` where a message lies in it whole. What is kept of `piece` is a copy.
   */
  push(piece: Uint8Array): readonly Result<Message, FrameFault>[] {
    if (this.#fault !== null) return [];
    this.#held += piece.length;
    if (this.#held >= this.#wanted) return this.#read(this.#join(piece));
    this.#pieces.push(piece.slice());
    return [];
  }

  #read(bytes: Uint8Array): readonly Result<Message, FrameFault>[] {
    const read: Result<Message, FrameFault>[] = [];
    let at = 0;
    this.#wanted = PRELUDE_BYTES;
    while (bytes.length - at >= PRELUDE_BYTES) {
      const prelude = readPrelude(bytes, at, this.#maxBytes);
      if (!prelude.ok) return this.#fail(read, prelude.error);
      const { total } = prelude.value;
      if (bytes.length - at < total) {
        this.#wanted = total;
        break;
      }
      const message = readBody(bytes, at, prelude.value, this.#readHeaders);
      if (!message.ok) return this.#fail(read, message.error);
      read.push(message);
      at += total;
    }
    this.#pieces = at < bytes.length ? [bytes.slice(at)] : [];
    this.#held = bytes.length - at;
    return read;
  }

  #fail(read: Result<Message, FrameFault>[], fault: FrameFault): readonly Result<Message, FrameFault>[] {
    this.#fault = fault;
    this.#pieces = [];
    this.#held = 0;
    return [...read, err(fault)];
  }

  /** What is held, and the piece that completes it. */
  #join(last: Uint8Array): Uint8Array {
    if (this.#pieces.length === 0) return last;
    const joined = new Uint8Array(this.#held);
    let at = 0;
    for (const piece of [...this.#pieces, last]) {
      joined.set(piece, at);
      at += piece.length;
    }
    return joined;
  }
}
