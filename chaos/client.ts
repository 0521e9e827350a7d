/**
 * A client of `antiphon.v1` as docs/protocol.md asks for one: it comes back whenever it may, takes everything in exactly
 * once, and says again what could not be said. Its microphone never stops, and each frame has its number. It keeps
 * count of everything it could complain of.
 */
import type { IncomingMessage } from "node:http";
import { WebSocket } from "ws";
import { FRAME_MS, markedFrame, RATE } from "../bench/hand-over/marks.ts";
import { Intake, type Resumed } from "./intake.ts";

/** PCM16 at 24 kHz. */
const BYTES_PER_MS = 48;
const HEADER_BYTES = 8;
/** Five frames at a time, as a browser sends them. */
const SEND_EVERY_MS = 100;
const PLAYED_EVERY_MS = 250;
/** What is said again after coming back: older words nobody wants any more. */
const SAID_AGAIN_FRAMES = 3_000 / FRAME_MS;
const TOOL_MS = 300;
const BACKOFF_MS = 250;
const LONGEST_BACKOFF_MS = 5_000;
/** A line on which nothing comes for this long is dead, though a ping comes every 5 s. */
const DEAD_AFTER_MS = 15_000;
const HANDSHAKE_MS = 5_000;
const FIRST_HANDSHAKE_MS = 60_000;

export interface Said {
  /** `performance.now()` when it came. */
  readonly at: number;
  readonly type: string;
  readonly answer?: number;
  readonly [member: string]: unknown;
}

/** A time in which no stream, or no client, could have taken the caller's words in; frame numbers, both included. */
export interface Away {
  readonly why: string;
  readonly from: number;
  to: number | null;
  /** `performance.now()` */
  readonly since: number;
}

export interface Ended {
  readonly wished: boolean;
  readonly how: string;
}

export class Client {
  readonly said: Said[] = [];
  readonly intake = new Intake();
  /** Pieces of an answer's audio that the client had been told is over. */
  lateAudio = 0;
  /** Each time the client came back: ms from its first try to `resumed`. */
  readonly returns: number[] = [];
  readonly away: Away[] = [];
  /** Calls of its tools that it has not been told the end of. */
  readonly #calls = new Map<unknown, unknown>();
  readonly session: string;
  readonly firstFrame: number;
  /** `performance.now()` of its first frame. */
  readonly startedAt = performance.now();
  frames = 0;
  /** Frames up to its goodbye. */
  spoken = 0;
  /** Numbers of those in which the caller speaks: of the others nobody would miss one. */
  readonly speech = new Set<number>();
  ended: Ended | null = null;
  /** Whether the caller speaks, or only their room is heard. */
  hums = false;
  readonly #url: string;
  readonly #ticket: string;
  readonly #random: () => number;
  #socket: WebSocket | null = null;
  #token: string | null = null;
  #forMs = 60_000;
  #listening = false;
  #lostAt = 0;
  #triedAt = 0;
  #tries = 0;
  #heardAt = 0;
  /** The socket whose line is dead, without its client's knowing yet. */
  #dead: WebSocket | null = null;
  #unsent: number[] = [];
  #wished = false;
  #playing: { readonly answer: number; ms: number; readonly since: number } | null = null;
  #interrupted = 0;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #waiting = new Set<() => void>();

  constructor(made: {
    readonly session: string;
    readonly url: string;
    readonly ticket: string;
    readonly firstFrame: number;
    readonly random: () => number;
  }) {
    this.session = made.session;
    this.#url = made.url;
    this.#ticket = made.ticket;
    this.#random = made.random;
    this.firstFrame = made.firstFrame;
    this.#beginAway("not there yet");
    this.#open(`ticket.${this.#ticket}`);
    this.#timers.push(setInterval(() => this.#speak(), SEND_EVERY_MS));
    this.#timers.push(setInterval(() => this.#lookAround(), PLAYED_EVERY_MS));
  }

