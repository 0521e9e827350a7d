/**
 * How much a client may send: rate, how far audio may run ahead of real time, how often it may be wrong. Pure.
 */
import { type GatewayError, gatewayError } from "../base/errors.ts";
import { LIMITS } from "../base/limits.ts";

export type Admission =
  | { readonly type: "admitted" }
  /** Not taken, and told of before. */
  | { readonly type: "dropped" }
  /** Not taken; the client is told, the session goes on. */
  | { readonly type: "refused"; readonly error: GatewayError }
  /** Enough is enough. */
  | { readonly type: "closed"; readonly error: GatewayError };

const ADMITTED: Admission = { type: "admitted" };
const DROPPED: Admission = { type: "dropped" };

export class ClientGate {
  #windowStart: number;
  #inWindow = 0;
  #mistakes = 0;
  /** When the audio taken so far would end, were it played as it came. */
  #audioUntil: number;
  /** The client was told that its audio runs too far ahead, and it still is far ahead. */
  #isAhead = false;

  constructor(now: number) {
    this.#windowStart = now;
    this.#audioUntil = now;
  }

  /** One message. How long it may be is the dialect's to say. */
  message(now: number): Admission {
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
    return ADMITTED;
  }

  /**
   * `ms` of audio decoded from a message. A network that stalls for longer than may be caught up with brings hundreds of
   * frames too many at once: that is one thing gone wrong, and is told once.
   */
  audio(ms: number, now: number): Admission {
    const start = Math.max(this.#audioUntil, now);
    const aheadMs = start + ms - now;
    if (aheadMs > LIMITS.clientAudioAheadMs) return this.#tooFarAhead();
    if (aheadMs <= LIMITS.clientAudioAheadMs / 2) this.#isAhead = false;
    this.#audioUntil = start + ms;
    return ADMITTED;
  }

  #tooFarAhead(): Admission {
    if (this.#isAhead) return DROPPED;
    this.#isAhead = true;
    const most = LIMITS.clientAudioAheadMs;
    const detail = `Audio may run ${most} ms ahead of real time; what is further ahead is dropped.`;
    return this.mistake(gatewayError("too_fast", detail));
  }

  /** The client got something wrong: it is told why, until it has been told often enough. */
  mistake(error: GatewayError): Admission {
    this.#mistakes++;
    return { type: this.#mistakes > LIMITS.clientMistakes ? "closed" : "refused", error };
  }
}
