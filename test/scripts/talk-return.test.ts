/**
 * `npm run talk` whose line is cut, with a gateway that does what the test says.
 */
import type { IncomingMessage, Server } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { type FromGateway, GatewayLine } from "../../scripts/lib/gateway-line.ts";

const SESSION = "0b0f7a8e-3f0e-4c2e-9a53-6f6f3c1b2a10";
const RESUME = { token: "way-back", forMs: 60_000 };
const FORMAT = { encoding: "pcm16", rate: 16000 };

/** The gateway's end of one socket. */
class Peer {
  readonly said: Record<string, unknown>[] = [];
  audio = 0;
  readonly protocols: string;
  readonly #socket: WebSocket;

  constructor(socket: WebSocket, request: IncomingMessage) {
    this.#socket = socket;
    this.protocols = request.headers["sec-websocket-protocol"] ?? "";
    socket.on("message", (data: Buffer, isBinary) => {
      if (isBinary) this.audio += data.byteLength;
      else this.said.push(JSON.parse(data.toString("utf8")));
      changed();
    });
  }

  say(message: object): void {
    this.#socket.send(JSON.stringify(message));
  }

  ready(resume: typeof RESUME | null = RESUME): void {
    const audio = { input: FORMAT, output: FORMAT };
    this.say({
      type: "ready",
      seq: 1,
      session: SESSION,
      agent: "bank",
      protocol: "antiphon.v1",
      audio,
      resume,
    });
  }

  sound(seq: number): void {
    const frame = Buffer.alloc(40);
    frame.writeUInt32BE(seq, 0);
    frame.writeUInt32BE(1, 4);
    this.#socket.send(frame);
  }

  close(code: number): void {
    this.#socket.close(code);
  }

  cut(): void {
    this.#socket.terminate();
  }
}

let server: Server;
let line: GatewayLine;
let peers: Peer[];
let events: FromGateway[];
/** The HTTP status with which sockets are refused; null for none. */
let refusal: number | null;
let refused: number;
let waiting: { readonly holds: () => boolean; readonly done: () => void }[];

const changed = (): void => {
  for (const wait of waiting.filter(({ holds }) => holds())) {
    waiting.splice(waiting.indexOf(wait), 1);
    wait.done();
  }
};
/** A line whose events are this test's; a line of another test tells nobody. */
const dial = (): GatewayLine => {
  const mine: FromGateway[] = [];
  events = mine;
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return new GatewayLine({ url, ticket: "the-ticket", inputRate: 16000, outputRate: 16000 }, (event) => {
    mine.push(event);
    changed();
  });
};
const until = (holds: () => boolean): Promise<void> =>
  holds() ? Promise.resolve() : new Promise((done) => waiting.push({ holds, done }));
const peer = async (index: number): Promise<Peer> => {
  await until(() => peers[index]?.said[0]?.type === "hello");
  const found = peers[index];
  if (found === undefined) throw new Error("nobody came");
  return found;
};
const told = (): readonly string[] =>
  events.map((event) => (event.type === "message" ? event.message.type : event.type));
const closed = async (): Promise<string> => {
  await until(() => events.at(-1)?.type === "closed");
  const last = events.at(-1);
  return last?.type === "closed" ? last.why : "";
};

beforeEach(async () => {
  peers = [];
  events = [];
  waiting = [];
  refusal = null;
  refused = 0;
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => "antiphon.v1" });
  server = createServer();
  server.on("upgrade", (request, socket, head) => {
    if (refusal !== null) {
      refused += 1;
      socket.end(`HTTP/1.1 ${refusal} No\r\ncontent-length: 0\r\n\r\n`);
      return changed();
    }
    sockets.handleUpgrade(request, socket, head, (ws) => {
      peers.push(new Peer(ws, request));
      changed();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  line = dial();
});
afterEach(async () => {
  line.close();
  for (const each of peers) each.cut();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe("a call whose line is cut", () => {
  it("comes back with its token and the last number it has seen, and takes nothing twice", async () => {
    const first = await peer(0);
    expect(first.protocols).toContain("ticket.the-ticket");
    expect(first.said[0]).not.toHaveProperty("seen");
    first.ready();
    first.sound(2);
    first.say({ type: "ping", seq: 3 });
    await until(() => first.said.some(({ type, seq }) => type === "pong" && seq === 3));
    first.cut();
    await until(() => told().includes("away"));
    line.send({ type: "text", text: "Still there?" });
    const second = await peer(1);
    expect(second.protocols).toContain("resume.way-back");
    expect(second.said[0]).toMatchObject({ type: "hello", seen: 3 });
    second.say({ type: "resumed", seq: 3, from: 4, lost: 0, lostMs: 0 });
    second.sound(2);
    second.say({ type: "ping", seq: 3 });
    second.sound(4);
    second.say({ type: "closing", seq: 5, reason: "bye" });
    second.close(1000);
    await closed();
    expect(told()).toEqual(["ready", "audio", "ping", "away", "resumed", "audio", "closing", "closed"]);
    expect(second.said.slice(1)).toEqual([{ type: "text", text: "Still there?" }]);
  });

  it("keeps the last three seconds of what was said meanwhile", async () => {
    const first = await peer(0);
    first.ready();
    await until(() => told().includes("ready"));
    first.cut();
    await until(() => told().includes("away"));
    for (let frames = 0; frames < 500; frames += 1) line.sendAudio(new Uint8Array(640));
    const second = await peer(1);
    expect(second.audio).toBe(0);
    second.say({ type: "resumed", seq: 1, from: 2, lost: 0, lostMs: 0 });
    await until(() => second.audio >= 3_000 * 32);
    line.send({ type: "bye" });
    await until(() => second.said.some(({ type }) => type === "bye"));
    expect(second.audio).toBe(3_000 * 32);
  });

  it("goes on from the number it is told when more was lost", async () => {
    const first = await peer(0);
    first.ready();
    await until(() => told().includes("ready"));
    first.close(1012);
    const second = await peer(1);
    second.say({ type: "resumed", seq: 99, from: 100, lost: 98, lostMs: 1200 });
    second.sound(99);
    second.sound(100);
    second.close(1012);
    expect((await peer(2)).said[0]).toMatchObject({ seen: 100 });
    expect(told()).toEqual(["ready", "away", "resumed", "audio", "away"]);
  });

  it("tries again while the gateway is away, and stops when it hears that the session is over", async () => {
    const first = await peer(0);
    first.ready();
    await until(() => told().includes("ready"));
    refusal = 503;
    first.cut();
    await until(() => refused === 2);
    refusal = 410;
    expect(await closed()).toBe("the gateway refused the connection with 410");
    expect([refused, told()]).toEqual([3, ["ready", "away", "closed"]]);
  });

  it.each([
    [4411, "the talk goes on over another connection"],
    [4401, "the gateway closed with 4401"],
    [4410, "the gateway closed with 4410"],
  ])("does not come back after %d", async (code, why) => {
    const first = await peer(0);
    first.ready();
    await until(() => told().includes("ready"));
    first.close(code);
    expect(await closed()).toBe(why);
    expect([peers.length, told()]).toEqual([1, ["ready", "closed"]]);
  });

  it("is over where there is no way back", async () => {
    const first = await peer(0);
    first.ready(null);
    await until(() => told().includes("ready"));
    first.cut();
    expect(await closed()).toBe("the gateway closed with 1006");
  });

  it("that was never let in says with what it was refused", async () => {
    line.close();
    refusal = 401;
    line = dial();
    expect(await closed()).toBe("the gateway refused the connection with 401");
  });
});
