/**
 * The line to a session's client, over one socket after another: what it is told is numbered and kept until it is
 * confirmed, so that a client that lost its socket can come back to it. A client that confirms nothing is slow, or gone.
 */
import { pcmDurationMs, type SampleRate } from "../audio/format.ts";
import type { AlarmClock } from "../base/clock.ts";
import { gatewayError } from "../base/errors.ts";
import { LIMITS } from "../base/limits.ts";
import type { Command, EndReason, Notice } from "../conversation/events.ts";
import type { DialectConnection, Frame } from "../dialect/dialect.ts";
import { type Admission, ClientGate } from "./client-gate.ts";
import { ClientSocket } from "./client-socket.ts";
import { Outbox } from "./outbox.ts";

export interface LineOwner {
  readonly clock: AlarmClock;
  /** Whether the client has a token to come back with. */
  readonly mayReturn: boolean;
  /** Whether the client was told things by an object that was lost. */
  readonly isNewLife: boolean;
  readonly rates: { input: SampleRate; output: SampleRate };
  command(command: Command): void;
  left(mayReturn: boolean): void;
  end(reason: EndReason): void;
}

interface Connection {
  readonly raw: WebSocket;
  readonly socket: ClientSocket;
  readonly gate: ClientGate;
  /** A client that comes back hears nothing before its hello says what it has seen. */
  listening: boolean;
  readonly returning: boolean;
}

/** A ping that was not answered yet. */
interface Ping {
  readonly seq: number;
  readonly at: number;
}

export class ClientLine {
  readonly #owner: LineOwner;
  readonly #outbox: Outbox;
  #connection: Connection | null = null;
  #pings: Ping[] = [];
  /** It knows of pings. One that never answered is judged by its socket alone: it may be older than they are. */
  #answers = false;
  #sincePing = 0;
  #leftOutMs = 0;
  #stopPinging: () => void = () => {};

  constructor(owner: LineOwner) {
    this.#owner = owner;
    this.#outbox = new Outbox(owner.isNewLife);
  }

  get isOpen(): boolean {
    return this.#connection !== null;
  }

  /** A socket for the client; one that was there before gives way. */
  join(raw: WebSocket, dialect: DialectConnection, returning: boolean): void {
    const before = this.#connection;
    this.#connection = {
      raw,
      socket: new ClientSocket(raw, dialect),
      gate: new ClientGate(this.#owner.clock.now()),
      listening: !returning,
      returning,
    };
    this.#pings = [];
    this.#answers = false;
    this.#pingLater();
    if (!before) return;
    before.socket.drop("taken_over");
    this.#owner.left(true);
  }

