/**
 * `GET /v1/sessions/:id/connect`: lets a client's WebSocket through to its session. Everything that can be known
 * without the session's object is checked before the object is touched.
 */
import { type GatewayError, gatewayError } from "../base/errors.ts";
import { err, ok, type Result } from "../base/result.ts";
import { dialectFor, offeredProtocols } from "../dialect/index.ts";
import { TICKET_ID_HEADER } from "../durable/session-rpc.ts";
import { admitOrigin } from "./access.ts";
import { failure } from "./answers.ts";
import type { Call, Handler } from "./endpoint.ts";
import { sessionIdOf } from "./sessions.ts";
import { passAnswer, switchProtocols } from "./switch-protocols.ts";
import { verifyTicket } from "./ticket.ts";

/** A browser cannot set headers on a WebSocket, so the ticket comes as a subprotocol's name. */
const TICKET_PROTOCOL = "ticket.";

interface Admitted {
  readonly session: string;
  readonly ticketId: string;
  readonly dialect: string;
  /** The subprotocol to confirm; null when the client offered none (RFC 6455 section 4.2.2, step 5). */
  readonly echo: string | null;
}

export const connect: Handler = async (call) => {
  const admitted = admit(call);
  if (!admitted.ok) {
    logRefusal(call, admitted.error);
    return failure(admitted.error);
  }
  const { session, echo } = admitted.value;
  const upstream = await call.sessions.getByName(session).fetch(forwarded(call.request, admitted.value));
  return upstream.status === 101 ? switchProtocols(upstream, echo) : passAnswer(upstream);
};

/**
 * Anybody can be refused, and on the internet everybody tries: such refusals are sampled, so that a wrong setting still
 * shows and a scan writes a line a minute. Only a ticket of our own can expire: that was a caller who did not get in.
 */
const logRefusal = ({ id, clock, log, sampler }: Call, { code, cause }: GatewayError): void => {
  const session = sessionIdOf(id);
  if (code === "ticket_expired") return log("warn", "connect_refused", { session, code });
  const leftOut = sampler.take(code, clock.now());
  if (leftOut !== null) log("info", "connect_refused", { session, code, cause, leftOut });
};

const admit = (call: Call): Result<Admitted, GatewayError> => {
  const { request, config, clock } = call;
  if (request.headers.get("upgrade")?.toLowerCase() !== "websocket")
    return err(gatewayError("upgrade_required", "send Upgrade: websocket"));
  const origin = admitOrigin(request, config);
  if (!origin.ok) return origin;
  const session = sessionIdOf(call.id);
  if (session === null) return err(gatewayError("session_unknown", "a session's id is a UUID"));

  const protocols = offeredProtocols(request.headers.get("sec-websocket-protocol"));
  const offered = protocols.filter((name) => !name.startsWith(TICKET_PROTOCOL));
  // A browser drops a connection that confirms none of the protocols it offered, and a ticket is none to confirm.
  if (protocols.length > 0 && offered.length === 0) return dialectMissing();
  const dialect = dialectFor(offered.join(","));
  if (!dialect.ok) return dialect;

  const token =
    protocols.find((name) => name.startsWith(TICKET_PROTOCOL))?.slice(TICKET_PROTOCOL.length) ??
    new URL(request.url).searchParams.get("ticket");
  if (token === null || token === "")
    return err(gatewayError("ticket_missing", "offer subprotocol ticket.<ticket>, or add ?ticket=<ticket>"));
  const claims = verifyTicket(token, session, config.ticketSecret, clock.now());
  if (!claims.ok) return claims;
  const { name } = dialect.value;
  return ok({
    session,
    ticketId: claims.value.ticket,
    dialect: name,
    echo: offered.length > 0 ? name : null,
  });
};

const dialectMissing = (): Result<never, GatewayError> =>
  err(gatewayError("bad_request", "Sec-WebSocket-Protocol: offer antiphon.v1 beside the ticket"));

/**
 * What the session's object gets: a request of our own making. Nothing that the client wrote goes along, neither its
 * ticket in the query nor a header that would pass for ours.
 */
const forwarded = (request: Request, { dialect, ticketId }: Admitted): Request => {
  const url = new URL(request.url);
  url.search = "";
  return new Request(url, {
    headers: { upgrade: "websocket", "sec-websocket-protocol": dialect, [TICKET_ID_HEADER]: ticketId },
  });
};
