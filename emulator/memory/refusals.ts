/**
 * How AgentCore Memory refuses. Its names differ from Runtime's: a throttled call is a `ThrottledException`.
 * Source: the AWS SDK's model of the service.
 */
import type { z } from "zod";
import { type Answer, refused } from "../services/service.ts";

export interface MemoryRefusal {
  readonly status: number;
  readonly errorType: string;
  readonly message: string;
  /** Of a ValidationException: the kind of mistake. */
  readonly reason?: string;
}

const BY_STATUS: Readonly<Record<number, readonly [errorType: string, message: string]>> = {
  400: ["ValidationException", "The request is not valid."],
  402: ["ServiceQuotaExceededException", "The request would exceed a service quota."],
  403: ["AccessDeniedException", "User is not authorized to perform this action on this memory."],
  404: ["ResourceNotFoundException", "Memory not found."],
  409: ["RetryableConflictException", "The resource is being modified. Retry the request."],
  413: ["RequestEntityTooLargeException", "The payload is too large."],
  429: ["ThrottledException", "Rate exceeded."],
  500: ["ServiceException", "An internal error occurred. Try again later."],
  503: ["ServiceUnavailableException", "The service is unavailable. Try again later."],
};

export function memoryRefusal(status: number, message?: string, errorType?: string): MemoryRefusal {
  const [usualType, usualMessage] = BY_STATUS[status] ?? ["ServiceException", "An internal error occurred."];
  const type = errorType ?? usualType;
  return {
    status,
    errorType: type,
    message: message ?? usualMessage,
    ...(type === "ValidationException" ? { reason: "FieldValidationFailed" } : {}),
  };
}

export const invalid = (message: string, reason = "FieldValidationFailed"): MemoryRefusal => ({
  ...memoryRefusal(400, message),
  reason,
});

export const quota = (message: string): MemoryRefusal => memoryRefusal(402, message);
export const missing = (message: string): MemoryRefusal => memoryRefusal(404, message);

/** What a schema says, in the words of AWS's validators. */
export function unfit(error: z.ZodError): MemoryRefusal {
  const issues = error.issues.slice(0, 10);
  const told = issues.map(
    ({ path, message }) => `Value at '${path.join(".") || "body"}' failed to satisfy constraint: ${message}`,
  );
  return invalid(
    `${issues.length} validation error${issues.length === 1 ? "" : "s"} detected: ${told.join("; ")}`,
  );
}

export const refuse = ({ reason, ...refusal }: MemoryRefusal): Answer =>
  refused(refusal, reason === undefined ? {} : { reason });
