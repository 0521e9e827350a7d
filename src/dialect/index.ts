/**
 * The dialects that clients may speak. A new one is a folder beside this file and a line in the list.
 */
import { antiphonV1 } from "./antiphon-v1/index.ts";
import type { Dialect } from "./dialect.ts";

/** In order of preference; the first is also what a client speaks that names none. */
const DIALECTS = [antiphonV1] as const satisfies readonly Dialect[];

/** The names that `Sec-WebSocket-Protocol` may offer. */
export const DIALECT_NAMES: readonly string[] = DIALECTS.map((dialect) => dialect.name);

/**
 * The dialect for a client that offers these subprotocols (RFC 6455 section 1.9: in its order of preference). A client
 * that offers none, as simple tools do, gets the first. Null when it offers some, but none of ours.
 */
export const dialectFor = (protocols: readonly string[]): Dialect | null => {
  if (protocols.length === 0) return DIALECTS[0];
  for (const name of protocols) {
    const dialect = DIALECTS.find((known) => known.name === name);
    if (dialect !== undefined) return dialect;
  }
  return null;
};
