/**
 * The one writer of a stream. Everything that goes up passes through here, synchronously and in order: each message's
 * signature covers the one before it.
 */
import { splitPcm } from "../../audio/frames.ts";
import type { EventSigner } from "../../aws/event-signer.ts";
import type { Clock } from "../../base/clock.ts";
import { LIMITS } from "../../base/limits.ts";
import { type Chunk, encodeChunk } from "./chunk.ts";
import { audioInputOf, contentEnd, promptEnd, sessionEnd } from "./input-events.ts";
import type { StreamNames } from "./prologue.ts";

const utf8 = new TextEncoder();
const NOTHING_FOLLOWS: Chunk = { bytes: 0, write: () => {} };

/**
 * Events are dated to the tenth of a second. The date is hashed anew whenever it changes; what is signed of it besides is
 * the second, and events of one moment have always shared a date.
 */
const DATE_STEP_MS = 100;

export class Upstream {
  readonly #socket: Pick<WebSocket, "send">;
  readonly #signer: EventSigner;
  readonly #clock: Clock;
  readonly #names: StreamNames;
  readonly #audioInput: (pcm: Uint8Array) => Uint8Array;

  constructor(socket: Pick<WebSocket, "send">, signer: EventSigner, clock: Clock, names: StreamNames) {
    this.#socket = socket;
    this.#signer = signer;
    this.#clock = clock;
    this.#names = names;
    this.#audioInput = audioInputOf(names.prompt, names.audio);
  }

  /** Events as JSON text. False: the socket takes no more, and its close event tells why. */
  send(events: readonly string[]): boolean {
    return events.every((json) => this.#write(encodeChunk(utf8.encode(json))));
  }

  /** PCM16 little-endian in pieces that Nova takes. Half a sample at the end is left out. */
  sendAudio(pcm: Uint8Array): boolean {
    return splitPcm(pcm, LIMITS.upstreamAudioBytes).every((piece) =>
      this.#write(encodeChunk(this.#audioInput(piece))),
    );
  }

  /** Ends audio, prompt, session and stream in Nova's own order. Text and tool contents are never left open. */
  finish(): boolean {
    const { prompt, audio } = this.#names;
    const ended = this.send([contentEnd(prompt, audio), promptEnd(prompt), sessionEnd()]);
    return ended && this.#write(NOTHING_FOLLOWS);
  }

  #write({ bytes, write }: Chunk): boolean {
    try {
      const now = this.#clock.now();
      this.#socket.send(this.#signer.signWritten(bytes, write, now - (now % DATE_STEP_MS)));
      return true;
    } catch {
      // `send` throws on a socket that is closing.
      return false;
    }
  }
}
