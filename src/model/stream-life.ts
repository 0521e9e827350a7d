/**
 * The life of a stream, whatever is spoken on it: dialled within a time, open, begun, asked to finish, ended exactly
 * once. Knows when something may be said; what is said, and how it is understood, is its kind's.
 */
import type { Credentials } from "../aws/credentials.ts";
import { foreignWords } from "../aws/foreign-words.ts";
import type { Clock } from "../base/clock.ts";
import { letGo } from "../base/let-go.ts";
import { LIMITS } from "../base/limits.ts";
import type { Log } from "../base/log.ts";
import type { Result } from "../base/result.ts";
import type { ModelEvent, StreamEnd, StreamSpec } from "../conversation/events.ts";
import { lineFailure } from "./judge-failure.ts";
import type { Stage } from "./stage.ts";

/** What an opened door gives; a kind may add to it. The socket is not yet accepted. */
export interface Line {
  readonly socket: WebSocket;
  /** Ms since the Unix epoch at which the credentials it was opened with expire; absent when they do not. */
  readonly credentialsExpireAt?: number;
}

export const expiry = ({ expiresAt }: Credentials): Pick<Line, "credentialsExpireAt"> =>
  expiresAt === undefined ? {} : { credentialsExpireAt: expiresAt };

/** What one kind of stream does its own way. None of it may throw. */
export interface StreamKind<L extends Line> {
  /** Begins the names of its notes in the log. */
  readonly name: string;
  /** Never rejects. */
  readonly dial: (signal: AbortSignal) => Promise<Result<L, StreamEnd>>;
  /** Sends the prologue. Called once, before anything else may be sent. */
  readonly begin: (line: L, spec: StreamSpec) => void;
  /** One message; binary ones are an ArrayBuffer, which is let go of when this returns: what is kept of it is a copy. */
  readonly receive: (data: unknown) => void;
  /** What it means that the other side closed. */
  readonly closed: (code: number, reason: string) => StreamEnd;
  /** Says goodbye on a stream that has begun. False when there is nobody to hear it. */
  readonly farewell: (line: L) => boolean;
  /** Lets go of what it holds. The stream has ended. */
  readonly release?: () => void;
}

export interface LifeParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly sink: (event: ModelEvent) => void;
}

type Timer = ReturnType<typeof setTimeout>;

type State<L> =
  | {
      readonly type: "dialling";
      readonly since: number;
      /** Of an owner that did not wait for `opened`. */
      readonly spec: StreamSpec | null;
      readonly giveUp: AbortController;
      readonly timer: Timer;
    }
  | { readonly type: "waiting"; readonly line: L }
  | { readonly type: "begun"; readonly line: L }
  /** We have said all; what the model still says is passed on. */
  | { readonly type: "finishing"; readonly line: L; readonly timer: Timer }
  | { readonly type: "ended" };

const NORMAL_CLOSURE = 1000;
/** Odd things upstream are worth a line in the log, but not a line for each of them. */
const MAX_NOTES = 20;

export class StreamLife<L extends Line> {
  readonly #parts: LifeParts;
  readonly #kind: StreamKind<L>;
  #state: State<L>;
  #worked = false;
  #notes = 0;

  /** Dials at once; the sink hears nothing before this has returned. */
  constructor(parts: LifeParts, kind: StreamKind<L>) {
    this.#parts = parts;
    this.#kind = kind;
    const giveUp = new AbortController();
    const timer = setTimeout(
      () => this.end(lineFailure("no_answer", `no answer within ${LIMITS.streamOpenMs} ms`)),
      LIMITS.streamOpenMs,
    );
    this.#state = { type: "dialling", since: parts.clock.now(), spec: null, giveUp, timer };
    void this.#dial(giveUp.signal);
  }

  /** Something may be sent: it has begun, and has neither ended nor been asked to. */
  get speaks(): boolean {
    return this.#state.type === "begun";
  }

  /** We have said all that we had to. */
  get finishing(): boolean {
    return this.#state.type === "finishing";
  }

