/**
 * Stands between the gateway and the emulator as the internet would, and misbehaves on request: lines are cut, held up,
 * slowed down, or lead nowhere any more without anybody being told.
 */
import { connect, createServer, type Server, type Socket } from "node:net";
import { Pipe } from "./pipe.ts";

/** In a request that Signature Version 4 has signed, its URL or its head, stands the region that is meant. */
const CREDENTIAL = /Credential=\S+?(?:%2F|\/)\d{8}(?:%2F|\/)([a-z0-9-]+)(?:%2F|\/)/;
const UPGRADE = /\r\nupgrade: websocket/i;

interface Line {
  readonly near: Socket;
  readonly far: Socket;
  readonly up: Pipe;
  readonly down: Pipe;
  /** Only these are worth a mishap: the others are over in a moment. */
  isStream: boolean;
  region: string | null;
  /** Half-open: whatever arrives is thrown away. */
  isDead: boolean;
}

export class TcpProxy {
  readonly #target: number;
  readonly #server: Server;
  readonly #lines = new Set<Line>();
  /** Ms that everything takes longer. */
  #delayMs = 0;
  /** Whom nobody answers: a region, or all. */
  readonly #shut = new Set<string>();

  private constructor(target: number) {
    this.#target = target;
    this.#server = createServer((near) => this.#accept(near));
  }

  static async start(target: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen({ port: 0, host: "127.0.0.1" }, resolve));
    return proxy;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address ? address.port : 0;
  }

  /** How many streams are on the line now. */
  get streams(): number {
    return this.#streams().length;
  }

  /** One stream of those there are; `share` (0 to 1) says which. */
  #pick(share: number): Line | undefined {
    const streams = this.#streams();
    return streams[Math.floor(share * streams.length)];
  }

  #streams(): readonly Line[] {
    return [...this.#lines].filter(({ isStream }) => isStream);
  }

  cut(share: number): void {
    const line = this.#pick(share);
    if (line) this.#drop(line);
  }

  stall(share: number, ms: number): void {
    const line = this.#pick(share);
    if (!line) return;
    const hold = (isHeld: boolean): void => {
      line.up.hold(isHeld);
      line.down.hold(isHeld);
    };
    hold(true);
    setTimeout(() => hold(false), ms).unref();
  }

  halfOpen(share: number): void {
    const line = this.#pick(share);
    if (line) line.isDead = true;
  }

  slow(delayMs: number, forMs: number): void {
    this.#delayMs = delayMs;
    setTimeout(() => {
      this.#delayMs = 0;
    }, forMs).unref();
  }

  /** Running streams are cut and new ones get no answer: of one region, or (`null`) of all. */
  shut(region: string | null, forMs: number): void {
    const key = region ?? "all";
    this.#shut.add(key);
    for (const line of this.#lines) if (region === null || line.region === region) this.#drop(line);
    setTimeout(() => this.#shut.delete(key), forMs).unref();
  }

  /** What is half-open is given up, as every machine gives up a peer that confirms nothing. */
  dropDead(): void {
    for (const line of this.#lines) if (line.isDead) this.#drop(line);
  }

  /** The weather clears: what is half-open stays so. */
  clear(): void {
    this.#delayMs = 0;
    this.#shut.clear();
  }

  async stop(): Promise<void> {
    for (const line of this.#lines) this.#drop(line);
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #accept(near: Socket): void {
    if (this.#shut.has("all")) return void near.resetAndDestroy();
    const far = connect({ port: this.#target, host: "127.0.0.1" });
    const [up, down] = [new Pipe(far), new Pipe(near)];
    const line: Line = { near, far, up, down, isStream: false, region: null, isDead: false };
    this.#lines.add(line);
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      socket.on("error", () => this.#drop(line));
      socket.on("close", () => this.#drop(line));
    }
    near.on("data", (data) => {
      if (!line.isStream && !this.#letIn(line, data)) return;
      if (!line.isDead) up.push(data, this.#delayMs);
    });
    far.on("data", (data) => {
      if (!line.isDead) down.push(data, this.#delayMs);
    });
  }

  /** Reads a request's head. False when its region is shut. */
  #letIn(line: Line, data: Buffer): boolean {
    const head = data.toString("latin1");
    line.isStream = UPGRADE.test(head);
    // Only streams are of a region here: where credentials come from is another matter, and mishap.
    if (line.isStream) line.region = CREDENTIAL.exec(head)?.[1] ?? null;
    if (line.region === null || !this.#shut.has(line.region)) return true;
    this.#drop(line);
    return false;
  }

  #drop(line: Line): void {
    if (!this.#lines.delete(line)) return;
    line.up.close();
    line.down.close();
    line.near.resetAndDestroy();
    line.far.resetAndDestroy();
  }
}
