/**
 * One call in real time: a microphone that never stops, every frame of it numbered; a loudspeaker that reports what it has
 * played; and everything the gateway says, with the moment at which it came.
 */
import { WebSocket } from "ws";
import { FRAME_MS, markedFrame, RATE } from "./marks.ts";

/** PCM16 at 24 kHz. */
const BYTES_PER_MS = 48;
const HEADER_BYTES = 8;
const PLAYED_EVERY_MS = 250;

export interface Said {
  /** `performance.now()` when it came. */
  readonly at: number;
  readonly type: string;
  readonly answer?: number;
  readonly [member: string]: unknown;
}

interface Waiting {
  readonly fits: (said: Said) => boolean;
  readonly resolve: (said: Said) => void;
}

export class BenchCall {
  readonly said: Said[] = [];
  frames = 0;
  /** Number of its first frame. */
  readonly firstFrame: number;
  closed = false;
  readonly #socket: WebSocket;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #audioMs = new Map<number, { ms: number; readonly since: number }>();
  #waiting: Waiting[] = [];
  #hums = false;
  #startedAt = 0;

  constructor(url: string, ticket: string, firstFrame: number) {
    this.firstFrame = firstFrame;
    this.#socket = new WebSocket(url, ["antiphon.v1", `ticket.${ticket}`], { perMessageDeflate: false });
    this.#socket.on("open", () =>
      this.send({
        type: "hello",
        protocol: "antiphon.v1",
        audio: { input: { encoding: "pcm16", rate: RATE }, output: { encoding: "pcm16", rate: 24_000 } },
      }),
    );
    this.#socket.on("message", (data: Buffer, isBinary) => this.#hear(data, isBinary));
    this.#socket.on("close", () => {
      this.closed = true;
      for (const timer of this.#timers) clearInterval(timer);
      this.#tell({ at: performance.now(), type: "closed" });
    });
    this.#socket.on("error", () => this.#socket.terminate());
  }

  send(message: object): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  /** Opens the microphone and the loudspeaker. */
  start(): void {
    this.#startedAt = performance.now();
    this.#timers.push(setInterval(() => this.#speak(), FRAME_MS));
    this.#timers.push(setInterval(() => this.#reportPlayed(), PLAYED_EVERY_MS));
  }

  /** Whether the caller speaks, or only their room is heard. */
  hum(isHumming: boolean): void {
    this.#hums = isHumming;
  }

  /** What was told last of its kind. */
  last(type: string): Said | undefined {
    return this.said.findLast((said) => said.type === type);
  }

  /** The first from place `from` on that fits. Rejects after `withinMs`, and when the call is over. */
  until(what: string, from: number, fits: (said: Said) => boolean, withinMs = 15_000): Promise<Said> {
    const found = this.said.slice(from).find(fits);
    if (found) return Promise.resolve(found);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no ${what} within ${withinMs} ms`)), withinMs);
      this.#waiting.push({
        fits: (said) => said.type === "closed" || fits(said),
        resolve: (said) => {
          clearTimeout(timer);
          if (said.type === "closed") reject(new Error(`the call ended before ${what}`));
          else resolve(said);
        },
      });
    });
  }

  /** Ms of an answer that are still to be played. */
  leftToPlay(answer: number): number {
    const audio = this.#audioMs.get(answer);
    return audio ? Math.max(0, audio.ms - (performance.now() - audio.since)) : 0;
  }

  /** Closes the microphone, says goodbye, and settles when the gateway has closed. */
  async hangUp(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    const over = this.until("end", this.said.length, () => false, 3_000).catch(() => undefined);
    this.send({ type: "bye" });
    await over;
    this.#socket.terminate();
  }

  /** By the clock, not by the timer: a late timer sends what is due. */
  #speak(): void {
    const due = Math.floor((performance.now() - this.#startedAt) / FRAME_MS);
    while (this.frames < due && this.#socket.readyState === WebSocket.OPEN)
      this.#socket.send(markedFrame(this.firstFrame + this.frames++, this.#hums));
  }

  #reportPlayed(): void {
    const [answer, audio] = [...this.#audioMs].at(-1) ?? [];
    if (answer === undefined || audio === undefined) return;
    this.send({ type: "played", answer, ms: Math.min(audio.ms, performance.now() - audio.since) });
  }

  #hear(data: Buffer, isBinary: boolean): void {
    const at = performance.now();
    if (!isBinary) return this.#tell({ ...JSON.parse(data.toString("utf8")), at });
    const answer = data.readUInt32BE(4);
    const audio = this.#audioMs.get(answer) ?? { ms: 0, since: at };
    audio.ms += (data.byteLength - HEADER_BYTES) / BYTES_PER_MS;
    if (!this.#audioMs.has(answer)) this.#tell({ at, type: "first_audio", answer });
    this.#audioMs.set(answer, audio);
    const cut = this.last("interrupted");
    if (cut && answer <= Number(cut.answer)) this.#tell({ at, type: "late_audio", answer });
  }

  #tell(said: Said): void {
    this.said.push(said);
    const [met, waiting] = [
      this.#waiting.filter(({ fits }) => fits(said)),
      this.#waiting.filter(({ fits }) => !fits(said)),
    ];
    this.#waiting = waiting;
    for (const { resolve } of met) resolve(said);
  }
}
