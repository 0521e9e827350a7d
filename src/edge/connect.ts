/**
 * `GET /v1/sessions/:id/connect`: lets a client's WebSocket through to its session. Everything that can be known
 * without the session's object is checked before the object is touched.
 */
import { type GatewayError, gatewayError } from "../base/errors.ts";
import { err, ok, type Result } from "../base/result.ts";
import { dialectFor, offeredProtocols } from "../dialect/index.ts";
import { RESUME_HEADER, TICKET_ID_HEADER } from "../durable/session-rpc.ts";
import { admitOrigin } from "./access.ts";
import { failure } from "./answers.ts";
import type { Call, Handler } from "./endpoint.ts";
import { verifyResumeToken } from "./resume-token.ts";
import { sessionIdOf } from "./sessions.ts";
import { passAnswer, switchProtocols } from "./switch-protocols.ts";
import { verifyTicket } from "./ticket.ts";

/** What opens the door. A browser cannot set headers on a WebSocket, so it comes as a subprotocol's name. */
const KINDS = ["ticket", "resume"] as const;
type Kind = (typeof KINDS)[number];

interface Admitted {
  readonly session: string;
  /** The header that tells the object how its client was let in, and that header's value. */
  readonly pass: readonly [name: string, value: string];
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
  const offered = protocols.filter((name) => !KINDS.some((kind) => name.startsWith(`${kind}.`)));
  // A browser drops a connection that confirms none of the protocols it offered, and a token is none to confirm.
  if (protocols.length > 0 && offered.length === 0) return dialectMissing();
  const dialect = dialectFor(offered.join(","));
  if (!dialect.ok) return dialect;

  const token = (kind: Kind): string | null =>
    protocols.find((name) => name.startsWith(`${kind}.`))?.slice(kind.length + 1) ??
    new URL(request.url).searchParams.get(kind);
  const pass = passFor(session, token("ticket"), token("resume"), config.ticketSecret, clock.now());
  if (!pass.ok) return pass;
  const { name } = dialect.value;
  return ok({ session, pass: pass.value, dialect: name, echo: offered.length > 0 ? name : null });
};

/** One of the two, never both: which of them was meant is not guessed. */
const passFor = (
  session: string,
  ticket: string | null,
  resume: string | null,
  secret: string,
  now: number,
): Result<Admitted["pass"], GatewayError> => {
  if (ticket && resume)
    return err(gatewayError("bad_request", "a ticket and a resume token: offer one of them, not both"));
  if (resume) {
    const verified = verifyResumeToken(resume, session, secret, now);
    return verified.ok ? ok([RESUME_HEADER, "verified"]) : verified;
  }
  if (!ticket)
    return err(
      gatewayError(
        "ticket_missing",
        "offer subprotocol ticket.<ticket>, or add ?ticket=<ticket>; a client that comes back, resume.<token>, or ?resume=<token>",
      ),
    );
  const claims = verifyTicket(ticket, session, secret, now);
  return claims.ok ? ok([TICKET_ID_HEADER, claims.value.ticket]) : claims;
};

const dialectMissing = (): Result<never, GatewayError> =>
  err(gatewayError("bad_request", "Sec-WebSocket-Protocol: offer antiphon.v1 beside the token"));

/**
 * What the session's object gets: a request of our own making. Nothing that the client wrote goes along, neither a
 * token in the query nor a header that would pass for ours.
 */
const forwarded = (request: Request, { dialect, pass: [name, value] }: Admitted): Request => {
  const url = new URL(request.url);
  url.search = "";
  return new Request(url, {
    headers: { upgrade: "websocket", "sec-websocket-protocol": dialect, [name]: value },
  });
};
