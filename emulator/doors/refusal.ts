/**
 * Refusals before a stream exists: AWS's status, the name in `x-amzn-errortype`, and a JSON body.
 * Source: Bedrock Runtime API reference (common errors, InvokeModelWithBidirectionalStream), and the AWS SDK's models.
 */
import { randomUUID } from "node:crypto";

export interface Refusal {
  readonly status: number;
  /** Value of `x-amzn-errortype`, for instance `AccessDeniedException`. */
  readonly errorType: string;
  readonly message: string;
}

const refusal =
  (status: number, errorType: string) =>
  (message: string): Refusal => ({ status, errorType, message });

export const validation = refusal(400, "ValidationException");
export const accessDenied = refusal(403, "AccessDeniedException");
export const notFound = refusal(404, "ResourceNotFoundException");
export const throttled = refusal(429, "ThrottlingException");
export const missingToken = refusal(403, "MissingAuthenticationTokenException");
export const incompleteSignature = refusal(403, "IncompleteSignatureException");
export const invalidSignature = refusal(403, "InvalidSignatureException");
export const unrecognisedClient = refusal(403, "UnrecognizedClientException");
export const expiredToken = refusal(403, "ExpiredTokenException");
export const unknownOperation: Refusal = {
  status: 404,
  errorType: "UnknownOperationException",
  message: "The requested operation is not recognized by the service.",
};

export const MISMATCH =
  "The request signature we calculated does not match the signature you provided. " +
  "Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

/** What AWS calls each status, and says, when a fault asks for a refusal without naming it. */
const BY_STATUS: Readonly<Record<number, { readonly errorType: string; readonly message: string }>> = {
  400: { errorType: "ValidationException", message: "The provided request is not valid." },
  402: {
    errorType: "ServiceQuotaExceededException",
    message: "The request would exceed a service quota of this account.",
  },
  403: {
    errorType: "AccessDeniedException",
    message: "You don't have access to the model with the specified model ID.",
  },
  404: {
    errorType: "ResourceNotFoundException",
    message: "Could not resolve the foundation model from the provided model identifier.",
  },
  401: { errorType: "UnauthorizedException", message: "Unauthorized." },
  408: {
    errorType: "ModelTimeoutException",
    message: "Model has timed out in processing the request. Try your request again.",
  },
  409: {
    errorType: "RetryableConflictException",
    message: "Session operation in progress, please retry",
  },
  413: { errorType: "RequestEntityTooLargeException", message: "The request is too large." },
  424: {
    errorType: "ModelErrorException",
    message: "The request failed due to an error while processing the model.",
  },
  429: { errorType: "ThrottlingException", message: "Too many requests, please wait before trying again." },
  500: {
    errorType: "InternalServerException",
    message: "The system encountered an unexpected error during processing. Try your request again.",
  },
  503: { errorType: "ServiceUnavailableException", message: "Bedrock is unable to process your request." },
};

export function refusalFor(status: number, errorType?: string, message?: string): Refusal {
  const usual = BY_STATUS[status] ?? { errorType: "InternalServerException", message: "Internal error." };
  return { status, errorType: errorType ?? usual.errorType, message: message ?? usual.message };
}

/** Headers and body of a refusal, for either door. */
export function refusalParts(refused: Refusal): {
  readonly headers: Record<string, string>;
  readonly body: string;
} {
  const body = JSON.stringify({ message: refused.message });
  return {
    headers: {
      "content-type": "application/json",
      "content-length": String(Buffer.byteLength(body)),
      "x-amzn-requestid": randomUUID(),
      "x-amzn-errortype": refused.errorType,
    },
    body,
  };
}
