/**
 * Every way a speech model's door says no, and what is done about it: one table for both doors, as data. What is not in
 * it is judged by `judge-failure.ts` from how far the stream had come.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModelWithBidirectionalStream.html
 * https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/runtime-troubleshooting.html
 */

export const ACTIONS = {
  /** The stream is still good: it goes on, and the log is told. */
  in_place: { end: null, words: "the stream goes on" },
  /** The stream is gone and nothing else: a fresh one takes over, with what was said. */
  hand_over: { end: "lost", words: "a fresh stream takes over" },
  /** The service is ill where we asked: the next region is asked, and this one is passed over for a while. */
  next_region: { end: "unreachable", words: "the next region is asked" },
  /** There is no room for us: another region is asked if there is one, and this one later. */
  shed_load: { end: "busy", words: "no room: another region, or later" },
  /** It would go the same way every time: the session ends, and says why. */
  stop: { end: "refused", words: "the session ends and says why" },
  /** What was said was refused: it is not said again, and the agent apologises. */
  filtered: { end: "filtered", words: "what was said is dropped, the agent says sorry" },
} as const;
export type Action = keyof typeof ACTIONS;

export interface Ruling {
  readonly action: Action;
  /** For whoever reads the log; "" where AWS's own words do. */
  readonly hint: string;
  /** Of a stream that was to be opened: as many are open as the account may have. Who counts the streams learns from it. */
  readonly crowded?: true;
}
const ruling = (action: Action, hint = ""): Ruling => ({ action, hint });
const crowded = (hint = ""): Ruling => ({ action: "shed_load", hint, crowded: true });

/** Exceptions and error codes: at the door and in the stream, by name without "Exception", compared in lower case. */
export const BY_NAME: Readonly<Record<string, Ruling>> = {
  Throttling: crowded(),
  TooManyRequests: crowded(),
  ServiceQuotaExceeded: crowded("a quota of the account is used up"),
  RetryableConflict: ruling("shed_load", "another operation on the same runtime session is in progress"),
  ModelNotReady: ruling("next_region"),
  ServiceUnavailable: ruling("next_region"),
  InternalServer: ruling("next_region"),
  InternalFailure: ruling("next_region"),
  ModelTimeout: ruling("hand_over"),
  ModelError: ruling("hand_over"),
  ModelStreamError: ruling("hand_over"),
  RuntimeClient: ruling("hand_over", "the hosted agent itself failed; its log group in CloudWatch says why"),
  RequestTimeout: ruling("hand_over"),
  AccessDenied: ruling(
    "stop",
    "the credentials need bedrock:InvokeModelWithBidirectionalStream, or for a hosted agent bedrock-agentcore:InvokeAgentRuntimeWithWebSocketStream",
  ),
  Unauthorized: ruling("stop"),
  ExpiredToken: ruling("stop", "the credentials have expired"),
  UnrecognizedClient: ruling("stop", "AWS does not know the access key, or the session token"),
  InvalidClientTokenId: ruling("stop", "AWS does not know the access key"),
  InvalidSignature: ruling("stop", "the secret is not the key's, or our clock is wrong"),
  SignatureDoesNotMatch: ruling("stop", "the secret is not the key's"),
  IncompleteSignature: ruling("stop"),
  MissingAuthenticationToken: ruling("stop"),
  OptInRequired: ruling("stop", "the account has not subscribed to the service"),
  ResourceNotFound: ruling("stop", "no such model, runtime or endpoint (qualifier) in this region"),
  Conflict: ruling("stop"),
};

