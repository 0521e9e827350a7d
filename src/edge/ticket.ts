/**
 * Tickets: short-lived signed tokens with which a client opens the one session it was made for.
 */
import * as z from "zod";
import { type GatewayError, gatewayError } from "../base/errors.ts";
import { err, ok, type Result } from "../base/result.ts";
import { openToken, signToken } from "./signed-token.ts";

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

export const issueTicket = (claims: TicketClaims, secret: string): string => {
  const { session, ticket, agent, caller, tenant, expiresAt } = claims;
  const fields: z.infer<typeof claimsSchema> = [session, ticket, agent, caller, tenant, expiresAt];
  return signToken(VERSION, fields, secret);
};

/**
 * The claims of a ticket for `session` at `now` (ms). `ticket_invalid` for anything not signed by us or signed for
 * another session, `ticket_expired` for what was once right.
 */
export const verifyTicket = (
  token: string,
  session: string,
  secret: string,
  now: number,
): Result<TicketClaims, GatewayError> => {
  const invalid = (cause: string) => err(gatewayError("ticket_invalid", undefined, cause));
  const opened = openToken(VERSION, token, secret);
  if (!opened.ok) return invalid(opened.error);
  const parsed = claimsSchema.safeParse(opened.value);
  if (!parsed.success) return invalid("signed, but without the claims of a ticket");
  const [owner, ticket, agent, caller, tenant, expiresAt] = parsed.data;
  if (owner !== session) return invalid("made for another session");
  if (now >= expiresAt) return err(gatewayError("ticket_expired"));
  return ok({ session, ticket, agent, caller, tenant, expiresAt });
};
