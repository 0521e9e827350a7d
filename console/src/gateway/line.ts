/**
 * The line to a session: one socket after another. When one is lost it comes back by itself, keeps what is said
 * meanwhile, and tells its owner no more than that it is away and that it is back.
 */
import {
  AWAY_AUDIO_MS,
  afterClose,
  pauseBefore,
  SILENT_MS,
} from "../../../src/dialect/antiphon-v1/coming-back.ts";
import { CONSOLE } from "../limits.ts";
import type { AudioFrame } from "../wire/frames.ts";
import type { ClientMessage, Reading } from "../wire/messages.ts";
import type { Connect, Connection, Pass } from "./connection.ts";

/** With what to come back, as `ready` told it. */
export interface Return {
  readonly token: string;
  readonly forMs: number;
}

/** `refused`: never let in. `lost`: and not found again. `elsewhere`: another client has the session. */
export type LineEnd = "over" | "refused" | "lost" | "elsewhere";

export interface LineSink {
  readonly onMessage: (reading: Reading) => void;
  readonly onAudio: (frame: AudioFrame) => void;
  readonly onReturn: (way: Return) => void;
  readonly onAway: () => void;
  /** It is back: what is so now may be told, before what was said meanwhile. */
  readonly onBack: () => void;
  /** Once. */
  readonly onEnd: (end: LineEnd) => void;
}

export interface LineWorld {
  readonly connect: Connect;
  readonly now: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
  /** The last number that has come, as it is to be told on a return; null for none of it again. */
  readonly seen: () => number | null;
  /** Whether the session is known to have ended: browsers do not tell why a socket was refused. */
  readonly isOver: () => Promise<boolean>;
}

type Stage =
  /** The gateway has not said ready. */
  | { readonly type: "joining" }
  | { readonly type: "open" }
  | { readonly type: "away"; readonly since: number; readonly attempt: number }
  | { readonly type: "ended" };

/** Frames of the caller's that are kept while away. */
const FRAMES_KEPT = AWAY_AUDIO_MS / CONSOLE.microphoneFrameMs;

export class Line {
  readonly #session: string;
  readonly #world: LineWorld;
  readonly #sink: LineSink;
  #stage: Stage = { type: "joining" };
  #socket: Connection | null = null;
  #return: Return | null = null;
  #heardAt: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #watch: ReturnType<typeof setInterval>;
  #sayings: ClientMessage[] = [];
  #frames: Int16Array[] = [];

  private constructor(session: string, world: LineWorld, sink: LineSink) {
    this.#session = session;
    this.#world = world;
    this.#sink = sink;
    this.#heardAt = world.now();
    this.#watch = setInterval(() => this.#look(), CONSOLE.lookEveryMs);
  }

  /** A line to a new session. */
  static open(session: string, ticket: string, world: LineWorld, sink: LineSink): Line {
    const line = new Line(session, world, sink);
    line.#dial({ type: "ticket", token: ticket });
    return line;
  }

  /** A line to a session that was left at `since`, such as by a page before it was loaded again. */
  static reopen(session: string, way: Return, since: number, world: LineWorld, sink: LineSink): Line {
    const line = new Line(session, world, sink);
    line.#return = way;
    line.#stage = { type: "away", since, attempt: 0 };
    line.#redial();
    return line;
  }