  get ended(): boolean {
    return this.#state.type === "ended";
  }

  get stage(): Stage {
    if (this.#worked) return "worked";
    return this.#state.type === "dialling" || this.#state.type === "waiting" ? "waiting" : "begun";
  }

  /** The model has said something. */
  worked(): void {
    this.#worked = true;
  }

  begin(spec: StreamSpec): void {
    const state = this.#state;
    if (state.type === "dialling" && state.spec === null) this.#state = { ...state, spec };
    if (state.type !== "waiting") return;
    this.#state = { type: "begun", line: state.line };
    this.#kind.begin(state.line, spec);
  }

  finish(): void {
    const state = this.#state;
    // Where nothing was begun there is nothing to close in order.
    if (state.type === "dialling" || state.type === "waiting") return this.end({ type: "finished" });
    if (state.type !== "begun") return;
    const timer = setTimeout(() => this.end({ type: "finished" }), LIMITS.streamFinishMs);
    this.#state = { type: "finishing", line: state.line, timer };
    if (!this.#kind.farewell(state.line)) this.end({ type: "finished" });
  }

  /** The sink may end the stream while it is told of one event; then it hears no other. */
  tell(event: ModelEvent): void {
    if (this.#state.type !== "ended") this.#parts.sink(event);
  }

  /** The connection is cut, and the sink told, before this returns. Only the first end counts. */
  end(end: StreamEnd): void {
    const state = this.#state;
    if (state.type === "ended") return;
    this.#state = { type: "ended" };
    if (state.type === "dialling") state.giveUp.abort();
    else closeSocket(state.line.socket);
    if (state.type === "dialling" || state.type === "finishing") clearTimeout(state.timer);
    this.#kind.release?.();
    // Whatever happens to a stream that was asked to finish: it was asked for.
    const told: StreamEnd = state.type === "finishing" ? { type: "finished" } : end;
    this.#parts.sink({
      type: "ended",
      end: "cause" in told ? { ...told, cause: foreignWords(told.cause) } : told,
    });
  }

  note(what: string, why: string): void {
    this.#notes++;
    if (this.#notes <= MAX_NOTES)
      this.#parts.log("warn", `${this.#kind.name}_${what}`, { why: foreignWords(why) });
  }

  async #dial(signal: AbortSignal): Promise<void> {
    const dialled = await this.#kind.dial(signal);
    if (this.#state.type !== "dialling") {
      if (dialled.ok) hangUp(dialled.value.socket);
      return;
    }
    if (dialled.ok) this.#opened(this.#state, dialled.value);
    else this.end(dialled.error);
  }

  #opened({ since, spec, timer }: State<L> & { type: "dialling" }, line: L): void {
    clearTimeout(timer);
    this.#state = { type: "waiting", line };
    const { socket, credentialsExpireAt } = line;
    // Else binary messages arrive as Blobs, to be read asynchronously and out of order.
    socket.binaryType = "arraybuffer";
    socket.addEventListener("message", ({ data }) => {
      if (!this.ended) this.#kind.receive(data);
      letGo(data);
    });
    socket.addEventListener("close", ({ code, reason }) => this.end(this.#kind.closed(code, reason)));
    socket.addEventListener("error", () => this.end(lineFailure("broken_off")));
    socket.accept();
    if (spec !== null) this.begin(spec);
    this.tell({
      type: "opened",
      connectMs: this.#parts.clock.now() - since,
      ...(credentialsExpireAt === undefined ? {} : { credentialsExpireAt }),
    });
  }
}

/** Whatever state the socket is in. */
export const closeSocket = (socket: WebSocket): void => {
  try {
    socket.close(NORMAL_CLOSURE);
  } catch {
    // Closed already.
  }
};

/** Closes a socket that nobody wants any more; for that it must be accepted first. */
const hangUp = (socket: WebSocket): void => {
  try {
    socket.accept();
  } catch {
    // Gone with the request that was given up.
  }
  closeSocket(socket);
};
