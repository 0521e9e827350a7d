/**
 * A loudspeaker without sound: plays an agent's audio at the pace of time, so that the gateway hears how much of
 * each answer was heard, and keeps it for the file. Told the time, it owns no clock.
 */
import { bytesPerMs, pcmDurationMs, type SampleRate } from "../../src/audio/format.ts";

interface Piece {
  readonly startsAt: number;
  readonly pcm: Uint8Array;
}

interface Played {
  readonly answer: number;
  readonly ms: number;
}

export class Playback {
  readonly #rate: SampleRate;
  readonly #pieces = new Map<number, Piece[]>();
  readonly #cutAt = new Map<number, number>();
  #emptyAt = 0;

  constructor(rate: SampleRate) {
    this.#rate = rate;
  }

  /** Audio has arrived: it plays after what is queued. */
  push(answer: number, pcm: Uint8Array, now: number): void {
    const startsAt = Math.max(now, this.#emptyAt);
    this.#emptyAt = startsAt + pcmDurationMs(pcm.byteLength, this.#rate);
    const pieces = this.#pieces.get(answer) ?? [];
    pieces.push({ startsAt, pcm });
    this.#pieces.set(answer, pieces);
  }

  /** The caller barged in: nothing of `answer` or before it is played from now on. */
  cut(answer: number, now: number): void {
    for (const known of this.#pieces.keys()) {
      if (known <= answer && !this.#cutAt.has(known)) this.#cutAt.set(known, now);
    }
    this.#emptyAt = Math.min(this.#emptyAt, now);
  }

  /** Whether there is sound at `now`. */
  isPlaying(now: number): boolean {
    return now < this.#emptyAt;
  }

  /** How much of the newest answer has been heard by `now`; null before the first. */
  played(now: number): Played | null {
    const answer = [...this.#pieces.keys()].at(-1);
    return answer === undefined ? null : { answer, ms: this.#heardMs(answer, now) };
  }

  /** What was heard by `now` of the answers from `first` on, joined. */
  heard(first: number, now: number): Uint8Array {
    const parts = [...this.#pieces.keys()]
      .filter((answer) => answer >= first)
      .map((answer) => {
        const whole = Buffer.concat((this.#pieces.get(answer) ?? []).map(({ pcm }) => pcm));
        const bytes = Math.round((this.#heardMs(answer, now) * bytesPerMs(this.#rate)) / 2) * 2;
        return whole.subarray(0, bytes);
      });
    return Buffer.concat(parts);
  }

  #heardMs(answer: number, now: number): number {
    const until = Math.min(now, this.#cutAt.get(answer) ?? now);
    return (this.#pieces.get(answer) ?? []).reduce((sum, { startsAt, pcm }) => {
      const ms = pcmDurationMs(pcm.byteLength, this.#rate);
      return sum + Math.min(Math.max(until - startsAt, 0), ms);
    }, 0);
  }
}
