/**
 * Finds out that the live stream is deaf: the caller has clearly been speaking, and it has told of nothing. Knows no
 * stream and no timer; it is told frames and events, and says since when and until when.
 */
import { type Sounding, SpeechGauge } from "../audio/speech-gauge.ts";
import { LIMITS } from "../base/limits.ts";

/** A stretch of the caller's speech without a pause that would end a turn. Times in ms since the Unix epoch. */
interface Stretch {
  readonly from: number;
  lastAt: number;
  /** The stream has told of it. */
  told: boolean;
}

export class HearingWatch {
  readonly #gauge = new SpeechGauge();
  #generation: number | null = null;
  /** It has told that speech began and not that it ended. */
  #hears = false;
  #stretch: Stretch | null = null;
  /** Speech of late, for its sum. */
  #speech: { readonly at: number; readonly ms: number }[] = [];
  #speechMs = 0;
  #lastSoundAt = Number.NEGATIVE_INFINITY;
  #suspectedAt: number | null = null;
  #replacedAt = Number.NEGATIVE_INFINITY;

  /** One frame that `generation` was given. While the agent is heard, its echo may pass for the caller. */
  frame(generation: number, pcm: Uint8Array, ms: number, now: number, agentIsHeard: boolean): void {
    this.#follow(generation);
    const sounding = this.#gauge.hear(pcm, ms);
    if (agentIsHeard) this.#forget();
    else this.#listen(sounding, ms, now);
    if (sounding !== "silence") this.#lastSoundAt = now;
  }

  #listen(sounding: Sounding, ms: number, now: number): void {
    // A model that hears would have told of the pause by now.
    if (now - this.#lastSoundAt > LIMITS.certainPauseMs) this.#hears = false;
    if (sounding !== "speech") return;
    if (this.#stretch && now - this.#stretch.lastAt > LIMITS.certainPauseMs) this.#forget();
    this.#stretch ??= { from: now - ms, lastAt: now, told: this.#hears };
    this.#stretch.lastAt = now;
    this.#speech.push({ at: now, ms });
    this.#speechMs += ms;
    const oldest = now - LIMITS.clearSpeechWithinMs;
    for (let first = this.#speech[0]; first && first.at <= oldest; first = this.#speech[0]) {
      this.#speech.shift();
      this.#speechMs -= first.ms;
    }
    if (this.#stretch.told || this.#suspectedAt !== null) return;
    if (this.#speechMs >= LIMITS.clearSpeechMs) this.#suspectedAt = now;
  }

  /** `generation` has told something of the caller, or (null) shown otherwise that it heard them. */
  told(generation: number, speech: "started" | "stopped" | null): void {
    this.#follow(generation);
    if (speech !== null) this.#hears = speech === "started";
    this.#suspectedAt = null;
    if (!this.#hears) this.#forget();
    else if (this.#stretch) this.#stretch.told = true;
  }

  /** The stream was replaced for being deaf. */
  replaced(now: number): void {
    this.#replacedAt = now;
    this.#suspectedAt = null;
  }

  /** Whether a stream was replaced for being deaf since `at`. */
  replacedSince(at: number): boolean {
    return this.#replacedAt >= at;
  }

  /** Since when the caller speaks and nobody has told of it; null while all is well. */
  get unheardSince(): number | null {
    return this.#stretch?.told === false ? this.#stretch.from : null;
  }

  /** Whether the caller has been heard to make a sound in the last `ms`. */
  soundWithin(ms: number, now: number): boolean {
    return now - this.#lastSoundAt <= ms;
  }

  /** When `generation` is to be given up unless it tells something; `tellsSpeech`: its model tells when speech begins. */
  deadline(generation: number, tellsSpeech: boolean): number | null {
    if (this.#suspectedAt === null || this.#stretch === null || generation !== this.#generation) return null;
    const due = tellsSpeech
      ? this.#suspectedAt + LIMITS.hearWatchMs
      : this.#stretch.lastAt + LIMITS.hearWatchTextMs;
    return Math.max(due, this.#replacedAt + LIMITS.hearAgainMs);
  }

  /** What one stream has told says nothing about the next. */
  #follow(generation: number): void {
    if (generation === this.#generation) return;
    this.#generation = generation;
    this.#hears = false;
    this.#suspectedAt = null;
    if (this.#stretch) this.#stretch.told = false;
  }

  #forget(): void {
    this.#stretch = null;
    this.#speech = [];
    this.#speechMs = 0;
    this.#suspectedAt = null;
  }
}
