/**
 * The forty lines of the protocol's page, in a real Chromium, against our own codec.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import type { Command, Notice } from "../../src/conversation/events.ts";
import { antiphonV1 } from "../../src/dialect/antiphon-v1/index.ts";
import { dialectFor } from "../../src/dialect/index.ts";
import { findChromium } from "../console/support/find-chromium.ts";
import { SESSION } from "./notices.ts";
import { readSections, sectionOf } from "./page-tables.ts";

const program = findChromium();
const RATE = 16_000;

interface Talk {
  type(text: string): void;
  hangUp(): void;
}

declare global {
  var phone: Talk;
  var talk: (url: string, ticket: string, onMessage: (message: { type: string }) => void) => Talk;
}

/** The gateway's side of one connection: tells notices, and waits for commands. */
class Gateway {
  readonly refused: string[] = [];
  readonly #commands: Command[] = [];
  readonly #connection = antiphonV1.connect({ toolDetails: false, resume: null });
  readonly #socket: WebSocket;
  #wake: () => void = () => undefined;
  #seq = 0;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data: Buffer, isBinary: boolean) => {
      const decoded = this.#connection.decode(isBinary ? data : data.toString());
      if (decoded.ok) this.#commands.push(...decoded.value);
      else this.refused.push(decoded.error.detail ?? decoded.error.code);
      this.#wake();
    });
  }

  tell(notice: Notice): void {
    for (const frame of this.#connection.encode(notice, ++this.#seq)) this.#socket.send(frame);
  }

  /** The next command that is as wanted; what comes before it is passed over. */
  async next<T extends Command["type"]>(
    type: T,
    wanted: (command: Extract<Command, { type: T }>) => boolean = () => true,
  ) {
    for (;;) {
      const command = this.#commands.shift();
      if (command?.type === type && wanted(command as Extract<Command, { type: T }>))
        return command as Extract<Command, { type: T }>;
      if (command === undefined) await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  close(): void {
    this.#socket.close(1000, "bye");
  }
}

describe.skipIf(program === null)("the client of the protocol's page in Chromium", () => {
  let server: Server;
  let browser: Browser;
  let page: Page;
  let gateway: Promise<Gateway>;
  const complaints: string[] = [];

  beforeAll(async () => {
    const text = sectionOf(readSections("protocol.md"), "A client in forty lines").text;
    const [client = "", microphone = ""] = [...text.matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(
      ([, code = ""]) => code,
    );
    const files: Readonly<Record<string, readonly [type: string, text: string]>> = {
      "/": [
        "text/html",
        '<!doctype html><link rel="icon" href="data:,"><script type="module">import { talk } from "./client.js"; globalThis.talk = talk;</script>',
      ],
      "/client.js": ["text/javascript", client],
      "/microphone.js": ["text/javascript", microphone],
    };
    server = createServer((request, response) => {
      const [type, body] = files[request.url ?? ""] ?? ["text/plain", ""];
      response.writeHead(body === "" ? 404 : 200, { "content-type": type }).end(body);
    });
    const sockets = new WebSocketServer({
      server,
      handleProtocols: (offered) => {
        const dialect = dialectFor([...offered].join(","));
        return dialect.ok && offered.has("ticket.the-ticket") ? dialect.value.name : false;
      },
    });
    gateway = new Promise((resolve) => sockets.on("connection", (socket) => resolve(new Gateway(socket))));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    browser = await chromium.launch({
      executablePath: program ?? "",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        "--autoplay-policy=no-user-gesture-required",
      ],
    });
    page = await browser.newPage();
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.waitForFunction(() => "talk" in globalThis);
  });

  afterAll(async () => {
    await browser?.close();
    server?.closeAllConnections();
    server?.close();
  });

  it("says hello, is heard, plays, reports what was played, falls silent, and hangs up", async () => {
    const url = page.url().replace("http", "ws");
    await page.evaluate((at) => {
      globalThis.phone = globalThis.talk(at, "the-ticket", () => undefined);
    }, url);
    const phone = await gateway;
    expect(await phone.next("hello")).toEqual({ type: "hello", inputRate: RATE, outputRate: RATE });
    phone.tell({ type: "ready", session: SESSION, agent: "bank", inputRate: RATE, outputRate: RATE });

    const heard = await phone.next("audio", ({ pcm }) => pcm.some((byte) => byte !== 0));
    expect(heard.pcm.byteLength).toBeGreaterThanOrEqual(2 * 480);

    phone.tell({ type: "ping" });
    expect(await phone.next("pong")).toEqual({ type: "pong", seq: 2 });

    const pcm = new Uint8Array((2 * RATE) / 10);
    for (let sent = 0; sent < 120; sent++) phone.tell({ type: "audio", answer: 1, pcm });
    const first = await phone.next("played", ({ ms }) => ms > 0);
    const later = await phone.next("played", ({ ms }) => ms > 500);
    expect([first.answer, later.answer]).toEqual([1, 1]);

    phone.tell({ type: "interrupted", answer: 1, heardMs: later.ms, heardText: "", by: "caller" });
    const last = await phone.next("played", ({ ms }) => ms >= later.ms);
    expect(last.ms).toBeLessThan(12_000);

    phone.tell({ type: "audio", answer: 2, pcm });
    expect(await phone.next("played", ({ answer }) => answer === 2)).toMatchObject({ answer: 2 });
    expect(await phone.next("played", ({ answer, ms }) => answer === 2 && ms > 99)).toMatchObject({
      ms: expect.closeTo(100, 0),
    });

    await page.evaluate(() => globalThis.phone.type("Thank you."));
    expect(await phone.next("text")).toEqual({ type: "text", text: "Thank you." });
    await page.evaluate(() => globalThis.phone.hangUp());
    await phone.next("bye");
    phone.tell({ type: "closing", reason: { type: "bye" } });
    phone.close();
    expect(phone.refused).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
