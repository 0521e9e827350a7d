import { describe, expect, it } from "vitest";
import { judgeClose, judgeRefusal } from "../../../src/model/agentcore-voice/failures.ts";

describe("a door of AgentCore's that stays shut", () => {
  it.each([
    [400, "ValidationException", "refused"],
    [401, "UnauthorizedException", "refused"],
    [402, "ServiceQuotaExceededException", "busy"],
    [403, "AccessDeniedException", "refused"],
    [403, "InvalidSignatureException", "refused"],
    [404, "ResourceNotFoundException", "refused"],
    [409, "RetryableConflictException", "busy"],
    [409, "ConflictException", "refused"],
    [424, "RuntimeClientError", "lost"],
    [429, "ThrottlingException", "busy"],
    [500, "InternalServerException", "lost"],
    [409, "com.amazonaws.bedrockagentcore#RetryableConflictException", "busy"],
    [400, "", "refused"],
    [401, "", "refused"],
    [402, "", "busy"],
    [403, "", "refused"],
    [404, "", "refused"],
    [408, "", "lost"],
    [409, "", "busy"],
    [424, "", "lost"],
    [429, "", "busy"],
    [500, "", "lost"],
    [502, "", "lost"],
    [503, "", "busy"],
    [301, "", "refused"],
    [200, "SomethingNew", "refused"],
  ])("with %i %s is %s", (status, errorType, type) => {
    expect(judgeRefusal({ type: "refused", status, errorType, message: "why" })).toMatchObject({ type });
  });

  it("is explained to whoever reads the log", () => {
    const cause = (status: number, errorType: string) =>
      JSON.stringify(judgeRefusal({ type: "refused", status, errorType, message: "why" }));
    expect(cause(424, "RuntimeClientError")).toContain("CloudWatch");
    expect(cause(402, "")).toContain("quota");
    expect(cause(403, "AccessDeniedException")).toContain("InvokeAgentRuntimeWithWebSocketStream");
    expect(cause(403, "InvalidSignatureException")).not.toContain("InvokeAgentRuntime");
  });

  it("is unreachable when nobody answered", () => {
    expect(judgeRefusal({ type: "unreachable", cause: "no route" })).toEqual({
      type: "unreachable",
      cause: "no route",
    });
  });
});

describe("a close by AgentCore", () => {
  it.each([
    [1000, "begun", "lost"],
    [1006, "worked", "lost"],
    [1008, "begun", "refused"],
    [1008, "worked", "lost"],
    [1011, "begun", "lost"],
    [1012, "worked", "busy"],
  ] as const)("with %i of a stream that has %s is %s", (code, stage, type) => {
    expect(judgeClose(code, "", stage)).toMatchObject({ type });
  });

  it("of a stream that waits is never about what it was told", () => {
    expect(judgeClose(1008, "Session idle timeout", "waiting")).toMatchObject({ type: "lost" });
  });
});
