/**
 * Tokens that the gateway signs for itself. A format of our own, so small that there is nothing to choose: one
 * algorithm (HMAC-SHA-256, RFC 2104), no header to lie in. The version names the kind of token and is signed with it,
 * so that one kind never passes for another.
 *
 *     <version>.<claims>.<mac>     claims: base64url of JSON, mac: base64url of the HMAC over "<version>.<claims>"
 */
import { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Json } from "../base/json.ts";
import { LIMITS } from "../base/limits.ts";
import { err, ok, type Result } from "../base/result.ts";

/** A signed token. Its characters may stand in a URL and in a subprotocol's name. */
export const signToken = (version: string, claims: Json, secret: string): string => {
  const signed = `${version}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}`;
  return `${signed}.${macOf(signed, secret)}`;
};

/**
 * What was signed; the error says for the log why it is not ours. Nothing of the claims is read before the signature
 * holds, and they are still to be parsed.
 */
export const openToken = (version: string, token: string, secret: string): Result<unknown, string> => {
  if (token.length > LIMITS.ticketChars) return err("too long");
  const [kind, encoded, mac, ...rest] = token.split(".");
  if (kind !== version || encoded === undefined || mac === undefined || rest.length > 0)
    return err(`not of the form of ${version}`);
  if (!sameText(mac, macOf(`${version}.${encoded}`, secret))) return err("signature does not match");
  try {
    return ok(JSON.parse(Buffer.from(encoded, "base64url").toString()));
  } catch {
    return err("signed, but not JSON");
  }
};

const macOf = (signed: string, secret: string): string =>
  createHmac("sha256", secret).update(signed).digest("base64url");

/** Compares the encoded form, which is one for each MAC; the length is no secret. */
const sameText = (presented: string, right: string): boolean => {
  const [a, b] = [Buffer.from(presented), Buffer.from(right)];
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
};
