/**
 * A caller for tests in workerd: makes a session over the HTTP API, connects, and waits for messages by type.
 */
import { env, exports } from "cloudflare:workers";

const API_KEY = "a-key-for-the-tests";
const HOST = "https://gateway.test";

export const api = (path: string, init: RequestInit = {}): Promise<Response> =>
  exports.default.fetch(
    new Request(`${HOST}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${API_KEY}`, "content-type": "application/json", ...init.headers },
    }),
  );

/** The emulator's control endpoint. */
export const emulator = async (path: string, init: RequestInit = {}): Promise<unknown> => {
  const response = await fetch(`${env.EMULATOR_URL}/_emulator${path}`, init);
  if (!response.ok) throw new Error(`emulator ${path}: ${response.status} ${await response.text()}`);
  const text = await response.text();
  return text === "" ? null : JSON.parse(text);
};

export interface MadeSession {
  readonly session: string;
  readonly ticket: string;
  readonly url: string;
  readonly expiresAt: number;
}

/** Sessions made and not ended by `endSessions` yet. */
const made: string[] = [];

export async function makeSession(body: object = {}): Promise<MadeSession> {
  const response = await api("/v1/sessions", {
    method: "POST",
    body: JSON.stringify({ agent: "first", ...body }),
  });
  if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`);
  const session: MadeSession = await response.json();
  made.push(session.session);
  return session;
}

/**
 * Ends what was made and nobody joined: its stream would be dialled anew in the middle of another test, and be taken for
 * that one's.
 */
export async function endSessions(): Promise<void> {
  await Promise.all(made.splice(0).map((session) => api(`/v1/sessions/${session}`, { method: "DELETE" })));
}

/** One message from the gateway: JSON, or audio as `{type: "audio"}`. */
export interface Message {
  readonly type: string;
  readonly seq: number;
  readonly [member: string]: unknown;
}

export const connect = (
  made: MadeSession,
  protocols = `antiphon.v1, ticket.${made.ticket}`,
): Promise<Response> =>
  exports.default.fetch(
    new Request(made.url.replace(/^ws/, "http"), {
      headers: { upgrade: "websocket", "sec-websocket-protocol": protocols },
    }),
  );

export class Call {
  readonly made: MadeSession;
  readonly #socket: WebSocket;
  readonly messages: Message[] = [];
  /** Confirms nothing that it is told, as a client whose line is dead. */
  silent = false;
  closed: { readonly code: number; readonly reason: string } | null = null;
  #read = 0;
  /** Its way back, when it is none that `ready` told. */
  #token: string | undefined;
  #wake: () => void = () => {};

  constructor(made: MadeSession, socket: WebSocket) {
    this.made = made;
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.addEventListener("message", (event) => {
      const message = read(event.data);
      this.messages.push(message);
      if (message.type === "ping" && !this.silent) this.send({ type: "pong", seq: message.seq });
      this.#wake();
    });
    socket.addEventListener("close", (event) => {
      this.closed = { code: event.code, reason: event.reason };
      this.#wake();
    });
    socket.accept();
  }

  static async open(body: object = {}): Promise<Call> {
    return Call.join(await makeSession(body));
  }

  /** To a session made before. */
  static async join(made: MadeSession): Promise<Call> {
    const response = await connect(made);
    if (!response.webSocket) throw new Error(`${response.status} ${await response.text()}`);
    return new Call(made, response.webSocket);
  }

  /** The same session over a fresh socket, with the token that `ready` gave. */
  async back(seen?: number, input?: object, output?: object): Promise<Call> {
    const ready = this.messages.find(({ type }) => type === "ready");
    const resume = ready?.resume as { readonly token: string } | undefined;
    const token = resume?.token ?? this.#token;
    const response = await connect(this.made, `antiphon.v1, resume.${token}`);
    if (!response.webSocket) throw new Error(`${response.status} ${await response.text()}`);
    const call = new Call(this.made, response.webSocket);
    call.#token = token;
    call.hello(input, output, seen);
    return call;
  }

  /** Of the last message. */
  get seen(): number {
    return this.messages.at(-1)?.seq ?? 0;
  }

  /** Connected, and told that the model listens. */
  static async ready(body: object = {}): Promise<Call> {
    const call = await Call.open(body);
    call.hello();
    await call.until("ready");
    return call;
  }

  hello(
    input: object = { encoding: "pcm16", rate: 16000 },
    output: object = { encoding: "pcm16", rate: 24000 },
    seen?: number,
  ): void {
    const again = seen === undefined ? {} : { seen };
    this.send({ type: "hello", protocol: "antiphon.v1", audio: { input, output }, ...again });
  }

  send(message: object): void {
    this.raw(JSON.stringify(message));
  }

  raw(data: string | ArrayBuffer | Uint8Array): void {
    this.#socket.send(data);
  }

  hangUp(code = 1000): void {
    this.#socket.close(code);
  }

  /** The next message of this type (and these members) that was not waited for yet; those in between are passed over. */
  async until(type: string, members: Record<string, unknown> = {}): Promise<Message> {
    for (;;) {
      for (; this.#read < this.messages.length; this.#read++) {
        const message = this.messages[this.#read];
        if (message?.type !== type) continue;
        if (Object.entries(members).some(([name, value]) => message[name] !== value)) continue;
        this.#read++;
        return message;
      }
      if (this.closed)
        throw new Error(`closed with ${this.closed.code} ${this.closed.reason} before ${type} came`);
      await this.#woken();
    }
  }

  /** The first message from place `from` on that fits, whatever was waited for before. */
  async since(from: number, fits: (message: Message) => boolean): Promise<Message> {
    for (let place = from; ; ) {
      for (; place < this.messages.length; place++) {
        const message = this.messages[place];
        if (message && fits(message)) return message;
      }
      if (this.closed) throw new Error(`closed with ${this.closed.code} before what was waited for came`);
      await this.#woken();
    }
  }

  async untilClosed(): Promise<{ readonly code: number; readonly reason: string }> {
    while (!this.closed) await this.#woken();
    return this.closed;
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

function read(data: string | ArrayBuffer): Message {
  if (typeof data === "string") return JSON.parse(data);
  const view = new DataView(data);
  return { type: "audio", seq: view.getUint32(0), answer: view.getUint32(4), bytes: data.byteLength - 8 };
}

export const orderFault = (order: object): Promise<unknown> =>
  emulator("/faults", { method: "POST", body: JSON.stringify(order) });

export interface TraceEntry {
  readonly n: number;
  /** Ms since the stream opened, by the emulator's clock. */
  readonly at: number;
  readonly direction: "received" | "sent" | "note";
  readonly name: string;
  readonly body?: unknown;
  readonly audio?: { readonly marks?: readonly number[] };
}

/** A stream as the emulator saw it. */
export class EmulatedStream {
  readonly id: string;

  constructor(id: string) {
    this.id = id;
  }

  async #trace(from: number): Promise<{ ended: boolean; next: number; entries: readonly TraceEntry[] }> {
    return (await emulator(`/streams/${this.id}/trace?from=${from}&wait=5000`)) as never;
  }

  /** Waits for such an entry, from the stream's start. */
  async until(
    direction: TraceEntry["direction"],
    name: string,
    is: (entry: TraceEntry) => boolean = () => true,
  ): Promise<TraceEntry> {
    for (let from = 0; ; ) {
      const { entries, next, ended } = await this.#trace(from);
      const found = entries.find(
        (entry) => entry.direction === direction && entry.name === name && is(entry),
      );
      if (found) return found;
      if (ended) throw new Error(`the stream ended before ${direction} ${name}`);
      from = next;
    }
  }

  /** Waits until it was given the caller's frame of that number (docs/emulator.md, "Marked audio"). */
  async hears(mark: number): Promise<void> {
    for (let from = 0; ; ) {
      const { entries, next, ended } = await this.#trace(from);
      if (entries.some(({ audio }) => audio?.marks?.includes(mark))) return;
      if (ended) throw new Error(`the stream ended before it was given frame ${mark}`);
      from = next;
    }
  }

  async ended(): Promise<void> {
    for (let from = 0; ; ) {
      const { next, ended } = await this.#trace(from);
      if (ended) return;
      from = next;
    }
  }

  /** All that was seen of it so far, or from place `from` on. */
  async entries(from = 0): Promise<readonly TraceEntry[]> {
    return (await this.#trace(from)).entries;
  }

  async names(direction: TraceEntry["direction"]): Promise<readonly string[]> {
    const { entries } = await this.#trace(0);
    return entries.filter((entry) => entry.direction === direction).map((entry) => entry.name);
  }
}

interface ListedStream {
  readonly id: string;
  readonly running: boolean;
  /** How many its trace has. */
  readonly entries: number;
}

/** Streams that run and those that have ended, oldest first. */
export const streams = async (): Promise<readonly ListedStream[]> =>
  ((await emulator("/streams")) as { readonly streams: readonly ListedStream[] }).streams;

/** What `make` made, and the stream that was opened for it. Another's may still be ending meanwhile. */
export async function withNewStream<T>(make: () => Promise<T>): Promise<readonly [T, EmulatedStream]> {
  const known = (await streams()).map(({ id }) => id);
  return [await make(), await newestStream(known)];
}

/** The stream that was opened last; waits until there is one that runs, and is not among `known`. */
export async function newestStream(known: readonly string[] = []): Promise<EmulatedStream> {
  for (;;) {
    const newest = (await streams()).findLast(({ id, running }) => running && !known.includes(id));
    if (newest) return new EmulatedStream(newest.id);
    // Nothing tells that a stream opens; each question is a round trip, so that this is no busy loop.
  }
}
