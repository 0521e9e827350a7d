/**
 * What the platform throws when a session's object cannot be asked: not a fault of ours, and over soon.
 * https://developers.cloudflare.com/durable-objects/best-practices/error-handling/
 */
import { causeText } from "../base/cause.ts";
import { type GatewayError, gatewayError } from "../base/errors.ts";

/**
 * The marks of an object with too many requests queued, of one that moved, restarted or was out of reach for a moment, and
 * of one that was lost under its question: an aborted object's error carries this mark only.
 */
const MARKS = ["overloaded", "retryable", "durableObjectReset"] as const;

/** `overloaded` for what the platform marks so; null for any other error, which is a bug. */
export const overloadOf = (thrown: unknown): GatewayError | null =>
  MARKS.some((mark) => isMarked(thrown, mark))
    ? gatewayError("overloaded", undefined, causeText(thrown))
    : null;

const isMarked = (thrown: unknown, mark: (typeof MARKS)[number]): boolean =>
  typeof thrown === "object" && thrown !== null && (thrown as Record<string, unknown>)[mark] === true;