  get #isCutOff(): boolean {
    return this.#socket !== null && this.#socket === this.#dead;
  }

  get isThere(): boolean {
    return this.#listening;
  }

  /** Settles when it may talk for the first time, or has ended before. */
  async untilThere(): Promise<void> {
    while (!this.#listening && !this.ended) await this.news(1_000);
  }

  /** True when it went out; a client that is away says nothing. */
  send(message: object): boolean {
    if (!this.#listening || this.#socket?.readyState !== WebSocket.OPEN) return false;
    // Into a dead line one says what one wants.
    if (!this.#isCutOff) this.#socket.send(JSON.stringify(message));
    return true;
  }

  /** Settles with the next thing that happens to this client, or after so many ms. */
  news(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, Math.max(0, withinMs));
      this.#waiting.add(done);
    });
  }

  /** The socket is gone without a close; the client comes back after so many ms. */
  cut(awayMs: number): void {
    // Without its token it has no way back.
    if (this.ended || !this.#socket || this.#token === null) return;
    const socket = this.#socket;
    this.#lose("client cut", awayMs);
    socket.terminate();
  }

  /** Nothing comes and nothing goes for so long; then the client finds out. */
  halfOpen(forMs: number): void {
    const socket = this.#socket;
    if (this.ended || !socket || !this.#listening) return;
    this.#dead = socket;
    this.#beginAway("client half-open");
    socket.pause();
    setTimeout(() => {
      if (this.#socket === socket) this.cut(0);
    }, forMs).unref();
  }

  /** Reads nothing for so long. */
  slow(forMs: number): void {
    const socket = this.#socket;
    if (this.ended || !socket || !this.#listening) return;
    socket.pause();
    setTimeout(() => this.#dead !== socket && socket.resume(), forMs).unref();
  }

  /** The caller has gone, and nobody says so. */
  dropOff(): void {
    this.#socket?.terminate();
    this.#end("dropped off");
  }

  /** Another socket with the same token takes the session over. Rejects nothing; says how the first one ended. */
  takeOver(): void {
    const first = this.#socket;
    if (this.ended || !first || !this.#listening || this.#token === null) return;
    this.#listening = false;
    this.#beginAway("client taken over");
    this.#lostAt = performance.now();
    this.#triedAt = this.#lostAt;
    this.#open(`resume.${this.#token}`);
  }

  /** Its object is about to be lost: what is in flight may be lost with it. */
  objectLost(why: string): void {
    this.#beginAway(why);
  }

  /** Says goodbye, and settles when the gateway has closed. */
  async hangUp(withinMs: number): Promise<void> {
    this.#wished = true;
    this.spoken = this.frames;
    const until = performance.now() + withinMs;
    let said = false;
    while (!this.ended && performance.now() < until) {
      if (!said) said = this.send({ type: "bye" });
      await this.news(Math.min(1_000, until - performance.now()));
      if (!this.#listening) said = false;
    }
    this.#end("no closing came after bye");
  }

  #open(credential: string): void {
    const socket = new WebSocket(this.#url, ["antiphon.v1", credential], {
      perMessageDeflate: false,
      // Who is not let in at first does not try again; the machine is busiest then.
      handshakeTimeout: this.#token === null ? FIRST_HANDSHAKE_MS : HANDSHAKE_MS,
    });
    this.#socket = socket;
    let refused: number | undefined;
    socket.on("unexpected-response", (_request, response: IncomingMessage) => {
      refused = response.statusCode;
      response.resume();
      socket.terminate();
      this.#refused(socket, refused ?? 0);
    });
    socket.on("open", () => {
      this.#heardAt = performance.now();
      const again = credential.startsWith("resume.") ? { seen: this.intake.seen } : {};
      const format = {
        input: { encoding: "pcm16", rate: RATE },
        output: { encoding: "pcm16", rate: 24_000 },
      };
      socket.send(JSON.stringify({ type: "hello", protocol: "antiphon.v1", audio: format, ...again }));
    });
    socket.on("message", (data: Buffer, isBinary) => {
      if (this.#socket === socket && this.#dead !== socket) this.#hear(data, isBinary);
    });
    socket.on("close", (code, reason) => this.#closed(socket, code, reason.toString()));
    socket.on("error", () => socket.terminate());
  }

  #refused(socket: WebSocket, status: number): void {
    if (this.#socket !== socket) return;
    if (status === 401 || status === 404 || status === 410) this.#end(`refused with HTTP ${status}`);
  }

  #closed(socket: WebSocket, code: number, reason: string): void {
    if (this.#socket !== socket) {
      if (code !== 4411 && code !== 1006) this.#tell({ type: "other_close", code, reason });
      return;
    }
    if (this.ended) return;
    if (code === 1000) return this.#end(reason);
    const stops = code >= 4000 && code !== 4408 && code !== 4414 && code !== 4503;
    if (stops) return this.#end(`${code} ${reason}`);
    if (this.#token === null) return this.#end(`${code} ${reason} before ready`);
    this.#lose(`closed ${code} ${reason}`.trim(), null);
  }

  /** The socket is gone. `afterMs`: when the client tries to come back; null for by its own rules. */
  #lose(why: string, afterMs: number | null): void {
    if (this.#listening) {
      this.#lostAt = performance.now();
      this.#tries = 0;
    }
    this.#listening = false;
    this.#socket = null;
    this.#beginAway(why);
    const backoff = Math.min(LONGEST_BACKOFF_MS, BACKOFF_MS * 2 ** Math.max(0, this.#tries - 1));
    const pause = afterMs ?? (this.#tries === 0 ? 0 : backoff * (1 - this.#random() / 2));
    if (this.#tries === 0) this.#triedAt = performance.now() + pause;
    this.#tries++;
    if (performance.now() - this.#lostAt > this.#forMs) return this.#end("could not come back in time");
    const timer = setTimeout(() => {
      if (!this.ended && this.#socket === null) this.#open(`resume.${this.#token}`);
    }, pause);
    this.#timers.push(timer);
    this.#wake();
  }

  #hear(data: Buffer, isBinary: boolean): void {
    this.#heardAt = performance.now();
    if (isBinary) return this.#hearAudio(data);
    const message = JSON.parse(data.toString("utf8")) as Said & Resumed & { readonly seq: number };
    if (message.type === "resumed") return this.#resumed(message);
    if (!this.intake.take(message.seq)) return;
    if (message.type === "ready") {
      const resume = message.resume as { readonly token: string; readonly forMs: number };
      this.#token = resume.token;
      this.#forMs = resume.forMs;
      this.#listening = true;
      this.#sayAgain();
    }
    if (message.type === "tool_call") this.#serve(message.call, message.arguments);
    if (message.type === "tool_ended") this.#calls.delete(message.call);
    if (message.type === "ping") this.send({ type: "pong", seq: message.seq });
    if (message.type === "interrupted") {
      this.#interrupted = Math.max(this.#interrupted, Number(message.answer));
      this.#playing = null;
    }
    this.#tell(message);
    if (message.type === "closing") {
      const { code } = (message.error ?? {}) as { readonly code?: string };
      this.#end(code === undefined ? String(message.reason) : `${message.reason} ${code}`);
    }
  }

  #hearAudio(data: Buffer): void {
    if (!this.intake.take(data.readUInt32BE(0))) return;
    const answer = data.readUInt32BE(4);
    if (answer <= this.#interrupted) this.lateAudio++;
    const ms = (data.byteLength - HEADER_BYTES) / BYTES_PER_MS;
    if (this.#playing?.answer === answer) this.#playing.ms += ms;
    else this.#playing = { answer, ms, since: performance.now() };
  }

  #resumed(message: Said & Resumed): void {
    this.intake.resume(message);
    this.returns.push(performance.now() - this.#triedAt);
    this.#listening = true;
    this.#tries = 0;
    this.#tell(message);
    for (const [call, result] of this.#calls) this.send({ type: "tool_result", call, result });
    this.#sayAgain();
  }

  /** What was said while nobody was there to hear it. */
  #sayAgain(): void {
    const again = this.#unsent.splice(0);
    for (let place = 0; place < again.length; place += 5) this.#sendFrames(again.slice(place, place + 5));
    const open = this.away.findLast(({ to }) => to === null);
    if (open) open.to = this.firstFrame + this.frames - 1;
  }

  /** Its own tools know everything at once; the answer is told again after coming back. */
  #serve(call: unknown, given: unknown): void {
    const result = { found: (given as { readonly number?: string }).number };
    this.#calls.set(call, result);
    setTimeout(() => this.send({ type: "tool_result", call, result }), TOOL_MS).unref();
  }

  #beginAway(why: string): void {
    if (this.away.some(({ to }) => to === null)) return;
    this.away.push({ why, from: this.firstFrame + this.frames, to: null, since: performance.now() });
  }

  /** By the clock, not by the timer: a late timer sends what is due. */
  #speak(): void {
    const due = Math.floor((performance.now() - this.startedAt) / FRAME_MS);
    const numbers: number[] = [];
    while (this.frames < due) {
      if (this.hums) this.speech.add(this.firstFrame + this.frames);
      numbers.push(this.frames++);
    }
    if (this.#isCutOff) return;
    if (this.#listening && this.#socket?.readyState === WebSocket.OPEN) return this.#sendFrames(numbers);
    this.#unsent.push(...numbers);
    this.#unsent = this.#unsent.slice(-SAID_AGAIN_FRAMES);
  }

  #sendFrames(numbers: readonly number[]): void {
    const frames = numbers
      .map((number) => this.firstFrame + number)
      .map((number) => markedFrame(number, this.speech.has(number)));
    if (frames.length > 0) this.#socket?.send(Buffer.concat(frames));
  }

  #lookAround(): void {
    const now = performance.now();
    if (this.#playing && !this.#isCutOff) {
      const { answer, ms, since } = this.#playing;
      this.send({ type: "played", answer, ms: Math.min(ms, now - since) });
    }
    if (this.#listening && !this.#isCutOff && now - this.#heardAt > DEAD_AFTER_MS) this.cut(0);
  }

  #tell(said: Omit<Said, "at"> & { readonly at?: number }): void {
    this.said.push({ ...said, at: performance.now() } as Said);
    this.#wake();
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  #end(how: string): void {
    if (this.ended) return;
    this.ended = { wished: this.#wished && (how === "bye" || how === ""), how };
    this.#listening = false;
    for (const timer of this.#timers) clearInterval(timer);
    const socket = this.#socket;
    setTimeout(() => socket?.terminate(), 500).unref();
    this.#tell({ type: "over", how });
  }
}
