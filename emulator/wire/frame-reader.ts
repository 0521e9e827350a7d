/**
 * Cuts a byte stream into event-stream messages by their length prefix, whatever pieces it comes in.
 */
import { LIMITS } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";

/** Prelude (12 bytes) and closing CRC (4 bytes). */
const LEAST_BYTES = 16;

export interface FrameReader {
  /** The messages that are now whole; an error when the bytes cannot be a message. After an error, stop reading. */
  push(bytes: Uint8Array): Result<readonly Uint8Array[], string>;
  /** Bytes of a message that is not whole yet. */
  readonly pending: number;
}

export function createFrameReader(): FrameReader {
  let pieces: Uint8Array[] = [];
  let size = 0;

  const join = (): Uint8Array => {
    const only = pieces.length === 1 ? pieces[0] : undefined;
    const whole = only ?? Buffer.concat(pieces, size);
    pieces = [whole];
    return whole;
  };

  return {
    get pending() {
      return size;
    },
    push(bytes) {
      pieces.push(bytes);
      size += bytes.byteLength;
      const messages: Uint8Array[] = [];
      while (size >= 4) {
        const buffered = join();
        const length = new DataView(buffered.buffer, buffered.byteOffset, buffered.byteLength).getUint32(0);
        if (length < LEAST_BYTES) return err(`a message cannot be ${length} bytes long`);
        if (length > LIMITS.inboundMessageBytes) return err(`a message of ${length} bytes is too large`);
        if (size < length) break;
        messages.push(buffered.subarray(0, length));
        pieces = [buffered.subarray(length)];
        size -= length;
      }
      return ok(messages);
    },
  };
}
