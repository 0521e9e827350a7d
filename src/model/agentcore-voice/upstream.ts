/**
 * The one writer of a stream: keeps order, keeps within the frames AgentCore takes in a second, and holds what must
 * wait, in bounds. Audio that waited leaves in larger frames, so that what was held up catches up.
 */
import { bytesPerMs } from "../../audio/format.ts";
import type { Clock } from "../../base/clock.ts";
import { LIMITS } from "../../base/limits.ts";
import { type AgentRate, AUDIO_PIECE_BYTES, audioInputsOf } from "./input-events.ts";

type Waiting =
  | { readonly type: "event"; readonly json: string }
  | { readonly type: "audio"; readonly pcm: Uint8Array };

/** Sends one frame. False: the socket takes no more, and its close event tells why. */
type Write = (frame: string) => boolean;

export class Upstream {
  readonly #clock: Clock;
  readonly #audioInputs: (pcm: Uint8Array) => readonly string[];
  readonly #maxAudioBytes: number;
  /** Null once stopped. */
  #write: Write | null;
  #waiting: Waiting[] = [];
  #audioBytes = 0;
  #events = 0;
  /** Frames that may leave at once. */
  #allowance: number = LIMITS.runtimeFrameBurst;
  #allowedAt: number;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(rate: AgentRate, clock: Clock, write: Write) {
    this.#clock = clock;
    this.#write = write;
    this.#allowedAt = clock.now();
    this.#audioInputs = audioInputsOf(rate);
    this.#maxAudioBytes = LIMITS.callerBufferMs * bytesPerMs(rate);
  }

  /** PCM16 at the rate given to the constructor; the bytes are consumed before this returns. */
  audio(pcm: Uint8Array): void {
    if (pcm.byteLength === 0) return;
    const frames = this.#mayWrite() ? this.#audioInputs(pcm) : [];
    if (this.#write !== null && frames.length > 0 && frames.length <= this.#allowance) {
      this.#allowance -= frames.length;
      frames.every(this.#write);
      return;
    }
    this.#waiting.push({ type: "audio", pcm: pcm.slice() });
    this.#audioBytes += pcm.byteLength;
    while (this.#audioBytes > this.#maxAudioBytes) this.#dropOldestAudio();
    this.#drain();
  }

  /** An event as JSON: the config, a text. False when there is no room for it. */
  event(json: string): boolean {
    if (this.#events >= LIMITS.streamQueuedTexts) return false;
    this.#events++;
    this.#waiting.push({ type: "event", json });
    this.#drain();
    return true;
  }

  /** Nothing leaves any more. */
  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#write = null;
    this.#waiting = [];
    this.#audioBytes = 0;
  }

  /** Whether something new may leave before what waits: only when nothing does. */
  #mayWrite(): boolean {
    if (this.#write === null || this.#waiting.length > 0) return false;
    this.#refill();
    return true;
  }

  #refill(): void {
    const now = this.#clock.now();
    const earned = ((now - this.#allowedAt) * LIMITS.runtimeFramesPerSecond) / 1000;
    this.#allowance = Math.min(LIMITS.runtimeFrameBurst, this.#allowance + Math.max(0, earned));
    this.#allowedAt = now;
  }

  #drain(): void {
    if (this.#write === null || this.#timer !== null) return;
    this.#refill();
    while (this.#allowance >= 1) {
      const frame = this.#next();
      if (frame === null) return;
      this.#allowance--;
      if (!this.#write(frame)) return;
      // Writing may have found the socket gone, and stopped us.
      if (this.#write === null) return;
    }
    if (this.#waiting.length === 0) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#drain();
    }, LIMITS.runtimePaceMs);
  }

  #next(): string | null {
    const [first] = this.#waiting;
    if (first === undefined) return null;
    if (first.type === "audio") {
      const [frame] = this.#audioInputs(this.#takeAudio());
      // Half a sample alone makes no event.
      return frame ?? this.#next();
    }
    this.#waiting.shift();
    this.#events--;
    return first.json;
  }

  /** Audio from the front of the queue, as much of it as one event takes. */
  #takeAudio(): Uint8Array {
    const pieces: Uint8Array[] = [];
    let room = AUDIO_PIECE_BYTES;
    for (let first = this.#waiting[0]; first?.type === "audio" && room > 0; first = this.#waiting[0]) {
      const piece = first.pcm.subarray(0, room);
      pieces.push(piece);
      room -= piece.byteLength;
      this.#audioBytes -= piece.byteLength;
      if (piece.byteLength === first.pcm.byteLength) this.#waiting.shift();
      else this.#waiting[0] = { type: "audio", pcm: first.pcm.subarray(piece.byteLength) };
    }
    const all = new Uint8Array(AUDIO_PIECE_BYTES - room);
    let at = 0;
    for (const piece of pieces) {
      all.set(piece, at);
      at += piece.byteLength;
    }
    return all;
  }

  #dropOldestAudio(): void {
    const index = this.#waiting.findIndex(({ type }) => type === "audio");
    const oldest = this.#waiting[index];
    if (oldest?.type !== "audio") return;
    const excess = Math.min(oldest.pcm.byteLength, (this.#audioBytes - this.#maxAudioBytes + 1) & ~1);
    this.#audioBytes -= excess;
    if (excess === oldest.pcm.byteLength) this.#waiting.splice(index, 1);
    else this.#waiting[index] = { type: "audio", pcm: oldest.pcm.subarray(excess) };
  }
}
