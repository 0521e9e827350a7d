/**
 * A client of the gateway, or of what speaks as much of its protocol: `hello`, audio both ways, `played`, `pong`.
 */
import type { Socket } from "node:net";
import { WebSocket } from "ws";
import { NS_PER_MS, nanoseconds } from "../calls/clock.ts";
import { DOWN_RATE, UP_RATE } from "../calls/plan.ts";
import type { Client, Ear } from "./client.ts";

const HEADER_BYTES = 8;
const BYTES_PER_MS = (DOWN_RATE * 2) / 1000;
const PLAYED_EVERY_MS = 250;
const READY_WITHIN_MS = 60_000;

const HELLO = JSON.stringify({
  type: "hello",
  protocol: "antiphon.v1",
  audio: { input: { encoding: "pcm16", rate: UP_RATE }, output: { encoding: "pcm16", rate: DOWN_RATE } },
});

class SocketClient implements Client {
  readonly openedAt = nanoseconds();
  readyAt = 0;
  readonly #socket: WebSocket;
  readonly #ear: Ear;
  readonly #reports: boolean;
  #wire: Socket | null = null;
  #closed = false;
  #answer = 0;
  #answerSince = 0;
  #answerBytes = 0;
  #playedTimer: NodeJS.Timeout | null = null;

  constructor(url: string, protocols: readonly string[], ear: Ear, reports: boolean) {
    this.#ear = ear;
    this.#reports = reports;
    this.#socket = new WebSocket(url, [...protocols], { perMessageDeflate: false });
  }

  untilReady(): Promise<this> {
    return new Promise((resolve, reject) => {
      const socket = this.#socket;
      const fail = (why: string): void => {
        clearTimeout(timer);
        socket.terminate();
        reject(new Error(`The connection did not become ready: ${why}.`));
      };
      const timer = setTimeout(fail, READY_WITHIN_MS, `nothing within ${READY_WITHIN_MS} ms`);
      socket.on("upgrade", (response) => {
        this.#wire = response.socket;
      });
      socket.on("open", () => socket.send(HELLO));
      socket.on("error", ({ message }) => fail(message));
      socket.on("close", (code) => {
        this.#stopReporting();
        if (this.readyAt === 0) fail(`closed with ${code}`);
        else if (!this.#closed) this.#ear.lost(`closed with ${code}`);
      });
      socket.on("message", (data: Buffer, isBinary) => {
        const at = nanoseconds();
        if (isBinary) return this.#hear(data, at);
        const message = JSON.parse(data.toString("utf8"));
        if (message.type === "interrupted") this.#ear.interrupted(at);
        else if (message.type === "ping") socket.send(JSON.stringify({ type: "pong", seq: message.seq }));
        else if (message.type === "error") this.#ear.lost(`told ${JSON.stringify(message.error)}`);
        else if (message.type === "ready" && this.readyAt === 0) {
          this.readyAt = at;
          clearTimeout(timer);
          if (this.#reports) this.#playedTimer = setInterval(() => this.#reportPlayed(), PLAYED_EVERY_MS);
          resolve(this);
        }
      });
    });
  }

  send(pcm: Buffer): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(pcm);
  }

  wire() {
    return this.#wire && { up: this.#wire.bytesWritten, down: this.#wire.bytesRead };
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#stopReporting();
    const socket = this.#socket;
    if (socket.readyState === WebSocket.CLOSED) return Promise.resolve();
    const gone = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    if (this.#reports && socket.readyState === WebSocket.OPEN) socket.send('{"type":"bye"}');
    socket.close(1000);
    return gone;
  }

  #hear(data: Buffer, at: number): void {
    const answer = data.readUInt32BE(4);
    if (answer !== this.#answer) {
      this.#answer = answer;
      this.#answerSince = at;
      this.#answerBytes = 0;
    }
    this.#answerBytes += data.length - HEADER_BYTES;
    this.#ear.sound(data.subarray(HEADER_BYTES), at);
  }

  /** As a loudspeaker would that plays at once and without pause. */
  #reportPlayed(): void {
    const cameMs = this.#answerBytes / BYTES_PER_MS;
    const passedMs = (nanoseconds() - this.#answerSince) / NS_PER_MS;
    if (this.#answer === 0 || passedMs > cameMs + 2 * PLAYED_EVERY_MS) return;
    this.#socket.send(
      JSON.stringify({ type: "played", answer: this.#answer, ms: Math.min(cameMs, passedMs) }),
    );
  }

  #stopReporting(): void {
    if (this.#playedTimer) clearInterval(this.#playedTimer);
    this.#playedTimer = null;
  }
}

/** @param reports Whether it tells what it has played, and says goodbye: the gateway wants to know. */
export const openSocket = (
  url: string,
  protocols: readonly string[],
  ear: Ear,
  reports: boolean,
): Promise<Client> => new SocketClient(url, protocols, ear, reports).untilReady();
