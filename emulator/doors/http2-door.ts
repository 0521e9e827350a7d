/**
 * The documented door: one HTTP/2 request whose body and response body both stay open. Cleartext on loopback, or TLS.
 * Source: Bedrock API reference, InvokeModelWithBidirectionalStream.
 */

import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import {
  constants,
  createSecureServer,
  createServer,
  type Http2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import type { Line } from "../engine/line.ts";
import { LIMITS } from "../limits.ts";
import { createIntake } from "./intake.ts";
import { type Admitted, type Reception, readTarget } from "./reception.ts";
import { invalidSignature, type Refusal, refusalParts, unknownOperation, validation } from "./refusal.ts";

export interface Http2Door {
  readonly server: Http2Server;
  /** Drops all connections. */
  close(): void;
}

export interface TlsFiles {
  /** PEM text. */
  readonly cert: string;
  readonly key: string;
}

/** The services that answer ordinary requests. The AWS SDK sends Converse over HTTP/2 as well. */
export interface OtherServices {
  owns(method: string, target: string): boolean;
  take(request: IncomingMessage, response: ServerResponse, headers: Record<string, string>): boolean;
}

export function createHttp2Door(
  reception: Reception,
  others: OtherServices,
  wallNow: () => number,
  tls?: TlsFiles,
): Http2Door {
  const server = tls === undefined ? createServer() : createSecureServer({ ...tls });
  const sessions = new Set<ServerHttp2Session>();

  const serve = async (http: ServerHttp2Stream, admitted: Admitted): Promise<void> => {
    const stream = admitted.place.open(lineOf(http));
    const intake = createIntake(admitted.verified, stream, wallNow, (fault) => {
      // Before the prologue was taken no headers have been sent, so a bad signature still has its status.
      if (fault.type !== "unsigned" || http.headersSent || http.destroyed) return false;
      refuse(http, invalidSignature(fault.message));
      stream.lost();
      return true;
    });
    try {
      for await (const chunk of http) await intake.take(chunk);
      stream.inputEnded();
    } catch {
      stream.lost();
    }
  };

  const accept = async (http: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> => {
    const target = readTarget(headers[":path"] ?? "/");
    if (target === undefined) return refuse(http, validation("The request target is not valid."));
    const method = headers[":method"] ?? "";
    if (method !== "POST") return refuse(http, unknownOperation);
    const admitted = await reception.admit({ method, ...target, headers: headersOf(headers) }, "http2");
    if (!admitted.ok) return refuse(http, admitted.error);
    if (http.destroyed) return admitted.value.place.release();
    await serve(http, admitted.value);
  };

  server.on("session", (session: ServerHttp2Session) => {
    sessions.add(session);
    session.on("error", () => session.destroy());
    session.on("close", () => sessions.delete(session));
  });
  server.on("stream", (http: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    http.on("error", () => http.close());
    // Theirs comes as a "request" as well.
    if (others.owns(headers[":method"] ?? "", headers[":path"] ?? "/")) return;
    accept(http, headers).catch(() => http.close(constants.NGHTTP2_INTERNAL_ERROR));
  });

  server.on("request", (request: Http2ServerRequest, response: Http2ServerResponse) => {
    // Node's compatibility API is HTTP/1.1's in everything that the services use.
    const asHttp1 = [request, response] as unknown as [IncomingMessage, ServerResponse];
    others.take(...asHttp1, headersOf(request.headers));
  });

  return {
    server,
    close() {
      for (const session of sessions) session.destroy();
    },
  };
}

function lineOf(http: ServerHttp2Stream): Line {
  const open = (): boolean => {
    if (http.destroyed || http.closed || http.writableEnded) return false;
    if (!http.headersSent) {
      http.respond({
        ":status": 200,
        "content-type": "application/vnd.amazon.eventstream",
        "x-amzn-requestid": randomUUID(),
      });
    }
    return true;
  };
  const write = (data: Uint8Array | string): void => {
    if (!open()) return;
    if (http.writableLength > LIMITS.outboundQueueBytes) http.close(constants.NGHTTP2_ENHANCE_YOUR_CALM);
    else http.write(data);
  };
  return {
    accept: () => void open(),
    write,
    writeText: write,
    end() {
      if (!open()) return;
      // The client may still be sending; it is told that nobody reads any more, and that this is no error.
      http.end(() => http.close(constants.NGHTTP2_NO_ERROR));
    },
    cut: () => http.session?.destroy(),
  };
}

function refuse(http: ServerHttp2Stream, refused: Refusal): void {
  if (http.destroyed || http.headersSent) return;
  const { headers, body } = refusalParts(refused);
  http.respond({ ":status": refused.status, ...headers });
  http.end(body, () => http.close(constants.NGHTTP2_NO_ERROR));
}

/** `host` stands for `:authority` and the other way round: SDKs sign either. */
function headersOf(headers: IncomingHttpHeaders): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) joined[name] = Array.isArray(value) ? value.join(",") : String(value);
  }
  const authority = joined[":authority"] ?? joined.host;
  return authority === undefined ? joined : { host: authority, ":authority": authority, ...joined };
}
