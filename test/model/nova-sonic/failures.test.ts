import { describe, expect, it } from "vitest";
import { judgeFailure, judgeRefusal } from "../../../src/model/nova-sonic/failures.ts";

describe("a failure in the stream", () => {
  it.each([
    ["throttlingException", "Too many requests", "busy"],
    ["serviceUnavailableException", "", "busy"],
    ["serviceQuotaExceededException", "", "busy"],
    ["modelNotReadyException", "", "busy"],
    ["internalServerException", "x", "lost"],
    ["modelTimeoutException", "x", "lost"],
    ["modelStreamErrorException", "x", "lost"],
    ["InternalError", "An internal server error occurred", "lost"],
    ["somethingNewException", "x", "lost"],
    ["", "", "lost"],
    ["accessDeniedException", "x", "refused"],
    ["expiredTokenException", "x", "refused"],
    ["validationException", "Timed out waiting for audio bytes or interactive content. Please …", "lost"],
    ["validationException", "Timed out waiting for input events", "lost"],
    [
      "validationException",
      "InternalErrorCode=531::RST_STREAM closed stream. HTTP/2 error code: NO_ERROR",
      "lost",
    ],
    ["validationException", "System instability detected. Please retry your request.", "lost"],
    ["validationException", "The text was blocked by our content filters", "lost"],
    ["validationException", "Received invalid voiceId", "refused"],
    [
      "validationException",
      "First message in chat history should not be Assistant. Deserialization error",
      "refused",
    ],
    ["validationException", "Chat history is over max limit", "refused"],
    ["validationException", "Chat history should be sent completely before streaming audio.", "refused"],
    ["validationException", "Tool result media type must be one of: [text/plain]", "refused"],
  ])("%s %j is %s", (name, message, verdict) => {
    for (const stage of ["begun", "worked"] as const)
      expect(judgeFailure({ name, message }, stage)?.type).toBe(verdict);
  });

  it("leaves the stream be when only a tool's result was not understood", () => {
    const failure = { name: "validationException", message: "Tool Response parsing error" };
    expect(judgeFailure(failure, "worked")).toBe(null);
  });

  it("of unknown words refuses a stream that never worked, and loses one that did", () => {
    const failure = { name: "validationException", message: "Session exceeded what nobody documented" };
    expect(judgeFailure(failure, "begun")?.type).toBe("refused");
    expect(judgeFailure(failure, "worked")?.type).toBe("lost");
  });
});

describe("a failure in a stream that was told nothing yet", () => {
  it.each([
    "Timed out waiting for audio bytes or interactive content. Please …",
    "No prompts were received in the input",
    "words that nobody has seen",
  ])("is no reason to give up when AWS says %j", (message) => {
    expect(judgeFailure({ name: "validationException", message }, "waiting")?.type).toBe("lost");
  });

  it("is one when it is about who we are", () => {
    const failure = { name: "accessDeniedException", message: "no" };
    expect(judgeFailure(failure, "waiting")?.type).toBe("refused");
  });
});

describe("a refusal at the door", () => {
  it.each([
    [403, "AccessDeniedException", "refused"],
    [403, "UnrecognizedClientException", "refused"],
    [403, "ExpiredTokenException", "refused"],
    [400, "ValidationException", "refused"],
    [400, "ServiceQuotaExceededException", "busy"],
    [404, "ResourceNotFoundException", "refused"],
    [429, "ThrottlingException", "busy"],
    [429, "ModelNotReadyException", "busy"],
    [424, "ModelErrorException", "lost"],
    [408, "ModelTimeoutException", "lost"],
    [500, "InternalServerException", "lost"],
    [503, "ServiceUnavailableException", "busy"],
    [429, "com.amazon.coral.service#ThrottlingException", "busy"],
    [403, "", "refused"],
    [429, "", "busy"],
    [503, "", "busy"],
    [502, "", "lost"],
    [408, "", "lost"],
    [302, "", "refused"],
    [200, "", "refused"],
  ])("with HTTP %d %s is %s", (status, errorType, verdict) => {
    const end = judgeRefusal({ type: "refused", status, errorType, message: "m" });
    expect(end.type).toBe(verdict);
    expect(end.type !== "finished" && end.cause).toContain(`HTTP ${status}`);
  });

  it("is none when nobody answered", () => {
    expect(judgeRefusal({ type: "unreachable", cause: "no route" })).toEqual({
      type: "unreachable",
      cause: "no route",
    });
  });
});
