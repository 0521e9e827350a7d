/**
 * The one writer of a stream. Everything that goes up passes through here, synchronously and in order: each message's
 * signature covers the one before it.
 */
import { splitPcm } from "../../audio/frames.ts";
import type { EventSigner, WriteAt } from "../../aws/event-signer.ts";
import type { Clock } from "../../base/clock.ts";
import { LIMITS } from "../../base/limits.ts";
import { chunkBytes, writeChunk } from "./chunk.ts";
import { audioInputOf, contentEnd, promptEnd, sessionEnd } from "./input-events.ts";
import type { StreamNames } from "./prologue.ts";

const utf8 = new TextEncoder();

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
  /** What `#put` writes. */
  #json: Uint8Array = new Uint8Array(0);
  /** One for all messages: what is made for each frame anew is a call's garbage. */
  readonly #put: WriteAt = (into, at) => writeChunk(into, at, this.#json);

  constructor(socket: Pick<WebSocket, "send">, signer: EventSigner, clock: Clock, names: StreamNames) {
    this.#socket = socket;
    this.#signer = signer;
    this.#clock = clock;
    this.#names = names;
    this.#audioInput = audioInputOf(names.prompt, names.audio);
  }

  /** Events as JSON text. False: the socket takes no more, and its close event tells why. */
  send(events: readonly string[]): boolean {
    return events.every((json) => this.#say(utf8.encode(json)));
  }

  /** PCM16 little-endian in pieces that Nova takes. Half a sample at the end is left out. */
  sendAudio(pcm: Uint8Array): boolean {
    for (const piece of splitPcm(pcm, LIMITS.upstreamAudioBytes))
      if (!this.#say(this.#audioInput(piece))) return false;
    return true;
  }

  /** Ends audio, prompt, session and stream in Nova's own order. Text and tool contents are never left open. */
  finish(): boolean {
    const { prompt, audio } = this.#names;
    const ended = this.send([contentEnd(prompt, audio), promptEnd(prompt), sessionEnd()]);
    return ended && this.#write(0, () => {});
  }

  /** One event. */
  #say(json: Uint8Array): boolean {
    this.#json = json;
    return this.#write(chunkBytes(json.length), this.#put);
  }

  /** One message of `bytes`; with none in it, it says that nothing follows. */
  #write(bytes: number, put: WriteAt): boolean {
    try {
      const now = this.#clock.now();
      this.#socket.send(this.#signer.signWritten(bytes, put, now - (now % DATE_STEP_MS)));
      return true;
    } catch {
      // `send` throws on a socket that is closing.
      return false;
    }
  }
}
