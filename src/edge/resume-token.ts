/**
 * Resume tokens: with one, a client that lost its socket comes back to its session, as often as it must. Signed like
 * a ticket, and no ticket. What a client may do with it says the session's object: the token proves whose client it is.
 */
import * as z from "zod";
import { type GatewayError, gatewayError } from "../base/errors.ts";
import { LIMITS } from "../base/limits.ts";
import { err, ok, type Result } from "../base/result.ts";
import { openToken, signToken } from "./signed-token.ts";

const VERSION = "ar1";

/** The session, and when the token is no longer valid (ms since the Unix epoch). */
const claimsSchema = z.tuple([z.uuid(), z.int().min(0)]);

/** When a token made at `now` ends (ms): no session of at most `sessionMs` lives longer, however late its client joins. */
export const resumeTokenEnd = (now: number, sessionMs: number): number => now + LIMITS.ticketMs + sessionMs;

export const issueResumeToken = (session: string, expiresAt: number, secret: string): string => {
  const fields: z.infer<typeof claimsSchema> = [session, expiresAt];
  return signToken(VERSION, fields, secret);
};

/**
 * Whether `token` lets a client back to `session` at `now` (ms). `resume_invalid` for anything not signed by us or
 * signed for another session; `session_ended` for a token that has outlived the longest session there can be.
 */
export const verifyResumeToken = (
  token: string,
  session: string,
  secret: string,
  now: number,
): Result<null, GatewayError> => {
  const invalid = (cause: string) => err(gatewayError("resume_invalid", undefined, cause));
  const opened = openToken(VERSION, token, secret);
  if (!opened.ok) return invalid(opened.error);
  const parsed = claimsSchema.safeParse(opened.value);
  if (!parsed.success) return invalid("signed, but without the claims of a resume token");
  const [owner, expiresAt] = parsed.data;
  if (owner !== session) return invalid("made for another session");
  return now >= expiresAt ? err(gatewayError("session_ended")) : ok(null);
};
