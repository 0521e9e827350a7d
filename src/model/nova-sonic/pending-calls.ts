/**
 * What the owner of a stream asked for before it was open, in order and in bounds: of audio the newest is kept, of
 * texts the first ones.
 */
import { splitPcm } from "../../audio/frames.ts";

export type PendingCall =
  | { readonly type: "audio"; readonly pcm: Uint8Array }
  | { readonly type: "text"; readonly text: string };

export class PendingCalls {
  readonly #maxAudioBytes: number;
  readonly #maxTexts: number;
  #calls: PendingCall[] = [];
  #audioBytes = 0;
  #texts = 0;

  constructor(limits: { readonly audioBytes: number; readonly texts: number }) {
    this.#maxAudioBytes = limits.audioBytes;
    this.#maxTexts = limits.texts;
  }

  /** Keeps a copy: the caller's buffer is its own again when this returns. Drops the oldest audio that is too much. */
  audio(pcm: Uint8Array): void {
    for (const piece of splitPcm(pcm.slice(), this.#maxAudioBytes)) {
      this.#calls.push({ type: "audio", pcm: piece });
      this.#audioBytes += piece.length;
    }
    while (this.#audioBytes > this.#maxAudioBytes) {
      const oldest = this.#calls.findIndex((call) => call.type === "audio");
      const [dropped] = this.#calls.splice(oldest, 1);
      if (dropped?.type === "audio") this.#audioBytes -= dropped.pcm.length;
    }
  }

  /** False when there is no room. */
  text(text: string): boolean {
    if (this.#texts >= this.#maxTexts) return false;
    this.#texts++;
    this.#calls.push({ type: "text", text });
    return true;
  }

  /** All that is kept, oldest first; afterwards there is nothing. */
  take(): readonly PendingCall[] {
    const calls = this.#calls;
    this.#calls = [];
    this.#audioBytes = 0;
    this.#texts = 0;
    return calls;
  }
}
