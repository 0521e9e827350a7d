/**
 * Hands the session's own answer to an upgrade on to the client.
 */
import { sealed } from "./answers.ts";

/** The 101 that completes the client's handshake, confirming `protocol` where the client offered any. */
export const switchProtocols = (upstream: Response, protocol: string | null): Response => {
  // Cloudflare's `Response` carries the accepted socket; the standard's, which Node has, knows nothing of it.
  const webSocket: unknown = "webSocket" in upstream ? upstream.webSocket : null;
  const headers: Record<string, string> = protocol === null ? {} : { "sec-websocket-protocol": protocol };
  return new Response(null, { status: 101, headers, webSocket } as ResponseInit);
};

/** A refusal by the session's object, which speaks the same JSON as we do, under our own headers. */
export const passAnswer = (upstream: Response): Response => sealed(upstream.body, upstream.status);
