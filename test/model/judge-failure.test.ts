import { describe, expect, it } from "vitest";
import { judgeClose, judgeFailure, judgeRefusal, lineFailure } from "../../src/model/judge-failure.ts";

describe("a failure in the stream", () => {
  it.each([
    ["validationException", "Timed out waiting for audio bytes or interactive content. Please …", "lost"],
    ["validationException", "Timed out waiting for input events", "lost"],
    ["validationException", "InternalErrorCode=531::RST_STREAM closed stream.", "lost"],
    ["modelStreamErrorException", "System instability detected. Please retry your request.", "lost"],
    ["validationException", "Received invalid voiceId", "refused"],
    ["validationException", "First message in chat history should not be Assistant. …", "refused"],
    ["validationException", "Chat history is over max limit", "refused"],
    ["validationException", "Chat history should be sent completely before streaming audio.", "refused"],
    ["validationException", "Tool result media type must be one of: [text/plain]", "refused"],
    ["validationException", "… Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+", "refused"],
    ["internalServerException", "x", "unreachable"],
    ["InternalError", "An internal server error occurred", "lost"],
    ["somethingNewException", "x", "lost"],
    ["", "", "lost"],
  ])("%s %j is %s", (name, message, verdict) => {
    for (const stage of ["begun", "worked"] as const)
      expect(judgeFailure({ name, message }, stage)?.type).toBe(verdict);
  });

  it.each([
    ["validationException", "The text was blocked by our content filters"],
    ["modelErrorException", "Blocked by our Content Filters."],
    ["", "The guardrail intervened"],
  ])("%s %j is a filter's, however far the stream had come", (name, message) => {
    for (const stage of ["waiting", "begun", "worked"] as const)
      expect(judgeFailure({ name, message }, stage)?.type).toBe("filtered");
  });

  it("leaves the stream be when only a tool's result was not understood", () => {
    const failure = { name: "validationException", message: "Tool Response parsing error" };
    expect(judgeFailure(failure, "worked")).toBe(null);
  });

  it("of unknown words refuses a stream that never worked, and loses one that did", () => {
    const failure = { name: "validationException", message: "Invalid input request, please fix your input" };
    expect(judgeFailure(failure, "begun")?.type).toBe("refused");
    expect(judgeFailure(failure, "worked")?.type).toBe("lost");
  });
});

describe("a refusal for want of room", () => {
  const crowded = (end: object | null) => end !== null && "crowded" in end && end.crowded === true;
  const door = (status: number, errorType: string) =>
    crowded(judgeRefusal({ type: "refused", status, errorType, message: "no" }));

  it("teaches whoever counts the streams, when a stream was to be opened", () => {
    for (const name of ["ThrottlingException", "TooManyRequestsException", "ServiceQuotaExceededException"]) {
      expect(door(429, name)).toBe(true);
      for (const stage of ["waiting", "begun"] as const)
        expect(crowded(judgeFailure({ name, message: "slow down" }, stage))).toBe(true);
      // It had its place: what it was throttled for is something else.
      const worked = judgeFailure({ name, message: "slow down" }, "worked");
      expect([worked?.type, crowded(worked)]).toEqual(["busy", false]);
    }
    expect(door(429, "")).toBe(true);
    expect(door(402, "SomethingNew")).toBe(true);
  });

  it("teaches nothing where room is not what was missing", () => {
    for (const [status, name] of [
      [429, "ModelNotReadyException"],
      [409, "RetryableConflictException"],
      [503, "ServiceUnavailableException"],
      [400, "ValidationException"],
    ] as const)
      expect(door(status, name)).toBe(false);
    for (const code of [1008, 1012, 1013]) expect(crowded(judgeClose(code, "too many", "begun"))).toBe(false);
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
    expect(judgeFailure({ name: "accessDeniedException", message: "no" }, "waiting")?.type).toBe("refused");
  });
});

describe("a door that stays shut", () => {
  it.each([
    [400, "ValidationException", "refused"],
    [400, "ServiceQuotaExceededException", "busy"],
    [429, "ModelNotReadyException", "unreachable"],
    [429, "com.amazon.coral.service#ThrottlingException", "busy"],
    [409, "com.amazonaws.bedrockagentcore#RetryableConflictException", "busy"],
    [424, "RuntimeClientError", "lost"],
    [301, "", "refused"],
    [200, "SomethingNew", "refused"],
    [403, "", "refused"],
    [599, "", "unreachable"],
  ])("with HTTP %d %s is %s, and says what it was", (status, errorType, type) => {
    const end = judgeRefusal({ type: "refused", status, errorType, message: "why" });
    expect(end).toMatchObject({ type, cause: expect.stringContaining(`HTTP ${status}`) });
    expect(end).toMatchObject({ cause: expect.stringContaining("why") });
  });

  it("is explained to whoever reads the log", () => {
    const cause = (status: number, errorType: string) =>
      judgeRefusal({ type: "refused", status, errorType, message: "why" }).cause;
    expect(cause(424, "RuntimeClientError")).toContain("CloudWatch");
    expect(cause(402, "")).toContain("quota");
    expect(cause(403, "AccessDeniedException")).toContain("InvokeAgentRuntimeWithWebSocketStream");
    expect(cause(403, "InvalidSignatureException")).toContain("clock");
  });

  it("is unreachable when nobody answered", () => {
    const failure = { type: "unreachable", cause: "no route" } as const;
    expect(judgeRefusal(failure)).toEqual(failure);
  });
});

describe("a close by the other side", () => {
  it.each([
    [1000, "begun", "lost"],
    [1006, "worked", "lost"],
    [1008, "begun", "refused"],
    [1008, "worked", "lost"],
    [1011, "begun", "lost"],
    [1012, "worked", "busy"],
    [4711, "begun", "lost"],
  ] as const)("with %i of a stream that has %s is %s", (code, stage, type) => {
    expect(judgeClose(code, "", stage)).toMatchObject({ type });
  });

  it("for want of room is no refusal", () => {
    expect(judgeClose(1008, "Rate limit exceeded", "begun").type).toBe("busy");
  });

  it("of a stream that waits is never about what it was told", () => {
    expect(judgeClose(1008, "Session idle timeout", "waiting")).toMatchObject({ type: "lost" });
  });
});

it("what befalls the line has words of its own where nobody gives any", () => {
  expect(lineFailure("takes_no_more")).toEqual({ type: "lost", cause: "the socket takes no more" });
  expect(lineFailure("no_answer", "no answer within 5000 ms").cause).toBe("no answer within 5000 ms");
});
