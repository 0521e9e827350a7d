/**
 * Who is calling a service: a Signature Version 4 over headers and body, or a bearer token.
 */
import { sameText } from "../auth/compare.ts";
import { type SigningService, type Verifier, verifyRequest } from "../auth/request-signature.ts";
import type { ReceivedRequest } from "../auth/signature-parts.ts";
import type { Refusal } from "../doors/refusal.ts";
import { err, ok, type Result } from "../result.ts";

/** Accepted as a bearer token when nothing else is said: it opens nothing at AWS. */
export const DEFAULT_BEARER_TOKEN = "emulator-bearer-token-not-for-aws";

export interface Gatekeeper {
  readonly verifier: Verifier;
  readonly bearerTokens: readonly string[];
}

export interface Caller {
  readonly type: "signature" | "bearer";
  /** Of the signature's scope; undefined with a bearer token, which names none. */
  readonly region?: string;
  /** Of a signature. */
  readonly accessKeyId?: string;
}

/** The token of `Authorization: Bearer …`; undefined when the request has another kind of authorization, or none. */
export function bearerToken(request: ReceivedRequest): string | undefined {
  return /^bearer +(.*)$/i.exec(request.headers.authorization ?? "")?.[1];
}

export const isKnownToken = (token: string, gatekeeper: Gatekeeper): boolean =>
  gatekeeper.bearerTokens.some((known) => sameText(known, token));

/** @param wrongToken What the service says to a token it does not know. */
export async function authenticate(
  request: ReceivedRequest,
  gatekeeper: Gatekeeper,
  service: SigningService,
  wrongToken: Refusal,
): Promise<Result<Caller, Refusal>> {
  const token = bearerToken(request);
  if (token !== undefined) return isKnownToken(token, gatekeeper) ? ok({ type: "bearer" }) : err(wrongToken);
  const verified = await verifyRequest(request, gatekeeper.verifier, service);
  if (!verified.ok) return verified;
  const { region, accessKeyId } = verified.value;
  return ok({ type: "signature", region, accessKeyId });
}
