/**
 * The dialects that clients may speak. A new one is a folder beside this file and a line in the list.
 */
import { type GatewayError, gatewayError } from "../base/errors.ts";
import { err, ok, type Result } from "../base/result.ts";
import { antiphonV1 } from "./antiphon-v1/index.ts";
import type { Dialect } from "./dialect.ts";

/** In order of preference; the first is also what a client speaks that names none. */
const DIALECTS = [antiphonV1] as const satisfies readonly Dialect[];

/** The names that `Sec-WebSocket-Protocol` may offer. */
export const DIALECT_NAMES: readonly string[] = DIALECTS.map((dialect) => dialect.name);

/** What a `Sec-WebSocket-Protocol` header offers, in the client's order of preference (RFC 6455 section 1.9). */
export const offeredProtocols = (header: string | null): readonly string[] =>
  (header ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");

/**
 * The dialect for a client with this `Sec-WebSocket-Protocol` header: the first it offers that is ours. A client that
 * offers nothing, as simple tools do, gets our first. `bad_request` when it offers others only.
 */
export const dialectFor = (header: string | null): Result<Dialect, GatewayError> => {
  const offered = offeredProtocols(header);
  if (offered.length === 0) return ok(DIALECTS[0]);
  for (const name of offered) {
    const dialect = DIALECTS.find((known) => known.name === name);
    if (dialect !== undefined) return ok(dialect);
  }
  return err(gatewayError("bad_request", `Sec-WebSocket-Protocol: offer ${DIALECT_NAMES.join(" or ")}`));
};
