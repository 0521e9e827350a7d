/**
 * The caller's audio belongs to the session, not to a stream: this ring keeps the last of it, so that a stream that
 * opens late, or takes another's place, hears what was said meanwhile. Positions count ms of caller audio ever heard.
 */
import { pcmDurationMs, type SampleRate } from "../audio/format.ts";

interface Chunk {
  readonly from: number;
  readonly to: number;
  readonly pcm: Uint8Array;
}

export class CallerAudio {
  #chunks: Chunk[] = [];
  #head = 0;
  #position = 0;
  #accounted = 0;
  /** Up to here some stream has heard it, be it one that was lost since. */
  #heard = 0;
  #dropped = 0;

  /** Ms of caller audio heard so far. */
  get position(): number {
    return this.#position;
  }

  /** Up to here, what the caller said has been understood and put on record: never to be replayed. */
  get accounted(): number {
    return this.#accounted;
  }

  /** Ms that fell out of the ring before any stream could hear them; reading resets it. */
  takeDroppedMs(): number {
    const dropped = this.#dropped;
    this.#dropped = 0;
    return dropped;
  }

  /** Keeps one frame and at most `keepMs` of audio in all. `heard`: a stream has it already. */
  push(pcm: Uint8Array, rate: SampleRate, keepMs: number, heard: boolean): void {
    const from = this.#position;
    this.#position += pcmDurationMs(pcm.byteLength, rate);
    this.#chunks.push({ from, to: this.#position, pcm });
    if (heard) this.#heard = this.#position;
    const oldest = this.#position - keepMs;
    for (
      let chunk = this.#chunks[this.#head];
      chunk && chunk.to <= oldest;
      chunk = this.#chunks[this.#head]
    ) {
      if (chunk.from >= this.#heard) this.#dropped += chunk.to - chunk.from;
      this.#head++;
    }
    // The array is cut only now and then, so that a frame costs no copy of the ring.
    if (this.#head > 256) {
      this.#chunks = this.#chunks.slice(this.#head);
      this.#head = 0;
    }
  }

  /** Forgets what is kept: no stream to come could make sense of it. */
  clear(): void {
    this.#chunks = [];
    this.#head = 0;
  }

  account(position: number): void {
    this.#accounted = Math.max(this.#accounted, position);
  }

  /** Whole frames from `position` on, but nothing that is accounted for. */
  since(position: number): readonly Uint8Array[] {
    const from = Math.max(position, this.#accounted);
    return this.#chunks.slice(this.#head).flatMap((chunk) => (chunk.from >= from ? [chunk.pcm] : []));
  }
}
