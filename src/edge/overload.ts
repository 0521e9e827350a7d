/**
 * What the platform throws when a session's object cannot be asked: not a fault of ours, and over soon.
 * https://developers.cloudflare.com/durable-objects/best-practices/error-handling/
 */
import { causeText } from "../base/cause.ts";
import { type GatewayError, gatewayError } from "../base/errors.ts";

/**
 * `overloaded` for an object with too many requests queued (`.overloaded`) and for one that moved, restarted or was out
 * of reach for a moment (`.retryable`); null for any other error, which is a bug.
 */
export const overloadOf = (thrown: unknown): GatewayError | null =>
  isMarked(thrown, "overloaded") || isMarked(thrown, "retryable")
    ? gatewayError("overloaded", undefined, causeText(thrown))
    : null;

const isMarked = (thrown: unknown, mark: "overloaded" | "retryable"): boolean =>
  typeof thrown === "object" && thrown !== null && (thrown as Record<string, unknown>)[mark] === true;
