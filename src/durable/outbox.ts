/**
 * What a client was told: numbered, and kept within bounds for a client that comes back. What it has confirmed is kept as
 * well, as long as it has not been heard: a page that was reloaded has heard less than it had got. Pure.
 */
import type { SampleRate } from "../audio/format.ts";
import { LIMITS } from "../base/limits.ts";
import { RowQueue } from "../base/row-queue.ts";
import type { Notice } from "../conversation/events.ts";
import { Fifo } from "./fifo.ts";
import { lengthOf, ToldSound } from "./told-sound.ts";

/** What is not sound. */
interface Letter {
  readonly seq: number;
  readonly notice: Exclude<Notice, { type: "audio" }>;
}

/** Everything after a number that a client has seen. */
export interface Replay {
  /** The first number that follows. */
  readonly from: number;
  readonly lost: number;
  readonly lostMs: number;
  readonly letters: readonly { readonly seq: number; readonly notice: Notice }[];
}

/** About what a notice other than audio takes. */
const NOTICE_BYTES = 256;

/** Columns of what fell out. */
const SEQ = 0;
const MS = 1;

export class Outbox {
  readonly #sound = new ToldSound();
  #words = new Fifo<Letter>();
  #seq = 0;
  #bytes = 0;
  #confirmed = 0;
  /** Bytes told up to a number, and in all: their difference is not confirmed. */
  #toldBytes = 0;
  #confirmedBytes = 0;
  /** What fell out, the last of it; of what fell out before only the number is known. */
  readonly #lost = new RowQueue(2);
  /** Whether an earlier life of the object gave out numbers that are not known here. */
  #isNewLife: boolean;

  constructor(isNewLife = false) {
    this.#isNewLife = isNewLife;
  }

  /** Of the last notice. */
  get seq(): number {
    return this.#seq;
  }

  /** Bytes told and not confirmed. */
  get unconfirmedBytes(): number {
    return this.#toldBytes - this.#confirmedBytes;
  }

  /** Numbers a notice and keeps it. `outputRate` is that of its audio, in Hz. */
  add(notice: Notice, outputRate: SampleRate): number {
    this.#seq++;
    let bytes = NOTICE_BYTES;
    if (notice.type === "audio") {
      bytes = notice.pcm.byteLength;
      this.#sound.push(this.#seq, notice.answer, notice.pcm, outputRate);
    } else this.#words.push({ seq: this.#seq, notice });
    this.#bytes += bytes;
    this.#toldBytes += bytes;
    while (this.#bytes > LIMITS.outboxBytes || this.#sound.length + this.#words.length > LIMITS.outboxNotices)
      this.#dropOne();
    return this.#seq;
  }

  /** The client has everything up to this number. */
  confirm(seq: number): void {
    if (seq <= this.#confirmed || seq > this.#seq) return;
    this.#confirmed = seq;
    const words = this.#words.toArray();
    const wordsToCome = words.length - 1 - words.findLastIndex((letter) => letter.seq <= seq);
    this.#confirmedBytes = this.#toldBytes - this.#sound.bytesAfter(seq) - wordsToCome * NOTICE_BYTES;
  }

  /**
   * The client has played `ms` of `answer`, and with it all before it: nobody wants to be told that again, nor the words
   * that came before that sound. The last of it is kept all the same, for a page that knows less of what it has played than
   * it told. So a long call takes no more memory than a short one.
   */
  heard(answer: number, ms: number): void {
    let heard = 0;
    while (this.#sound.isWithin(answer, ms - LIMITS.heardKeepMs)) {
      const letter = this.#sound.shift();
      if (letter === null) break;
      this.#bytes -= letter.bytes;
      heard = letter.seq;
    }
    while ((this.#words.first?.seq ?? heard) < heard) {
      this.#words.shift();
      this.#bytes -= NOTICE_BYTES;
    }
  }

  /**
   * What a client that has seen `seen` is told again; with null, as another device, nothing of what was. It plays sound
   * of `outputRate`, in Hz: what was made for another rate would be noise to it, and is lost.
   */
  after(seen: number | null, outputRate: SampleRate): Replay {
    const from = Math.min(seen ?? this.#seq, this.#seq) + 1;
    this.#isNewLife = false;
    this.confirm(this.#seq);
    const sound = this.#sound.from(from);
    const playable = sound.filter(({ rate }) => rate === outputRate);
    const unplayable = sound.filter(({ rate }) => rate !== outputRate);
    const letters = [
      ...playable.map(({ seq, answer, pcm }) => ({ seq, notice: { type: "audio" as const, answer, pcm } })),
      ...this.#words.toArray().filter(({ seq }) => seq >= from),
    ].sort((a, b) => a.seq - b.seq);
    const lostMs = this.#lostMs(from) + unplayable.reduce((sum, letter) => sum + lengthOf(letter), 0);
    return { from, lost: this.#seq - from + 1 - letters.length, lostMs: Math.round(lostMs), letters };
  }

  /** Ms of sound that fell out, from number `from` on. */
  #lostMs(from: number): number {
    let ms = 0;
    for (let row = 0; row < this.#lost.length; row++)
      if (this.#lost.get(row, SEQ) >= from) ms += this.#lost.get(row, MS);
    return ms;
  }

  /**
   * Goes on from a number that a client has seen of an object that is no more. What was told since, to nobody, comes
   * after it.
   */
  resume(seq: number): void {
    if (!this.#isNewLife && seq <= this.#seq) return;
    this.#sound.renumber(seq);
    this.#words = new Fifo(this.#words.toArray().map((letter) => ({ ...letter, seq: letter.seq + seq })));
    this.#lost.raise(SEQ, seq);
    this.#seq += seq;
    this.#confirmed = seq;
    this.#isNewLife = false;
  }

  /**
   * The oldest sound goes first: words and states tell more than seconds of a voice. But words of long ago do not take
   * the room of the voice of just now: they have half of it.
   */
  #dropOne(): void {
    const isWordy = this.#words.length > LIMITS.outboxNotices / 2 || this.#sound.length === 0;
    const sound = isWordy ? null : this.#sound.shift();
    const seq = sound?.seq ?? this.#words.shift()?.seq;
    if (seq === undefined) return;
    this.#bytes -= sound?.bytes ?? NOTICE_BYTES;
    this.#lost.push(seq, sound ? lengthOf(sound) : 0);
    if (this.#lost.length > LIMITS.outboxNotices) this.#lost.shift();
  }
}
