/**
 * API keys: who may make sessions, server to server.
 */
import { createHash, timingSafeEqual } from "node:crypto";

/** The key of an `Authorization: Bearer …` header (RFC 6750 section 2.1); null when there is none of that form. */
export const bearerOf = (authorization: string | undefined): string | null =>
  /^bearer +([\x21-\x7e]+) *$/i.exec(authorization ?? "")?.[1] ?? null;

/**
 * Whether `presented` is one of `keys`. Both sides are hashed, so that length and content take the same time, and all
 * keys are looked at, so that time does not tell which one came near.
 */
export const isApiKey = (presented: string, keys: readonly string[]): boolean => {
  const hash = sha256(presented);
  let found = false;
  for (const key of keys) found = timingSafeEqual(hash, sha256(key)) || found;
  return found;
};

const sha256 = (text: string): Buffer => createHash("sha256").update(text).digest();