/** What validation exceptions say, and what filters say under any name. First match first, compared in lower case. */
export const BY_WORDS: readonly (readonly [words: string, ruling: Ruling])[] = [
  ["content filter", ruling("filtered")],
  ["guardrail", ruling("filtered")],
  ["responsible ai", ruling("filtered")],
  ["Tool Response parsing error", ruling("in_place", "our answer to a tool use was not JSON to the model")],
  // The number of seconds varies by model, the beginning does not.
  ["Timed out waiting", ruling("hand_over", "the stream heard nothing for too long")],
  ["InternalErrorCode=531", ruling("hand_over")],
  ["System instability detected", ruling("hand_over")],
  ["invalid voiceId", ruling("stop")],
  ["First message in chat history", ruling("stop")],
  ["Chat history", ruling("stop")],
  ["Tool result media type", ruling("stop")],
  ["No prompts were received", ruling("stop")],
  ["regular expression pattern", ruling("stop", "a tool's name, most likely")],
];
/** These are looked for under any name; the others in validation exceptions only. */
export const FILTER_WORDS: readonly string[] = BY_WORDS.filter(([, { action }]) => action === "filtered").map(
  ([words]) => words,
);

/** HTTP statuses of a door that stays shut, when the refusal carries no name we know. */
export const BY_STATUS: Readonly<Record<number, Ruling>> = {
  400: ruling("stop"),
  401: ruling("stop"),
  402: crowded("a quota of the account is used up"),
  403: ruling("stop"),
  404: ruling("stop", "no such model, runtime or endpoint (qualifier) in this region"),
  408: ruling("hand_over"),
  // Without its name it is taken for the kind that passes: the other costs a few attempts.
  409: ruling("shed_load", "another operation on the same runtime session is in progress"),
  424: ruling("hand_over", "the model or the hosted agent itself failed"),
  429: crowded(),
  500: ruling("next_region"),
  502: ruling("next_region"),
  503: ruling("next_region"),
  504: ruling("next_region"),
};
/** All other statuses: an answer that is no upgrade will be none the next time. */
export const OTHER_STATUS = { below500: ruling("stop"), from500: ruling("next_region") } as const;

/**
 * Close codes (RFC 6455 section 7.4.1): right after the prologue, and at any other time. What a model will not take from
 * the start it will not take from the next stream either.
 */
export const BY_CLOSE: Readonly<
  Record<number, { readonly atFirst: Action; readonly later: Action; readonly hint: string }>
> = {
  1000: { atFirst: "hand_over", later: "hand_over", hint: "" },
  1001: { atFirst: "hand_over", later: "hand_over", hint: "the other side goes away" },
  1002: {
    atFirst: "stop",
    later: "hand_over",
    hint: "the other side found a fault in our WebSocket protocol",
  },
  1006: { atFirst: "hand_over", later: "hand_over", hint: "" },
  1008: { atFirst: "stop", later: "hand_over", hint: "a limit or policy of the other side" },
  1009: { atFirst: "stop", later: "hand_over", hint: "a message was too big for the other side" },
  1011: { atFirst: "hand_over", later: "hand_over", hint: "the other side failed" },
  1012: { atFirst: "shed_load", later: "shed_load", hint: "the other side restarts" },
  1013: { atFirst: "shed_load", later: "shed_load", hint: "the other side asks to come back later" },
};
export const OTHER_CLOSE = { atFirst: "hand_over", later: "hand_over", hint: "" } as const;
/** Reasons that make a close with 1008 one for want of room. */
export const CROWDED = /throttl|rate|too many|quota|limit exceeded|busy/i;

/** What happens to the socket itself, or before there is one. */
export const BY_LINE = {
  no_answer: { action: "next_region", told: "no answer in time" },
  not_connected: { action: "next_region", told: "the connection could not be made" },
  broken_off: { action: "hand_over", told: "broken off, by the other side or on the way" },
  takes_no_more: { action: "hand_over", told: "the socket takes no more" },
  unreadable: { action: "hand_over", told: "what came cannot be read: damaged event-stream messages" },
  agent_stopped: { action: "hand_over", told: "the hosted agent ended the connection" },
  foreign_audio: { action: "stop", told: "the hosted agent speaks an audio format that cannot be played" },
  bad_endpoint: { action: "stop", told: "region or endpoint setting make no URL" },
  credentials_late: { action: "hand_over", told: "STS gave no credentials, and may do so later" },
  credentials_denied: { action: "stop", told: "there are no credentials, and will be none" },
} as const satisfies Record<string, { readonly action: Action; readonly told: string }>;
export type LineFailure = keyof typeof BY_LINE;
