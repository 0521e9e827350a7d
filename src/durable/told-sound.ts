/**
 * The sound that a client was told, letter by letter, oldest first. Its samples lie in a queue of bytes, what is known of
 * each letter in rows of numbers.
 */
import { pcmDurationMs, SAMPLE_RATES, type SampleRate } from "../audio/format.ts";
import { ByteQueue } from "../base/byte-queue.ts";
import { RowQueue } from "../base/row-queue.ts";

export interface SoundLetter {
  readonly seq: number;
  readonly answer: number;
  readonly bytes: number;
  /** Hz. */
  readonly rate: SampleRate;
}

const SEQ = 0;
const ANSWER = 1;
const BYTES = 2;
const RATE = 3;

export class ToldSound {
  readonly #samples = new ByteQueue();
  readonly #rows = new RowQueue(4);
  /** Of the answer whose sound was let go of last: its number, and how much of it that was, in ms. */
  #left = { answer: 0, ms: 0 };

  /** Letters that are kept. */
  get length(): number {
    return this.#rows.length;
  }

  push(seq: number, answer: number, pcm: Uint8Array, rate: SampleRate): void {
    this.#samples.push(pcm);
    this.#rows.push(seq, answer, pcm.byteLength, rate);
  }

  /** Lets go of the oldest letter. Null where there is none. */
  shift(): SoundLetter | null {
    if (this.#rows.length === 0) return null;
    const letter = this.#letter(0);
    this.#left = { answer: letter.answer, ms: this.#leftOf(letter.answer) + lengthOf(letter) };
    this.#rows.shift();
    this.#samples.dropTo(this.#samples.begin + letter.bytes);
    return letter;
  }

  /**
   * Whether the oldest letter lies before the place `ms` into `answer`. A negative `ms` is a place in the answer before it,
   * which is then kept: how long that one is to be played is not known.
   */
  isWithin(answer: number, ms: number): boolean {
    if (this.#rows.length === 0) return false;
    const oldest = this.#letter(0);
    if (oldest.answer !== answer) return oldest.answer < (ms < 0 ? answer - 1 : answer);
    return this.#leftOf(answer) + lengthOf(oldest) <= ms;
  }

  #leftOf(answer: number): number {
    return this.#left.answer === answer ? this.#left.ms : 0;
  }

  /** Bytes of all letters with numbers above `seq`. */
  bytesAfter(seq: number): number {
    let bytes = 0;
    for (let row = this.#rows.length - 1; row >= 0 && this.#rows.get(row, SEQ) > seq; row--)
      bytes += this.#rows.get(row, BYTES);
    return bytes;
  }

  /** All letters from number `seq` on, with their samples. */
  from(seq: number): readonly (SoundLetter & { readonly pcm: Uint8Array })[] {
    const letters: (SoundLetter & { readonly pcm: Uint8Array })[] = [];
    let at = this.#samples.begin;
    for (let row = 0; row < this.#rows.length; row++) {
      const letter = this.#letter(row);
      if (letter.seq >= seq) letters.push({ ...letter, pcm: this.#samples.read(at, at + letter.bytes) });
      at += letter.bytes;
    }
    return letters;
  }

  /** Gives all letters numbers that are higher by `more`. */
  renumber(more: number): void {
    this.#rows.raise(SEQ, more);
  }

  #letter(row: number): SoundLetter {
    const rate = this.#rows.get(row, RATE);
    return {
      seq: this.#rows.get(row, SEQ),
      answer: this.#rows.get(row, ANSWER),
      bytes: this.#rows.get(row, BYTES),
      rate: SAMPLE_RATES.find((known) => known === rate) ?? SAMPLE_RATES[0],
    };
  }
}

/** Ms of sound in a letter. */
export const lengthOf = ({ bytes, rate }: SoundLetter): number => pcmDurationMs(bytes, rate);
