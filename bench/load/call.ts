/**
 * One measured call on the caller's side: frames go out by an absolute schedule, and everything is written down in arrays
 * that were made before.
 */
import { nanoseconds } from "../calls/clock.ts";
import { createMarkReader, soundOf, writeMark } from "../calls/marks.ts";
import {
  type CallPlan,
  markOf,
  pieceSamples,
  piecesMost,
  speaksIn,
  UP_RATE,
  upSamples,
} from "../calls/plan.ts";
import type { Client, Ear } from "./client.ts";

export class Call implements Ear {
  /** When each frame was sent, and how long after its time, in ns. */
  readonly sentAt: Float64Array;
  readonly lateBy: Float64Array;
  /** When each piece of speech came first. */
  readonly cameAt: Float64Array;
  /** When it was told that an answer is cut. */
  readonly interruptions: number[] = [];
  frames = 0;
  doubled = 0;
  soundBytes = 0;
  trouble: string | null = null;
  readonly #plan: CallPlan;
  readonly #call: number;
  readonly #voice: Buffer;
  readonly #room: Buffer;
  readonly #read: ReturnType<typeof createMarkReader>;
  #client: Client | null = null;
  #at = 0;

  constructor(plan: CallPlan, call: number) {
    this.#plan = plan;
    this.#call = call;
    this.sentAt = new Float64Array(plan.frames);
    this.lateBy = new Float64Array(plan.frames);
    this.cameAt = new Float64Array(piecesMost(plan));
    this.#voice = soundOf(upSamples(plan), UP_RATE, true);
    this.#room = soundOf(upSamples(plan), UP_RATE, false);
    this.#read = createMarkReader(pieceSamples(plan) * 2);
  }

  joinedBy(client: Client): void {
    this.#client = client;
  }

  wire() {
    return this.#client?.wire() ?? null;
  }

  /** Sends all frames that are due by `now`, of a schedule that began at `startNs`. */
  speak(now: number, startNs: number): void {
    const frameNs = this.#plan.frameMs * 1e6;
    // The calls' frames are spread over the length of one.
    const first = startNs + (this.#call * frameNs) / this.#plan.calls;
    for (
      let due = first + this.frames * frameNs;
      due <= now && this.frames < this.#plan.frames;
      due += frameNs
    ) {
      const frame = this.frames++;
      const pcm = speaksIn(this.#plan, this.#call, frame) ? this.#voice : this.#room;
      writeMark(pcm, markOf(this.#call, frame));
      const at = nanoseconds();
      this.sentAt[frame] = at;
      this.lateBy[frame] = at - due;
      this.#client?.send(pcm);
    }
  }

  sound(pcm: Uint8Array, at: number): void {
    this.soundBytes += pcm.byteLength;
    this.#at = at;
    this.#read(pcm, this.#heard);
  }

  readonly #heard = (piece: number): void => {
    if (this.cameAt[piece] !== 0) this.doubled++;
    else this.cameAt[piece] = this.#at;
  };

  interrupted(at: number): void {
    this.interruptions.push(at);
  }

  lost(why: string): void {
    this.trouble ??= why;
  }

  close(): void {
    this.#client?.close();
  }
}
