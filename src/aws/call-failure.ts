/**
 * Why an HTTP call came to nothing, sorted by what can be done about it.
 */

/** All words in it are redacted and short. */
export type CallFailure =
  /** Somebody answered, and the answer was no. */
  | {
      readonly type: "refused";
      readonly kind: RefusalKind;
      /** HTTP status. */
      readonly status: number;
      /** `x-amzn-errortype` without what follows a colon in it; "" when there is none. */
      readonly errorType: string;
      readonly message: string;
      /** Ms after which the other side says it may be asked again; null when it does not say. */
      readonly retryAfterMs: number | null;
    }
  /** Nobody answered, or the answer broke off. */
  | { readonly type: "unreachable"; readonly cause: string }
  | { readonly type: "timeout" }
  | { readonly type: "aborted" }
  | { readonly type: "too_large"; readonly cause: string }
  /** An answer came, and it cannot be read. */
  | { readonly type: "unreadable"; readonly cause: string };

export type RefusalKind =
  /** What was asked is malformed or not known there: asking again is no use. */
  | "invalid"
  /** Credentials are missing, expired or not allowed. */
  | "denied"
  /** A quota of the account is used up: 402, or 400 with that name. */
  | "quota"
  /** Somebody else is at it: ask again in a moment. */
  | "conflict"
  | "throttled"
  /** The model or the agent behind the service failed: 424. */
  | "inner"
  /** A redirect, which is never followed: a signature and a token are for one host. */
  | "moved"
  /** The service itself failed or is not ready. */
  | "server";

/** Names decide before statuses: Bedrock says "model not ready" with the status of throttling. */
const BY_NAME: readonly (readonly [RegExp, RefusalKind])[] = [
  [/^Throttl(?:ing|ed)|TooManyRequests/, "throttled"],
  [/^ServiceQuotaExceeded/, "quota"],
  [/^ModelNotReady|^ModelTimeout|^ServiceUnavailable|^InternalServer|^InternalFailure/, "server"],
  [/^ModelError|^ModelStreamError|^RuntimeClientError/, "inner"],
  [/^AccessDenied|^Unauthorized|^UnrecognizedClient|^ExpiredToken|Signature|^MissingAuth/, "denied"],
  [/Conflict/, "conflict"],
  [/^Validation|^ResourceNotFound|^Serialization/, "invalid"],
];

const BY_STATUS: Readonly<Record<number, RefusalKind>> = {
  401: "denied",
  402: "quota",
  403: "denied",
  408: "server",
  409: "conflict",
  424: "inner",
  429: "throttled",
};

/** What a refusal means, by AWS's name for it and else by HTTP's number. */
export const refusalKind = (status: number, errorType: string): RefusalKind => {
  const named = BY_NAME.find(([name]) => name.test(errorType));
  if (named) return named[1];
  const known = BY_STATUS[status];
  if (known) return known;
  if (status >= 300 && status < 400) return "moved";
  return status >= 500 ? "server" : "invalid";
};

/** One line for a log. */
export const describeCallFailure = (failure: CallFailure): string => {
  switch (failure.type) {
    case "refused":
      return [`HTTP ${failure.status}`, failure.errorType, failure.message]
        .filter((part) => part !== "")
        .join(" ");
    case "timeout":
      return "no answer in time";
    case "aborted":
      return "called off";
    default:
      return `${failure.type}: ${failure.cause}`;
  }
};
