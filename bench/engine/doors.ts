/**
 * The engine's doors: Bedrock's WebSocket, Bedrock's HTTP/2, and a plain WebSocket for the floor. A request is admitted as
 * the emulator admits it, its signature verified.
 */
import type { IncomingMessage } from "node:http";
import {
  constants,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from "node:http2";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { DEFAULT_CREDENTIALS } from "../../emulator/auth/credentials.ts";
import { type Verified, verifyRequest } from "../../emulator/auth/request-signature.ts";
import { readTarget } from "../../emulator/doors/reception.ts";
import { type Refusal, refusalParts } from "../../emulator/doors/refusal.ts";
import { headersOf, refuse } from "../../emulator/doors/websocket-door.ts";
import type { Result } from "../../emulator/result.ts";
import { createFrameReader } from "../../emulator/wire/frame-reader.ts";
import { nanoseconds } from "../calls/clock.ts";
import { createMarkReader } from "../calls/marks.ts";
import { upSamples } from "../calls/plan.ts";
import type { House } from "./house.ts";
import { NovaStream } from "./nova-stream.ts";
import { createRawMouth } from "./raw-mouth.ts";
import type { Talk } from "./talk.ts";

const VERIFIER = { credentials: [DEFAULT_CREDENTIALS], wallNow: Date.now };

const admit = async (
  method: string,
  target: string,
  headers: Record<string, string>,
): Promise<Result<Verified, Refusal> | null> => {
  const read = readTarget(target);
  return read === undefined ? null : verifyRequest({ method, ...read, headers }, VERIFIER);
};

/** Answers a server's `upgrade` event. */
export function createWebSocketDoors(house: House) {
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });

  const bedrock = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const at = nanoseconds();
    const admitted = await admit(request.method ?? "GET", request.url ?? "/", headersOf(request));
    if (!admitted?.ok) {
      house.fault("a request that is not signed properly");
      if (admitted) refuse(socket, admitted.error);
      else socket.destroy();
      return;
    }
    sockets.handleUpgrade(request, socket, head, (accepted) => {
      house.admitted(nanoseconds() - at);
      const line = {
        accept: () => {},
        write: (message: Uint8Array) => accepted.send(message),
        end: () => accepted.close(1000),
      };
      const stream = new NovaStream(house, line, admitted.value);
      accepted.on("message", (data: Buffer) => stream.take(data, nanoseconds()));
      accepted.on("error", () => accepted.terminate());
      accepted.on("close", () => stream.lost());
    });
  };

  const raw = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const at = nanoseconds();
    sockets.handleUpgrade(request, socket, head, (accepted) => {
      house.admitted(nanoseconds() - at);
      const mouth = createRawMouth((message) => accepted.send(message));
      const read = createMarkReader(house.plan === null ? 640 : upSamples(house.plan) * 2);
      let talk: Talk | null = null;
      let last = -1;
      accepted.on("message", (data: Buffer, isBinary) => {
        if (!isBinary) return;
        const arrivedAt = nanoseconds();
        read(data, (mark) => {
          talk = house.hear(mark, arrivedAt, mouth);
          if (talk && mark <= last) talk.book.doubled++;
          last = mark;
        });
      });
      accepted.on("error", () => accepted.terminate());
      accepted.on("close", () => talk?.lost(mouth));
    });
  };

  return {
    upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
      socket.on("error", () => socket.destroy());
      if (request.url === "/raw") raw(request, socket, head);
      else void bedrock(request, socket, head);
    },
  };
}

/** The documented door, in cleartext. */
export function createHttp2Door(house: House): Http2Server {
  const server = createServer();
  server.on("connection", (socket: Socket) => socket.setNoDelay(true));
  server.on("session", (session) => session.on("error", () => session.destroy()));
  server.on("stream", (http: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    http.on("error", () => http.close());
    void serve(house, http, headers, nanoseconds());
  });
  return server;
}

async function serve(
  house: House,
  http: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  at: number,
): Promise<void> {
  const method = String(headers[":method"] ?? "");
  const admitted = await admit(method, String(headers[":path"] ?? "/"), plain(headers));
  if (!admitted?.ok) {
    house.fault("a request that is not signed properly");
    const refusal = admitted ? refusalParts(admitted.error) : { headers: {}, body: "" };
    http.respond({ ":status": admitted ? admitted.error.status : 400, ...refusal.headers });
    http.end(refusal.body);
    return;
  }
  house.admitted(nanoseconds() - at);
  const line = {
    accept() {
      http.respond({ ":status": 200, "content-type": "application/vnd.amazon.eventstream" });
    },
    write: (message: Uint8Array) => void (http.destroyed || http.writableEnded || http.write(message)),
    end: () => void (http.writableEnded || http.end(() => http.close(constants.NGHTTP2_NO_ERROR))),
  };
  const stream = new NovaStream(house, line, admitted.value);
  const reader = createFrameReader();
  http.on("data", (chunk: Buffer) => {
    const arrivedAt = nanoseconds();
    const messages = reader.push(chunk);
    if (!messages.ok) return house.fault(messages.error);
    for (const message of messages.value)
      stream.take(Buffer.from(message.buffer, message.byteOffset, message.byteLength), arrivedAt);
  });
  http.on("close", () => stream.lost());
}

/** `host` stands for `:authority`: SDKs sign either. */
function plain(headers: IncomingHttpHeaders): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) joined[name] = Array.isArray(value) ? value.join(",") : String(value);
  const authority = joined[":authority"] ?? "";
  return { host: authority, ...joined };
}
