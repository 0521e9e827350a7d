/**
 * What a client was told and has not confirmed: numbered, bounded, kept for a client that comes back. Pure.
 */
import { pcmDurationMs, type SampleRate } from "../audio/format.ts";
import { LIMITS } from "../base/limits.ts";
import type { Notice } from "../conversation/events.ts";

interface Letter {
  readonly seq: number;
  readonly notice: Notice;
  readonly bytes: number;
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

export class Outbox {
  #letters: Letter[] = [];
  #seq = 0;
  #bytes = 0;
  #confirmed = 0;
  #lost: { readonly seq: number; readonly ms: number }[] = [];
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
    return this.#bytes;
  }

  /** Numbers a notice and keeps it. `outputRate` is that of its audio, in Hz. */
  add(notice: Notice, outputRate: SampleRate): number {
    this.#seq++;
    const bytes = notice.type === "audio" ? notice.pcm.byteLength : NOTICE_BYTES;
    this.#letters.push({ seq: this.#seq, notice, bytes });
    this.#bytes += bytes;
    while (this.#bytes > LIMITS.outboxBytes || this.#letters.length > LIMITS.outboxNotices)
      this.#dropOne(outputRate);
    return this.#seq;
  }

  /** The client has everything up to this number. */
  confirm(seq: number): void {
    if (seq <= this.#confirmed || seq > this.#seq) return;
    this.#confirmed = seq;
    const keep = this.#letters.findIndex((letter) => letter.seq > seq);
    const gone = keep === -1 ? this.#letters : this.#letters.slice(0, keep);
    for (const { bytes } of gone) this.#bytes -= bytes;
    this.#letters = keep === -1 ? [] : this.#letters.slice(keep);
    this.#lost = this.#lost.filter((lost) => lost.seq > seq);
  }

  /** What a client that has seen `seen` is told again; with null, as another device, nothing of what was. */
  after(seen: number | null): Replay {
    const upTo = Math.min(seen ?? this.#seq, this.#seq);
    // What was confirmed is not kept, whatever a client remembers of it.
    const from = Math.max(upTo, this.#confirmed) + 1;
    this.#isNewLife = false;
    this.confirm(from - 1);
    return {
      from,
      lost: this.#lost.length + from - 1 - upTo,
      lostMs: Math.round(this.#lost.reduce((sum, { ms }) => sum + ms, 0)),
      letters: this.#letters,
    };
  }

  /**
   * Goes on from a number that a client has seen of an object that is no more. What was told since, to nobody, comes
   * after it.
   */
  resume(seq: number): void {
    if (!this.#isNewLife && seq <= this.#seq) return;
    this.#letters = this.#letters.map((letter) => ({ ...letter, seq: letter.seq + seq }));
    this.#lost = this.#lost.map((lost) => ({ ...lost, seq: lost.seq + seq }));
    this.#seq += seq;
    this.#confirmed = seq;
    this.#isNewLife = false;
  }

  /** The oldest sound goes first: words and states tell more than seconds of a voice. */
  #dropOne(outputRate: SampleRate): void {
    const sound = this.#letters.findIndex(({ notice }) => notice.type === "audio");
    const [letter] = this.#letters.splice(Math.max(0, sound), 1);
    if (!letter) return;
    this.#bytes -= letter.bytes;
    const { notice, seq } = letter;
    this.#lost.push({
      seq,
      ms: notice.type === "audio" ? pcmDurationMs(notice.pcm.byteLength, outputRate) : 0,
    });
  }
}
