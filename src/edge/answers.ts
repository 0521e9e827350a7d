/**
 * What every answer has in common: JSON, headers that keep browsers and caches out of it, errors from the one table.
 */
import { ERRORS, type GatewayError, publicBody } from "../base/errors.ts";
import { LIMITS } from "../base/limits.ts";

/** Answers hold identities, transcripts and tickets: no cache keeps them, no page frames them, no script comes with them. */
const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
} as const;

type Extra = Readonly<Record<string, string>>;

export const json = (body: unknown, status = 200, extra: Extra = {}): Response =>
  sealed(JSON.stringify(body), status, extra);

/** A body that is JSON already. */
export const sealed = (body: string | ReadableStream | null, status: number, extra: Extra = {}): Response =>
  new Response(body, {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...HEADERS, ...extra },
  });

export const empty = (status: 204, extra: Extra = {}): Response =>
  new Response(null, { status, headers: { ...HEADERS, ...extra } });

export const failure = (error: GatewayError, extra: Extra = {}): Response => {
  const { status } = ERRORS[error.code];
  return json(publicBody(error), status, { ...ERROR_HEADERS[error.code], ...extra });
};

/** Headers that HTTP has for certain statuses (RFC 9110 sections 10.2.3, 11.6.1 and 15.5.22, RFC 6750 section 3). */
const ERROR_HEADERS: { readonly [code in GatewayError["code"]]?: Extra } = {
  unauthorized: { "www-authenticate": 'Bearer realm="antiphon"' },
  upgrade_required: { upgrade: "websocket" },
  overloaded: { "retry-after": String(Math.ceil(LIMITS.overloadedRetryMs / 1000)) },
};
