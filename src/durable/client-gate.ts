/**
 * How much a client may send: rate, size, how far audio may run ahead of real time, how often it may be wrong. Pure.
 */
import { type GatewayError, gatewayError } from "../base/errors.ts";
import { LIMITS } from "../base/limits.ts";

export type Admission =
  | { readonly type: "admitted" }
  /** Not taken; the client is told, the session goes on. */
  | { readonly type: "refused"; readonly error: GatewayError }
  /** Enough is enough. */
  | { readonly type: "closed"; readonly error: GatewayError };

const ADMITTED: Admission = { type: "admitted" };

export class ClientGate {
  #windowStart: number;
  #inWindow = 0;
  #mistakes = 0;
  /** When the audio taken so far would end, were it played as it came. */
  #audioUntil: number;

  constructor(now: number) {
    this.#windowStart = now;
    this.#audioUntil = now;
  }

  /** One message of `bytes`. */
  message(kind: "text" | "binary", bytes: number, now: number): Admission {
    if (now - this.#windowStart >= LIMITS.clientRateWindowMs) {
      this.#windowStart = now;
      this.#inWindow = 0;
    }
    this.#inWindow++;
    const most = (LIMITS.clientMessagesPerSecond * LIMITS.clientRateWindowMs) / 1000;
    if (this.#inWindow > most)
      return {
        type: "closed",
        error: gatewayError(
          "too_fast",
          `At most ${LIMITS.clientMessagesPerSecond} messages per second are taken.`,
        ),
      };
    const limit = kind === "text" ? LIMITS.clientTextBytes : LIMITS.clientAudioBytes;
    if (bytes > limit)
      return this.mistake(
        gatewayError("too_large", `A ${kind} message may have ${limit} bytes; this one has ${bytes}.`),
      );
    return ADMITTED;
  }

  /** `ms` of audio decoded from a message. */
  audio(ms: number, now: number): Admission {
    const start = Math.max(this.#audioUntil, now);
    if (start + ms - now > LIMITS.clientAudioAheadMs)
      return this.mistake(
        gatewayError(
          "too_fast",
          `Audio may run ${LIMITS.clientAudioAheadMs} ms ahead of real time; this frame was dropped.`,
        ),
      );
    this.#audioUntil = start + ms;
    return ADMITTED;
  }

  /** The client got something wrong: it is told why, until it has been told often enough. */
  mistake(error: GatewayError): Admission {
    this.#mistakes++;
    return { type: this.#mistakes > LIMITS.clientMistakes ? "closed" : "refused", error };
  }
}
