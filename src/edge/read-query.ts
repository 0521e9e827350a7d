/**
 * The query of an address, read strictly: a name that is misspelt, said twice or badly encoded is a mistake to hear of.
 * With `URLSearchParams` it would be passed over, and a request would mean something else than its sender meant.
 */
import { type GatewayError, gatewayError } from "../base/errors.ts";
import { err, ok, type Result } from "../base/result.ts";

/** Names and values, as a form encodes them (`+` is a space). */
export const readQuery = (request: Request): Result<Readonly<Record<string, string>>, GatewayError> => {
  const members = new Map<string, string>();
  for (const pair of new URL(request.url).search.slice(1).split("&")) {
    if (pair === "") continue;
    const [name, ...value] = pair.split("=").map(decoded);
    if (name == null || value.includes(null)) return wrong("not valid percent-encoding of UTF-8");
    if (members.has(name)) return wrong(`${JSON.stringify(name)} stands there twice`);
    members.set(name, value.join("="));
  }
  return ok(Object.fromEntries(members));
};

const wrong = (why: string): Result<never, GatewayError> => err(gatewayError("bad_request", `query: ${why}`));

const decoded = (text: string): string | null => {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return null;
  }
};
