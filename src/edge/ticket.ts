/**
 * Tickets: short-lived signed tokens with which a client opens the one session it was made for. A format of our own,
 * so small that there is nothing to choose: one version, one algorithm (HMAC-SHA-256, RFC 2104), no header to lie in.
 *
 *     at1.<claims>.<mac>     claims: base64url of a JSON array, mac: base64url of the HMAC over "at1.<claims>"
 */
import { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { type GatewayError, gatewayError } from "../base/errors.ts";
import { LIMITS } from "../base/limits.ts";
import { err, ok, type Result } from "../base/result.ts";

const VERSION = "at1";

export interface TicketClaims {
  readonly session: string;
  /** The ticket's own id: the session's object lets each in once. */
  readonly ticket: string;
  readonly agent: string;
  readonly caller: string | null;
  readonly tenant: string | null;
  /** Ms since the Unix epoch. At this moment the ticket is no longer valid. */
  readonly expiresAt: number;
}

/** An array, not an object: names would be a third of the token. */
const claimsSchema = z.tuple([
  z.uuid(),
  z.uuid(),
  z.string(),
  z.string().nullable(),
  z.string().nullable(),
  z.int().min(0),
]);

/** A signed ticket. Its characters may stand in a URL and in a subprotocol's name. */
export const issueTicket = (claims: TicketClaims, secret: string): string => {
  const { session, ticket, agent, caller, tenant, expiresAt } = claims;
  const fields: z.infer<typeof claimsSchema> = [session, ticket, agent, caller, tenant, expiresAt];
  const signed = `${VERSION}.${Buffer.from(JSON.stringify(fields)).toString("base64url")}`;
  return `${signed}.${macOf(signed, secret)}`;
};

/**
 * The claims of a ticket for `session` at `now` (ms). `ticket_invalid` for anything not signed by us or signed for
 * another session, `ticket_expired` for what was once right. Nothing of the claims is read before the signature holds.
 */
export const verifyTicket = (
  token: string,
  session: string,
  secret: string,
  now: number,
): Result<TicketClaims, GatewayError> => {
  const invalid = (cause: string) => err(gatewayError("ticket_invalid", undefined, cause));
  if (token.length > LIMITS.ticketChars) return invalid("too long");
  const [version, encoded, mac, ...rest] = token.split(".");
  if (version !== VERSION || encoded === undefined || mac === undefined || rest.length > 0)
    return invalid("not of the ticket's form");
  if (!sameText(mac, macOf(`${VERSION}.${encoded}`, secret))) return invalid("signature does not match");
  const claims = claimsOf(encoded);
  if (claims === null) return invalid("signed, but without the claims of a ticket");
  if (claims.session !== session) return invalid("made for another session");
  if (now >= claims.expiresAt) return err(gatewayError("ticket_expired"));
  return ok(claims);
};

const macOf = (signed: string, secret: string): string =>
  createHmac("sha256", secret).update(signed).digest("base64url");

/** Compares the encoded form, which is one for each MAC; the length is no secret. */
const sameText = (presented: string, right: string): boolean => {
  const [a, b] = [Buffer.from(presented), Buffer.from(right)];
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
};

const claimsOf = (encoded: string): TicketClaims | null => {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(encoded, "base64url").toString());
  } catch {
    return null;
  }
  const parsed = claimsSchema.safeParse(json);
  if (!parsed.success) return null;
  const [session, ticket, agent, caller, tenant, expiresAt] = parsed.data;
  return { session, ticket, agent, caller, tenant, expiresAt };
};
