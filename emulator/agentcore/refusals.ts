/**
 * How AgentCore refuses. Source: AgentCore data plane API reference (errors), and the AWS SDK's model of it.
 */
import type { Refusal } from "../doors/refusal.ts";

const BY_STATUS: Readonly<Record<number, readonly [errorType: string, message: string]>> = {
  400: ["ValidationException", "The request is not valid."],
  401: ["UnauthorizedException", "Invalid bearer token."],
  402: ["ServiceQuotaExceededException", "The request would exceed a service quota."],
  403: ["AccessDeniedException", "User is not authorized to perform bedrock-agentcore:InvokeAgentRuntime."],
  404: ["ResourceNotFoundException", "No endpoint or agent found with qualifier 'DEFAULT'."],
  409: ["RetryableConflictException", "Session operation in progress, please retry."],
  413: ["RequestEntityTooLargeException", "The payload is too large."],
  424: ["RuntimeClientError", "Received error (500) from runtime."],
  429: ["ThrottlingException", "Rate exceeded."],
  500: ["InternalServerException", "An internal error occurred. Try again later."],
};

export function agentcoreRefusal(status: number, errorType?: string, message?: string): Refusal {
  const [usualType, usualMessage] = BY_STATUS[status] ?? ["InternalServerException", "Internal error."];
  return { status, errorType: errorType ?? usualType, message: message ?? usualMessage };
}
