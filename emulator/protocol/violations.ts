/**
 * What Nova Sonic says when a client breaks its rules. `message` goes out in AWS's words; `why` is for the person who
 * reads the trace, since AWS's words often do not tell.
 */
import type { ExceptionType } from "../seams.ts";

export interface Violation {
  readonly exception: ExceptionType;
  readonly message: string;
  readonly why: string;
}

const violation =
  (message: string) =>
  (why: string): Violation => ({ exception: "validationException", message, why });

/** Observed for whatever has no words of its own. */
export const invalidRequest = violation("Invalid input request, please fix your input and try again");
/** Observed for events that are not JSON, hold control characters, or are too large. */
export const invalidBytes = violation("Invalid event bytes");
export const historyTooLate = violation("Chat history should be sent completely before streaming audio.");
export const historyFirstAssistant = violation(
  "First message in chat history should not be Assistant. Deserialization error: please check the chat history.",
);
export const historyTooLarge = violation("Chat history is over max limit");
export const invalidVoice = violation("Received invalid voiceId");
export const toolResultParsing = violation("Tool Response parsing error");
export const toolResultMediaType = violation("Tool result media type must be one of: [text/plain]");
export const noPrompts = violation("No prompts were received in the sequence");
/** Words of Bedrock's request validation, as for every pattern in its model. */
export const toolName = (name: string, index: number): Violation => ({
  exception: "validationException",
  message: `1 validation error detected: Value '${name}' at 'toolConfiguration.tools.${index + 1}.member.toolSpec.name' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+`,
  why: `tool name ${JSON.stringify(name)} has a character that is not allowed`,
});

/** Observed since September 2026. */
export const noInput: Violation = {
  exception: "validationException",
  message:
    "Timed out waiting for audio bytes or interactive content. Please ensure gaps between audio bytes and interactive content are less than 55 seconds.",
  why: "no audio and no typed text for 55 s",
};

/** The 531 error that clients meet when Bedrock resets a stream. */
export const INTERNAL_531 = "InternalErrorCode=531::RST_STREAM closed stream. HTTP/2 error code: NO_ERROR";

/** What each exception says when a fault does not say. */
export const USUAL_WORDS: Readonly<Record<ExceptionType, string>> = {
  validationException: "Invalid input request, please fix your input and try again",
  modelStreamErrorException: "System instability detected. Please retry your request.",
  modelTimeoutException: "Model has timed out in processing the request. Try your request again.",
  throttlingException: "Too many requests, please wait before trying again.",
  internalServerException:
    "The system encountered an unexpected error during processing. Try your request again.",
  serviceUnavailableException: "Bedrock is unable to process your request.",
};
