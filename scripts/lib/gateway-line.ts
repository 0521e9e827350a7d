/**
 * A line to a session: one socket after another. When one is lost, the next comes back with the session's token, what
 * was said meanwhile is said then, and nothing that comes is told twice.
 */
import { bytesPerMs, type SampleRate } from "../../src/audio/format.ts";
import {
  AWAY_AUDIO_MS,
  afterClose,
  afterRefusal,
  pauseBefore,
  SILENT_MS,
} from "../../src/dialect/antiphon-v1/coming-back.ts";
import type { ServerMessage } from "../../src/dialect/antiphon-v1/server-messages.ts";
import { type FromSocket, type GatewaySocket, openSocket, type SocketWish } from "./gateway-socket.ts";

export type FromGateway =
  | { readonly type: "message"; readonly message: ServerMessage }
  | { readonly type: "audio"; readonly answer: number; readonly pcm: Uint8Array }
  /** The socket is lost and another is being opened. `resumed` follows, or `closed`. */
  | { readonly type: "away"; readonly why: string }
  /** Last. `why` says what happened, for a person. */
  | { readonly type: "closed"; readonly why: string };

export interface LineWish {
  readonly url: string;
  readonly ticket: string;
  readonly inputRate: SampleRate;
  readonly outputRate: SampleRate;
}

/** How often the line is looked at, whether anything still comes, in ms. */
const LOOK_EVERY_MS = 1_000;

export class GatewayLine {
  readonly #wish: LineWish;
  readonly #tell: (event: FromGateway) => void;
  readonly #watch: NodeJS.Timeout;
  #socket: GatewaySocket | null = null;
  #return: { readonly token: string; readonly forMs: number } | null = null;
  #seen = 0;
  /** Since when (a `performance.now()`), and how often it has been tried; null while the line is there. */
  #away: { readonly since: number; readonly attempt: number } | null = null;
  #over = false;
  #heardAt = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #sayings: object[] = [];
  #frames: Uint8Array[] = [];

  /** Connects at once. */
  constructor(wish: LineWish, tell: (event: FromGateway) => void) {
    this.#wish = wish;
    this.#tell = tell;
    this.#watch = setInterval(() => this.#look(), LOOK_EVERY_MS);
    this.#dial({ type: "ticket", token: wish.ticket });
  }

  /** Says something: at once, or as soon as the line is back. */
  send(message: object): void {
    if (this.#away === null) this.#socket?.send(message);
    else this.#sayings.push(message);
  }

  /** Sends audio; while the line is away, the last of it is kept. */
  sendAudio(pcm: Uint8Array): void {
    if (this.#away === null) return this.#socket?.sendAudio(pcm);
    this.#frames.push(pcm);
    const most = AWAY_AUDIO_MS * bytesPerMs(this.#wish.inputRate);
    let bytes = this.#frames.reduce((sum, frame) => sum + frame.byteLength, 0);
    while (bytes > most) bytes -= this.#frames.shift()?.byteLength ?? 0;
  }

  close(): void {
    const socket = this.#socket;
    this.#stop();
    socket?.close();
  }

  #dial(pass: SocketWish["pass"]): void {
    const { url, inputRate, outputRate } = this.#wish;
    const mine = openSocket({ url, pass, inputRate, outputRate }, (event) => {
      if (this.#socket === mine) this.#on(event);
    });
    this.#socket = mine;
    this.#heardAt = performance.now();
  }

  #on(event: FromSocket): void {
    this.#heardAt = performance.now();
    if (event.type === "closed") return this.#onClosed(event);
    const isReturn = event.type === "message" && event.message.type === "resumed";
    const seq = event.type === "audio" ? event.seq : event.message.seq;
    // What is told again was heard before.
    if (seq <= this.#seen && !isReturn) return;
    this.#seen = Math.max(this.#seen, seq);
    if (event.type === "audio") return this.#tell(event);
    const { message } = event;
    if (message.type === "ping") this.#socket?.send({ type: "pong", seq });
    if (message.type === "ready") this.#return = message.resume;
    if (message.type === "closing") this.#over = true;
    if (message.type === "resumed") this.#away = null;
    this.#tell(event);
    if (message.type !== "resumed") return;
    for (const said of this.#sayings.splice(0)) this.#socket?.send(said);
    for (const pcm of this.#frames.splice(0)) this.#socket?.sendAudio(pcm);
  }

  #onClosed({ why, code, status }: Extract<FromSocket, { type: "closed" }>): void {
    const verdict = status === null ? afterClose(code) : afterRefusal(status);
    if (this.#over || this.#return === null || verdict === "refused" || verdict === "over")
      return this.#end(why);
    if (verdict === "elsewhere") return this.#end("the talk goes on over another connection");
    this.#comeBack(this.#return, why);
  }

  #comeBack(way: { readonly token: string; readonly forMs: number }, why: string): void {
    this.#socket = null;
    const now = performance.now();
    const away = {
      since: this.#away?.since ?? now,
      attempt: this.#away === null ? 0 : this.#away.attempt + 1,
    };
    if (this.#away === null) this.#tell({ type: "away", why });
    this.#away = away;
    const pause = pauseBefore(away.attempt, Math.random());
    if (now + pause > away.since + way.forMs)
      return this.#end(`the line was lost and not found again: ${why}`);
    this.#timer = setTimeout(() => this.#dial({ type: "resume", token: way.token, seen: this.#seen }), pause);
  }

  #look(): void {
    if (this.#socket === null || this.#return === null) return;
    if (performance.now() - this.#heardAt <= SILENT_MS) return;
    const silent = this.#socket;
    this.#comeBack(this.#return, "nothing came any more");
    silent.drop();
  }

  #end(why: string): void {
    this.#stop();
    this.#tell({ type: "closed", why });
  }

  #stop(): void {
    this.#over = true;
    clearInterval(this.#watch);
    clearTimeout(this.#timer);
  }
}