  /** Tells the client, or keeps it for when it is back. */
  tell(notice: Notice): void {
    const connection = this.#connection;
    const { output } = this.#owner.rates;
    if (notice.type === "audio" && connection?.listening && this.#isSlow()) {
      this.#leftOutMs += pcmDurationMs(notice.pcm.byteLength, output);
      return;
    }
    const seq = this.#outbox.add(notice, output);
    if (!connection?.listening) return;
    if (!connection.socket.send(notice, seq)) return this.#lost(connection);
    this.#sincePing += notice.type === "audio" ? notice.pcm.byteLength : 0;
    if (this.#sincePing > LIMITS.pingEveryBytes) this.#ping();
  }

  /** One message that came over `raw`. What a socket still says that was given up is nobody's. */
  receive(raw: WebSocket, frame: Frame): void {
    const connection = this.#connection;
    if (connection?.raw !== raw) return;
    const now = this.#owner.clock.now();
    if (!this.#admit(connection, connection.gate.message(now))) return;
    const decoded = connection.socket.dialect.decode(frame);
    if (!decoded.ok) {
      if (connection.listening) this.#admit(connection, connection.gate.mistake(decoded.error));
      else this.#rude(connection);
      return;
    }
    for (const command of decoded.value) {
      if (this.#connection === connection) this.#take(connection, command, now);
    }
  }

  #take(connection: Connection, command: Command, now: number): void {
    if (command.type === "pong") return this.#answered(command.seq);
    if (command.type === "hello") {
      this.#owner.rates.input = command.inputRate;
      this.#owner.rates.output = command.outputRate;
      if (!connection.listening) this.#replay(connection, command.seen ?? null);
      // Gone while it was told what it had missed: it has not come back.
      if (this.#connection !== connection) return;
    } else if (!connection.listening && command.type !== "bye") {
      this.#rude(connection);
      return;
    }
    if (command.type === "played") this.#outbox.heard(command.answer, command.ms);
    if (command.type === "audio") {
      const ms = pcmDurationMs(command.pcm.byteLength, this.#owner.rates.input);
      if (!this.#admit(connection, connection.gate.audio(ms, now))) return;
    }
    this.#owner.command(command);
  }

  #replay(connection: Connection, seen: number | null): void {
    // Of an object that was lost: the client knows of more than we do.
    if (seen !== null) this.#outbox.resume(seen);
    const { from, lost, lostMs, letters } = this.#outbox.after(seen, this.#owner.rates.output);
    connection.listening = true;
    let open = connection.socket.send({ type: "resumed", from, lost, lostMs }, from - 1);
    for (const { notice, seq } of letters) open &&= connection.socket.send(notice, seq);
    if (!open) return this.#lost(connection);
    // Another device was told nothing of it, and misses nothing.
    if (seen === null) this.#leftOutMs = 0;
    this.#tellLeftOut();
  }

  #admit(connection: Connection, admission: Admission): boolean {
    if (admission.type === "admitted") return true;
    if (admission.type === "dropped") return false;
    if (admission.type === "refused") this.tell({ type: "error", error: admission.error });
    else if (connection.listening) this.#owner.end({ type: "error", error: admission.error });
    else this.#rude(connection);
    return false;
  }

  /** Whoever comes back without a hello costs the session nothing but this connection. */
  #rude(connection: Connection): void {
    connection.socket.drop("hello_required");
    this.#lost(connection);
  }

  /** `raw` has closed, or failed. `hungUp`: the client meant it. */
  closed(raw: WebSocket, hungUp: boolean): void {
    if (this.#connection?.raw !== raw) return;
    this.#connection.socket.lost();
    if (hungUp) this.#owner.left(false);
    else this.#lost(this.#connection);
  }

  /** The session is over. */
  close(reason: EndReason): void {
    this.#stopPinging();
    this.#connection?.socket.close(reason);
    this.#connection = null;
  }

  #lost(connection: Connection): void {
    if (this.#connection !== connection) return;
    this.#connection = null;
    this.#stopPinging();
    this.#owner.left(this.#owner.mayReturn);
  }

  #isSlow(): boolean {
    return this.#leftOutMs > 0 || (this.#answers && this.#outbox.unconfirmedBytes > LIMITS.backlogBytes);
  }

  #pingLater(): void {
    this.#stopPinging();
    this.#stopPinging = this.#owner.clock.after(LIMITS.pingEveryMs, () => {
      this.#ping();
      if (this.#connection) this.#pingLater();
    });
  }

  #ping(): void {
    const connection = this.#connection;
    if (!connection?.listening) return;
    const now = this.#owner.clock.now();
    const oldest = this.#pings[0];
    if (this.#answers && oldest && now - oldest.at >= LIMITS.pongWithinMs) {
      connection.socket.drop("client_slow");
      return this.#lost(connection);
    }
    this.#sincePing = 0;
    this.#pings.push({ seq: this.#outbox.seq + 1, at: now });
    this.tell({ type: "ping" });
  }

  #answered(seq: number): void {
    // Nobody has got what was never sent.
    if (seq > this.#outbox.seq) return;
    this.#answers = true;
    this.#outbox.confirm(seq);
    this.#pings = this.#pings.filter((ping) => ping.seq > seq);
    if (this.#outbox.unconfirmedBytes <= LIMITS.backlogBytes / 2) this.#tellLeftOut();
  }

  #tellLeftOut(): void {
    if (this.#leftOutMs === 0) return;
    const detail = `${Math.round(this.#leftOutMs)} ms of the agent's voice were left out.`;
    this.#leftOutMs = 0;
    this.tell({ type: "error", error: gatewayError("client_slow", detail) });
  }
}
