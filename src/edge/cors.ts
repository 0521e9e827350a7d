/**
 * Cross-origin requests: nobody's by default. Origins that ALLOWED_ORIGINS names get what their pages need and no
 * more: no credentials (there are no cookies here), no wildcard. Keys do not belong into pages; this is for pages
 * behind an operator's own login that hold a key for their session, and for reading answers' errors.
 */
import type { GatewayConfig } from "../base/config.ts";

/** Browsers may believe a preflight's answer this long, in seconds. */
const PREFLIGHT_SECONDS = 600;

const allowedOrigin = (request: Request, config: GatewayConfig): string | null => {
  const origin = request.headers.get("origin");
  return origin !== null && config.allowedOrigins.includes(origin) ? origin : null;
};

/** Headers for the answer to a preflight (Fetch standard, CORS protocol); none for other origins. */
export const preflightHeaders = (
  request: Request,
  config: GatewayConfig,
  methods: string,
): Readonly<Record<string, string>> =>
  allowedOrigin(request, config) === null || !request.headers.has("access-control-request-method")
    ? {}
    : {
        "access-control-allow-methods": methods,
        "access-control-allow-headers": "authorization, content-type",
        "access-control-max-age": String(PREFLIGHT_SECONDS),
      };

/** `response` with the headers that let an allowed origin read it. A switched protocol has no readers. */
export const withCors = (request: Request, config: GatewayConfig, response: Response): Response => {
  if (response.status === 101 || config.allowedOrigins.length === 0) return response;
  response.headers.append("vary", "origin");
  const origin = allowedOrigin(request, config);
  if (origin !== null) {
    response.headers.set("access-control-allow-origin", origin);
    response.headers.set("access-control-expose-headers", "location, retry-after");
  }
  return response;
};