  /** Says something: at once, or as soon as the line is back. What is so only now (`played`, `mute`) is not kept. */
  say(message: ClientMessage): void {
    if (this.#stage.type !== "away") this.#socket?.say(message);
    else if (
      message.type !== "played" &&
      message.type !== "mute" &&
      this.#sayings.length < CONSOLE.sayingsKept
    )
      this.#sayings.push(message);
  }

  /** Sends a frame of caller audio. False when it was left out because too much is waiting already. */
  sendAudio(samples: Int16Array): boolean {
    if (this.#stage.type !== "away") return this.#socket?.sendAudio(samples) ?? true;
    this.#frames.push(samples);
    if (this.#frames.length > FRAMES_KEPT) this.#frames.shift();
    return true;
  }

  /** The network is there again, as far as the browser knows: no need to wait. */
  hurry(): void {
    if (this.#stage.type === "away" && this.#socket === null) this.#redial();
  }

  /** Takes leave. False when the gateway cannot be told now. */
  leave(): boolean {
    const { type } = this.#stage;
    this.#stop();
    if (type === "away") this.#socket?.drop();
    else this.#socket?.leave();
    return type !== "away";
  }

  #dial(pass: Pass): void {
    const mine: Connection = this.#world.connect(this.#session, pass, {
      onMessage: (reading) => this.#socket === mine && this.#onMessage(reading),
      onAudio: (frame) => {
        if (this.#socket !== mine) return;
        this.#heardAt = this.#world.now();
        this.#sink.onAudio(frame);
      },
      onEnd: ({ opened, code }) => this.#socket === mine && this.#onEnd(opened, code),
    });
    this.#socket = mine;
    this.#heardAt = this.#world.now();
  }

  #redial(): void {
    clearTimeout(this.#timer);
    if (this.#return === null) return;
    this.#dial({ type: "resume", token: this.#return.token, seen: this.#world.seen() });
  }

  #onMessage(reading: Reading): void {
    this.#heardAt = this.#world.now();
    const message = reading.kind === "message" ? reading.message : null;
    if (message?.type === "ping" && reading.seq !== null)
      this.#socket?.say({ type: "pong", seq: reading.seq });
    if (message?.type === "ready") {
      this.#stage = { type: "open" };
      this.#return = message.resume ?? null;
      if (this.#return !== null) this.#sink.onReturn(this.#return);
    }
    if (message?.type === "closing") this.#stop();
    this.#sink.onMessage(reading);
    if (message?.type === "resumed") this.#onBack();
  }

  #onBack(): void {
    this.#stage = { type: "open" };
    this.#sink.onBack();
    for (const message of this.#sayings.splice(0)) this.#socket?.say(message);
    for (const frame of this.#frames.splice(0)) this.#socket?.sendAudio(frame);
  }

  #onEnd(opened: boolean, code: number): void {
    this.#socket = null;
    if (this.#stage.type === "ended") return this.#sink.onEnd("over");
    if (this.#return === null) return this.#end(opened ? "lost" : "refused");
    const verdict = afterClose(code);
    if (verdict !== "come_back") return this.#end(verdict === "refused" ? "lost" : verdict);
    if (!opened) void this.#askIsOver();
    this.#comeBack(this.#return);
  }

  #comeBack({ forMs }: Return): void {
    const now = this.#world.now();
    const before = this.#stage;
    const away =
      before.type === "away"
        ? { ...before, attempt: before.attempt + 1 }
        : ({ type: "away", since: now, attempt: 0 } as const);
    this.#stage = away;
    if (before.type !== "away") this.#sink.onAway();
    const pause = pauseBefore(away.attempt, this.#world.random());
    if (now + pause > away.since + forMs) return this.#end("lost");
    this.#timer = setTimeout(() => this.#redial(), pause);
  }

  async #askIsOver(): Promise<void> {
    if ((await this.#world.isOver()) && this.#stage.type === "away") this.#end("over");
  }

  /** A socket that has fallen silent may not know it for minutes. */
  #look(): void {
    if (this.#socket === null || this.#return === null) return;
    if (this.#world.now() - this.#heardAt <= SILENT_MS) return;
    this.#socket.drop();
    this.#socket = null;
    this.#comeBack(this.#return);
  }

  #end(end: LineEnd): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#stop();
    socket?.drop();
    this.#sink.onEnd(end);
  }

  #stop(): void {
    this.#stage = { type: "ended" };
    clearTimeout(this.#timer);
    clearInterval(this.#watch);
  }
}
