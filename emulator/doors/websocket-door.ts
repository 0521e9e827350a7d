/**
 * The Bedrock WebSocket door: a presigned GET that is upgraded, then one signed event-stream message after the other.
 * Source: the AWS SDK for JavaScript's browser build (@aws-sdk/middleware-websocket).
 */
import type { IncomingMessage } from "node:http";
import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import type { Line } from "../engine/line.ts";
import { LIMITS } from "../limits.ts";
import { createIntake } from "./intake.ts";
import { type Admitted, type Reception, readTarget } from "./reception.ts";
import { type Refusal, refusalParts, validation } from "./refusal.ts";

export interface WebSocketDoor {
  /** Listener for a server's `upgrade` event. Answers every upgrade, one way or the other. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Drops all connections. */
  close(): void;
}

export function createWebSocketDoor(reception: Reception, wallNow: () => number): WebSocketDoor {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: true,
    perMessageDeflate: false,
    maxPayload: LIMITS.inboundMessageBytes,
  });

  const serve = (socket: WebSocket, admitted: Admitted): void => {
    const stream = admitted.place.open(lineOf(socket));
    const intake = createIntake(admitted.verified, stream, wallNow);
    let queued = 0;
    let turn = Promise.resolve();
    const accept = (data: RawData, isBinary: boolean): void => {
      const bytes = toBytes(data);
      queued += bytes.byteLength;
      if (queued > LIMITS.inboundQueueBytes) socket.pause();
      turn = turn
        .then(async () => {
          if (isBinary) await intake.take(bytes);
          else stream.refuse({ type: "damaged", why: "a text message; events come in binary ones" });
          queued -= bytes.byteLength;
          if (socket.isPaused && queued <= LIMITS.inboundQueueBytes) socket.resume();
        })
        .catch(() => socket.terminate());
    };
    socket.on("message", accept);
    // A client that breaks the WebSocket protocol is closed by the library; the stream learns of it by `close`.
    socket.on("error", () => {});
    // What came before the close is dealt with before the stream is told that the connection is gone.
    socket.on("close", () => void turn.then(() => stream.lost()));
  };

  const upgrade = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const target = readTarget(request.url ?? "/");
    if (target === undefined) return refuse(socket, validation("The request target is not valid."));
    const admitted = await reception.admit(
      { method: request.method ?? "GET", ...target, headers: headersOf(request) },
      "websocket",
    );
    if (!admitted.ok) return refuse(socket, admitted.error);
    const { place } = admitted.value;
    // A handshake that fails leaves no stream behind, so its place must be given back.
    socket.once("close", () => place.release());
    server.handleUpgrade(request, socket, head, (accepted) => serve(accepted, admitted.value));
  };

  return {
    upgrade(request, socket, head) {
      socket.on("error", () => socket.destroy());
      upgrade(request, socket, head).catch(() => socket.destroy());
    },
    close() {
      for (const client of server.clients) client.terminate();
    },
  };
}

function lineOf(socket: WebSocket): Line {
  const guarded = (data: Uint8Array | string): void => {
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > LIMITS.outboundQueueBytes) return socket.terminate();
    socket.send(data, { binary: typeof data !== "string" });
  };
  return {
    accept: () => {},
    write: guarded,
    writeText: guarded,
    end: () => socket.close(1000),
    cut: () => socket.terminate(),
  };
}

export function refuse(socket: Duplex, refused: Refusal): void {
  const { headers, body } = refusalParts(refused);
  const lines = Object.entries({ ...headers, connection: "close" }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  const status = `HTTP/1.1 ${refused.status} ${STATUS_CODES[refused.status] ?? "Error"}`;
  socket.end(`${[status, ...lines].join("\r\n")}\r\n\r\n${body}`);
}

/** Repeated headers are joined as Signature Version 4 wants them. */
export function headersOf(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headersDistinct).map(([name, values]) => [name, (values ?? []).join(",")]),
  );
}

export function toBytes(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}
