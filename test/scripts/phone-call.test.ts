/**
 * A call of `npm run talk`, with a gateway that only listens.
 */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { PhoneCall } from "../../scripts/lib/phone-call.ts";

/** Far away in the test's time, as a `performance.now()`. */
const soon = (): number => performance.now() + 60_000;

let server: WebSocketServer;
let call: PhoneCall;
let gateway: WebSocket;
let heard: Record<string, unknown>[] = [];
let told: () => void = () => {};

beforeEach(async () => {
  heard = [];
  seq = 0;
  server = new WebSocketServer({
    port: 0,
    host: "127.0.0.1",
    handleProtocols: () => "antiphon.v1",
  });
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const connected = new Promise<WebSocket>((resolve) => server.once("connection", resolve));
  call = new PhoneCall({
    url: `ws://127.0.0.1:${port}`,
    ticket: "t",
    inputRate: 16000,
    outputRate: 8000,
    onMessage: () => {},
    onAway: () => {},
  });
  gateway = await connected;
  gateway.on("message", (data: Buffer, isBinary) => {
    if (!isBinary) heard.push(JSON.parse(data.toString("utf8")));
    told();
  });
  await hears((messages) => messages.length === 1);
});
afterEach(async () => {
  gateway.close();
  await call.until(() => call.closed !== null, soon());
  await new Promise((resolve) => server.close(resolve));
});

/** Settles when what the gateway heard is as wanted. */
const hears = (wanted: (messages: readonly Record<string, unknown>[]) => boolean): Promise<void> =>
  new Promise((resolve) => {
    told = () => {
      if (wanted(heard)) resolve();
    };
    told();
  });

let seq = 0;
const speak = (answer: number, ms: number): void => {
  const frame = Buffer.alloc(8 + ms * 16);
  seq += 1;
  frame.writeUInt32BE(seq, 0);
  frame.writeUInt32BE(answer, 4);
  gateway.send(frame);
};

describe("a call", () => {
  it("tells all that was played before it asks, so that it never barges in on what it has heard", async () => {
    speak(1, 60);
    await call.until(() => call.playback.played(performance.now()) !== null, soon());
    await call.until(() => !call.isPlaying, soon());
    call.ask("What is my balance?");
    await hears((messages) => messages.at(-1)?.type === "text");
    expect(heard.at(-1)).toEqual({ type: "text", text: "What is my balance?" });
    expect(heard.at(-2)).toEqual({ type: "played", answer: 1, ms: 60 });
  });

  it("answers at once that a terminal has no tools", async () => {
    gateway.send(
      JSON.stringify({
        type: "tool_call",
        seq: 1,
        call: "c1",
        name: "show_map",
        arguments: {},
        timeoutMs: 10_000,
      }),
    );
    await hears((messages) => messages.at(-1)?.type === "tool_result");
    expect(heard.at(-1)).toEqual({
      type: "tool_result",
      call: "c1",
      error: "This terminal cannot do that.",
    });
  });
});
