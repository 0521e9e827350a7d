/**
 * What a client was told: numbered, and kept within bounds for a client that comes back. Also what it has confirmed, be
 * it no longer of interest to this client: a page that was reloaded has heard less than it had got. Pure.
 */
import { pcmDurationMs, type SampleRate } from "../audio/format.ts";
import { LIMITS } from "../base/limits.ts";
import type { Notice } from "../conversation/events.ts";
import { Fifo } from "./fifo.ts";

interface Letter {
  readonly seq: number;
  readonly notice: Notice;
  readonly bytes: number;
  /** Of its audio, in Hz; null where it is none. */
  readonly rate: SampleRate | null;
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

/** Ms of sound. */
const lengthOf = ({ rate, bytes }: Letter): number => (rate === null ? 0 : pcmDurationMs(bytes, rate));

/** The same under numbers that are higher by `seq`. */
const later = <T extends { readonly seq: number }>(numbered: Fifo<T>, seq: number): Fifo<T> =>
  new Fifo(numbered.toArray().map((one) => ({ ...one, seq: one.seq + seq })));

export class Outbox {
  #sound = new Fifo<Letter>();
  /** Letters that are not sound. */
  #words = new Fifo<Letter>();
  #seq = 0;
  #bytes = 0;
  #confirmed = 0;
  /** Bytes told up to a number, and in all: their difference is not confirmed. */
  #toldBytes = 0;
  #confirmedBytes = 0;
  /** What fell out, the last of it; of what fell out before only the number is known. */
  #lost = new Fifo<{ readonly seq: number; readonly ms: number }>();
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
    const [bytes, rate] =
      notice.type === "audio" ? [notice.pcm.byteLength, outputRate] : [NOTICE_BYTES, null];
    (rate === null ? this.#words : this.#sound).push({ seq: this.#seq, notice, bytes, rate });
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
    const yetToCome = this.#letters().reduce((sum, letter) => sum + (letter.seq > seq ? letter.bytes : 0), 0);
    this.#confirmedBytes = this.#toldBytes - yetToCome;
  }

  /**
   * What a client that has seen `seen` is told again; with null, as another device, nothing of what was. It plays sound
   * of `outputRate`, in Hz: what was made for another rate would be noise to it, and is lost.
   */
  after(seen: number | null, outputRate: SampleRate): Replay {
    const from = Math.min(seen ?? this.#seq, this.#seq) + 1;
    this.#isNewLife = false;
    this.confirm(this.#seq);
    const kept = this.#letters().filter((letter) => letter.seq >= from);
    const letters = kept.filter(({ rate }) => rate === null || rate === outputRate);
    const unplayable = kept.filter(({ rate }) => rate !== null && rate !== outputRate);
    const lostMs =
      this.#lost.toArray().reduce((sum, { seq, ms }) => sum + (seq >= from ? ms : 0), 0) +
      unplayable.reduce((sum, letter) => sum + lengthOf(letter), 0);
    return { from, lost: this.#seq - from + 1 - letters.length, lostMs: Math.round(lostMs), letters };
  }

  /**
   * Goes on from a number that a client has seen of an object that is no more. What was told since, to nobody, comes
   * after it.
   */
  resume(seq: number): void {
    if (!this.#isNewLife && seq <= this.#seq) return;
    this.#sound = later(this.#sound, seq);
    this.#words = later(this.#words, seq);
    this.#lost = later(this.#lost, seq);
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
    const letter = (isWordy ? this.#words : this.#sound).shift();
    if (!letter) return;
    this.#bytes -= letter.bytes;
    this.#lost.push({ seq: letter.seq, ms: lengthOf(letter) });
    if (this.#lost.length > LIMITS.outboxNotices) this.#lost.shift();
  }

  /** All that are kept, in the order of their numbers. */
  #letters(): readonly Letter[] {
    return [...this.#sound.toArray(), ...this.#words.toArray()].sort((a, b) => a.seq - b.seq);
  }
}
