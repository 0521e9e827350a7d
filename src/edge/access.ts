/**
 * Who may come in: by API key, by ticket, and, on a developer's machine only, by being at home there.
 */
import type { GatewayConfig } from "../base/config.ts";
import { type GatewayError, gatewayError } from "../base/errors.ts";
import { isAddress, isLoopbackHost } from "../base/loopback.ts";
import { err, ok, type Result } from "../base/result.ts";
import { bearerOf, isApiKey } from "./api-keys.ts";

/** Whether a request may use the API. A key that is given must be right, also where none would be needed. */
export const admitToApi = (request: Request, config: GatewayConfig): Result<null, GatewayError> => {
  const authorization = request.headers.get("authorization");
  if (authorization === null && isAtHome(request, config)) return ok(null);
  const key = bearerOf(authorization ?? undefined);
  if (key !== null && isApiKey(key, config.apiKeys)) return ok(null);
  return err(
    gatewayError(
      "unauthorized",
      authorization === null
        ? "send Authorization: Bearer <API key>"
        : key === null
          ? "Authorization: expected Bearer and one API key"
          : "Authorization: not one of this gateway's API keys",
    ),
  );
};

/**
 * Whether a page or program may open a WebSocket here. Browsers always send an Origin, others need not; the ticket is
 * what proves anything, this keeps stray pages from using one that leaked. `null` (sandboxes, files) is no origin.
 */
export const admitOrigin = (request: Request, config: GatewayConfig): Result<null, GatewayError> => {
  const origin = request.headers.get("origin");
  if (origin === null || origin === ownOrigin(request) || config.allowedOrigins.includes(origin))
    return ok(null);
  return err(gatewayError("origin_forbidden", "ALLOWED_ORIGINS names the origins that may"));
};

/**
 * In development the gateway's own page, and programs on the same machine, need no key.
 *
 * A page counts as ours by its Origin, or, for requests that carry none, by the browser's word that it is same-origin.
 * That alone is not enough: a stranger's page can have its own name resolve to this machine (DNS rebinding) and is then
 * same-origin with us. So the host must be this machine, or an address, or an origin that ALLOWED_ORIGINS names.
 */
const isAtHome = (request: Request, config: GatewayConfig): boolean => {
  if (config.environment !== "development") return false;
  const { hostname } = new URL(request.url);
  const own = ownOrigin(request);
  const origin = request.headers.get("origin");
  const site = request.headers.get("sec-fetch-site");
  const trustedHost = isLoopbackHost(hostname) || isAddress(hostname) || config.allowedOrigins.includes(own);
  if (origin !== null) return origin === own && trustedHost;
  if (site !== null && site !== "none") return site === "same-origin" && trustedHost;
  // Not a page. `wrangler dev` and Cloudflare name the peer; without that word the host must do.
  const peer = request.headers.get("cf-connecting-ip");
  return isLoopbackHost(hostname) && (peer === null || isLoopbackHost(peer));
};

const ownOrigin = (request: Request): string => new URL(request.url).origin;
