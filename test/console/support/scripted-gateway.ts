/**
 * A stand-in for the gateway that says what a test tells it to: serves a built console with its own headers, gives
 * tickets, and speaks `antiphon.v1` over WebSocket. It knows nothing of agents or models.
 */
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { type WebSocket, WebSocketServer } from "ws";
import { toPcm } from "./wav.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".map": "application/json",
};

export const TICKET = "t".repeat(40);
/** With what the console comes back. */
export const RESUME = { token: "r".repeat(40), forMs: 60_000 };

const PASSES = { ticket: `ticket.${TICKET}`, resume: `resume.${RESUME.token}` } as const;

type Message = Readonly<Record<string, unknown>>;

/** The console on the other end of one socket. */
export class ScriptedClient {
  readonly messages: Message[] = [];
  readonly frames: Buffer[] = [];
  /** With what it was let in. */
  readonly pass: keyof typeof PASSES;
  readonly #socket: WebSocket;
  readonly #waiting = new Set<() => void>();
  #seq = 0;

  constructor(socket: WebSocket, pass: keyof typeof PASSES) {
    this.#socket = socket;
    this.pass = pass;
    socket.on("message", (data: Buffer, binary) => {
      if (binary) this.frames.push(data);
      else this.messages.push(JSON.parse(data.toString()) as Message);
      for (const look of this.#waiting) look();
    });
  }

  /** Says something, with the next number. */
  say(...messages: readonly Message[]): void {
    for (const message of messages) {
      this.#seq += 1;
      this.#socket.send(JSON.stringify({ seq: this.#seq, ...message }));
    }
  }

  /** Sends samples of an answer as one binary message. */
  sound(answer: number, samples: Float32Array): void {
    this.#seq += 1;
    const head = Buffer.alloc(8);
    head.writeUInt32BE(this.#seq, 0);
    head.writeUInt32BE(answer, 4);
    this.#socket.send(Buffer.concat([head, toPcm(samples)]));
  }

  /** Waits until something holds of what has been received. */
  until<T>(find: (client: ScriptedClient) => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = find(this);
        if (found === undefined) return;
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** The first message of a type, now or later. */
  said(type: string): Promise<Message> {
    return this.until(({ messages }) => messages.find((message) => message.type === type));
  }

  /** The number of the last message. */
  get seq(): number {
    return this.#seq;
  }

  /** Lets it back in: what is said next has number `from`. */
  resume(from: number, lost = 0): void {
    this.#seq = from - 1;
    this.#socket.send(JSON.stringify({ type: "resumed", seq: from - 1, from, lost, lostMs: 0 }));
  }

  close(code: number): void {
    this.#socket.close(code);
  }

  /** Cuts the line, as a tunnel does. */
  cut(): void {
    this.#socket.terminate();
  }
}

export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly authorization: string;
}

export class ScriptedGateway {
  /** Keys that open it; none is asked for while empty. */
  key = "";
  refuseUpgrades = false;
  /** Upgrades wait until they are released. */
  hold = false;
  /** How often anybody has asked for a socket. */
  upgrades = 0;
  /** Further files to serve, by path. */
  readonly extra = new Map<string, string>();
  /** What to answer to requests of the API, by path, in place of the usual. */
  readonly answers = new Map<string, unknown>();
  /** Who answers for callers, such as a real edge; it is given requests as they came. */
  callers: ((request: Request) => Promise<Response>) | null = null;
  readonly requests: ApiRequest[] = [];
  readonly #onRequest = new Set<() => void>();
  readonly #held: { readonly letIn: () => void; readonly turnAway: () => void }[] = [];
  readonly #onHeld = new Set<() => void>();
  readonly #root: string;
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) =>
      offered.has("antiphon.v1") && Object.values(PASSES).filter((pass) => offered.has(pass)).length === 1
        ? "antiphon.v1"
        : false,
  });
  #arrived: ((client: ScriptedClient) => void) | null = null;

  private constructor(root: string) {
    this.#root = root;
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#server.on("upgrade", (request, socket, head) => {
      this.upgrades += 1;
      if (this.refuseUpgrades) return socket.end("HTTP/1.1 409 Conflict\r\ncontent-length: 0\r\n\r\n");
      const pass = request.headers["sec-websocket-protocol"]?.includes(PASSES.resume) ? "resume" : "ticket";
      const letIn = (): void => {
        socket.off("end", gone);
        this.#sockets.handleUpgrade(request, socket, head, (ws) =>
          this.#arrived?.(new ScriptedClient(ws, pass)),
        );
      };
      const held = { letIn, turnAway: () => void socket.destroy() };
      // Who has hung up meanwhile is not let in: it has come again, and that is who is met.
      const gone = (): void => {
        const place = this.#held.indexOf(held);
        if (place >= 0) this.#held.splice(place, 1);
        held.turnAway();
      };
      if (!this.hold) return letIn();
      socket.once("end", gone).on("error", gone).resume();
      this.#held.push(held);
      for (const tell of this.#onHeld) tell();
    });
  }

  static async start(root: string): Promise<ScriptedGateway> {
    const gateway = new ScriptedGateway(root);
    await new Promise<void>((resolve) => gateway.#server.listen(0, "127.0.0.1", resolve));
    return gateway;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** The next console that connects; call it before the console does. */
  nextClient(): Promise<ScriptedClient> {
    return new Promise((resolve) => {
      this.#arrived = resolve;
    });
  }

  /** Lets in who waits, and whoever comes from now on. */
  release(): void {
    this.hold = false;
    for (const { letIn } of this.#held.splice(0)) letIn();
  }

  /** Settles when somebody waits to be let in; only while `hold` is set. */
  waited(): Promise<void> {
    if (this.#held.length > 0) return Promise.resolve();
    return new Promise((resolve) => this.#onHeld.add(resolve));
  }

  /** Settles when the API has been asked for this. */
  asked(wanted: (request: ApiRequest) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!this.requests.some(wanted)) return;
        this.#onRequest.delete(look);
        resolve();
      };
      this.#onRequest.add(look);
      look();
    });
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    for (const { turnAway } of this.#held.splice(0)) turnAway();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? "/", this.url);
    if (pathname.startsWith("/v1/")) return this.#api(pathname, request, response);
    const path = pathname === "/" ? "/index.html" : pathname;
    const body = this.extra.get(path) ?? (await readFile(join(this.#root, path)).catch(() => null));
    if (body === null) return void response.writeHead(404).end();
    response
      .writeHead(200, { "content-type": TYPES[extname(path)] ?? "text/plain", ...(await this.#headers()) })
      .end(body);
  }

  async #api(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = (await request.toArray()).join("");
    const { authorization = "" } = request.headers;
    this.requests.push({ method: request.method ?? "", path, body, authorization });
    for (const look of this.#onRequest) look();
    const answer = (status: number, value: unknown): void =>
      void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    if (this.key !== "" && authorization !== `Bearer ${this.key}`) {
      return answer(401, { error: { code: "unauthorized", message: "A valid API key is required." } });
    }
    if (this.callers !== null && path.startsWith("/v1/callers"))
      return this.#passOn(this.callers, request, body, response);
    if (this.answers.has(path)) return answer(200, this.answers.get(path));
    if (path === "/v1/agents") {
      return answer(200, {
        agents: [
          {
            name: "bank",
            model: "amazon.nova-2-sonic-v1:0",
            voice: "tiffany",
            remembers: true,
            region: "eu-north-1",
            tools: [],
          },
          {
            name: "weather",
            model: "amazon.nova-2-sonic-v1:0",
            voice: "matthew",
            region: "eu-north-1",
            tools: [],
          },
        ],
      });
    }
    answer(201, {
      session: SESSION,
      ticket: TICKET,
      url: "ws://elsewhere.invalid/",
      expiresAt: Date.now() + 45_000,
    });
  }

  async #passOn(
    to: (request: Request) => Promise<Response>,
    { url = "/", method = "GET", headers }: IncomingMessage,
    body: string,
    response: ServerResponse,
  ): Promise<void> {
    const given = Object.entries(headers).flatMap(([name, value]) =>
      typeof value === "string" ? [[name, value] as const] : [],
    );
    const text = body === "" ? {} : { body };
    const answer = await to(
      new Request(new URL(url, this.url), { method, headers: Object.fromEntries(given), ...text }),
    );
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
  }

  /** The headers that the console asks its host to send, all of which are for every path. */
  async #headers(): Promise<Record<string, string>> {
    const text = await readFile(join(this.#root, "_headers"), "utf8");
    const lines = text.split("\n").filter((line) => line.startsWith("  "));
    return Object.fromEntries(
      lines.map((line) => [
        line.slice(0, line.indexOf(":")).trim(),
        line.slice(line.indexOf(":") + 1).trim(),
      ]),
    );
  }
}

export const SESSION = "5b0c6d1e-2f3a-4b5c-8d7e-9f0a1b2c3d4e";
