/**
 * The caller's audio belongs to the session, not to a stream: this ring keeps the last of it, so that a stream that
 * opens late, or takes another's place, hears what was said meanwhile. Positions count ms of caller audio ever heard.
 */
import { pcmDurationMs, type SampleRate } from "../audio/format.ts";
import { ByteQueue } from "../base/byte-queue.ts";
import { RowQueue } from "../base/row-queue.ts";

/** Columns of a frame: where it begins and ends (ms), and its length in bytes. */
const FROM = 0;
const TO = 1;
const BYTES = 2;

export class CallerAudio {
  #samples = new ByteQueue();
  #frames = new RowQueue(3);
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

  /** Keeps a copy of one frame, and at most `keepMs` of audio in all. `heard`: a stream has it already. */
  push(pcm: Uint8Array, rate: SampleRate, keepMs: number, heard: boolean): void {
    const from = this.#position;
    this.#position += pcmDurationMs(pcm.byteLength, rate);
    this.#samples.push(pcm);
    this.#frames.push(from, this.#position, pcm.byteLength);
    if (heard) this.#heard = this.#position;
    const oldest = this.#position - keepMs;
    while (this.#frames.length > 0 && this.#frames.get(0, TO) <= oldest) this.#dropOne();
  }

  #dropOne(): void {
    const from = this.#frames.get(0, FROM);
    if (from >= this.#heard) this.#dropped += this.#frames.get(0, TO) - from;
    this.#samples.dropTo(this.#samples.begin + this.#frames.get(0, BYTES));
    this.#frames.shift();
  }

  /** Forgets what is kept: no stream to come could make sense of it. */
  clear(): void {
    this.#samples = new ByteQueue();
    this.#frames = new RowQueue(3);
  }

  account(position: number): void {
    this.#accounted = Math.max(this.#accounted, position);
  }

  /** Whole frames from `position` on, but nothing that is accounted for. */
  since(position: number): readonly Uint8Array[] {
    const from = Math.max(position, this.#accounted);
    const frames: Uint8Array[] = [];
    let at = this.#samples.begin;
    for (let row = 0; row < this.#frames.length; row++) {
      const to = at + this.#frames.get(row, BYTES);
      if (this.#frames.get(row, FROM) >= from) frames.push(this.#samples.read(at, to));
      at = to;
    }
    return frames;
  }
}
