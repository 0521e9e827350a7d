/**
 * What AWS refuses with, and what the doctor says about it.
 */
import { describe, expect, it } from "vitest";
import { IAM_ACTIONS, MEND_CODES, mendFor, modelArn } from "../../doctor/mends.ts";

const scene = {
  region: "us-east-1",
  model: "amazon.nova-2-sonic-v1:0",
  accessKeyId: "AKIAEXAMPLE",
  hasSessionToken: false,
};
const codeOf = (status: number | null, name: string, message = ""): string =>
  mendFor({ status, name, message }, scene).code;

/** As AWS words them: its API reference, its troubleshooting guides, and what its SDKs' users have reported. */
const REFUSALS: readonly (readonly [code: string, status: number | null, name: string, message: string])[] = [
  ["expired_token", 403, "ExpiredTokenException", "The security token included in the request is expired"],
  [
    "clock",
    403,
    "InvalidSignatureException",
    "Signature expired: 20261122T115000Z is now earlier than 20261122T115500Z (20261122T120000Z - 5 min.)",
  ],
  [
    "clock",
    403,
    "InvalidSignatureException",
    "Signature not yet current: 20261122T121000Z is still later than 20261122T120500Z (20261122T120000Z + 5 min.)",
  ],
  [
    "secret",
    403,
    "InvalidSignatureException",
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
  ],
  ["region_scope", 403, "InvalidSignatureException", "Credential should be scoped to a valid region. "],
  [
    "signature",
    403,
    "IncompleteSignatureException",
    "AWS query-string parameters must include 'X-Amz-Signature'.",
  ],
  ["signature", 403, "MissingAuthenticationTokenException", "Missing Authentication Token"],
  [
    "unknown_key",
    403,
    "UnrecognizedClientException",
    "The security token included in the request is invalid.",
  ],
  ["api_keys", 403, "AccessDeniedException", "This operation does not support API Keys"],
  [
    "denied_by_policy",
    403,
    "AccessDeniedException",
    "User: arn:aws:iam::123456789012:user/v is not authorized to perform: bedrock:InvokeModel on resource: x with an explicit deny in a service control policy",
  ],
  [
    "iam_action",
    403,
    "AccessDeniedException",
    "User: arn:aws:iam::123456789012:user/v is not authorized to perform: bedrock:InvokeModelWithBidirectionalStream on resource: x because no identity-based policy allows the action",
  ],
  [
    "model_access",
    403,
    "AccessDeniedException",
    "You don't have access to the model with the specified model ID.",
  ],
  ["access_denied", 403, "AccessDeniedException", "Access denied"],
  ["access_denied", 403, "", "<html>Forbidden</html>"],
  ["end_of_life", 404, "ResourceNotFoundException", "This model version has reached the end of its life."],
  [
    "no_such_door",
    404,
    "UnknownOperationException",
    "The requested operation is not recognized by the service.",
  ],
  [
    "model_not_here",
    404,
    "ResourceNotFoundException",
    "Could not resolve the foundation model from the provided model identifier.",
  ],
  ["model_not_here", 400, "ValidationException", "The provided model identifier is invalid."],
  ["quota", 400, "ServiceQuotaExceededException", "Your request exceeds the service quota for your account."],
  ["model_not_ready", 429, "ModelNotReadyException", "The model is not ready for inference."],
  ["throttled", 429, "ThrottlingException", "Too many requests, please wait before trying again."],
  ["throttled", null, "throttlingException", "Too many tokens"],
  ["voice", null, "validationException", "Received invalid voiceId"],
  ["request", 400, "ValidationException", "The provided request is not valid."],
  ["request", null, "validationException", "Invalid event bytes"],
  [
    "model_trouble",
    408,
    "ModelTimeoutException",
    "Model has timed out in processing the request. Try your request again.",
  ],
  [
    "model_trouble",
    424,
    "ModelErrorException",
    "The request failed due to an error while processing the model.",
  ],
  [
    "model_trouble",
    500,
    "InternalServerException",
    "The system encountered an unexpected error during processing.",
  ],
  ["model_trouble", 503, "ServiceUnavailableException", "Bedrock is unable to process your request."],
  [
    "model_trouble",
    null,
    "modelStreamErrorException",
    "System instability detected. Please retry your request.",
  ],
  [
    "model_trouble",
    null,
    "validationException",
    "InternalErrorCode=531::RST_STREAM closed stream. HTTP/2 error code: NO_ERROR",
  ],
  ["silent", null, "", "no audio within 15 s"],
  ["damaged", null, "", "damaged stream: bad_checksum"],
  ["dropped", null, "", "closed with 1006 "],
  ["not_a_door", 200, "", "<html>Welcome</html>"],
  ["timeout", null, "", "no answer within 5000 ms"],
  ["unreachable", null, "", "Network connection lost."],
];

describe("the doctor's mends", () => {
  it.each(REFUSALS)("say %s when AWS answers %s %s: %s", (code, status, name, message) => {
    expect(codeOf(status, name, message)).toBe(code);
  });

  it("leave no row of the table without an example here", () => {
    expect(new Set(REFUSALS.map(([code]) => code))).toEqual(new Set(MEND_CODES));
  });

  it("name the action that is missing, and grant all three on the model's ARN", () => {
    const message =
      "User: x is not authorized to perform: bedrock:InvokeModelWithResponseStream on resource: y";
    const mend = mendFor({ status: 403, name: "AccessDeniedException", message }, scene);
    expect(mend.problem).toContain("bedrock:InvokeModelWithResponseStream");
    for (const action of IAM_ACTIONS) expect(mend.steps.join()).toContain(action);
    expect(mend.steps.join()).toContain(modelArn(scene));
    expect(modelArn(scene)).toBe("arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-2-sonic-v1:0");
  });

  it.each([
    ["ASIAEXAMPLE", false, "needs the AWS_SESSION_TOKEN"],
    ["AKIAEXAMPLE", true, "remove AWS_SESSION_TOKEN"],
    ["AKIAEXAMPLE", false, "check AWS_ACCESS_KEY_ID"],
  ])(
    "tell the holder of %s (token: %s) what fits that kind of key",
    (accessKeyId, hasSessionToken, words) => {
      const mend = mendFor(
        { status: 403, name: "UnrecognizedClientException", message: "" },
        { ...scene, accessKeyId, hasSessionToken },
      );
      expect(mend.steps[0]).toContain(words);
    },
  );

  it("names the regions that have the model", () => {
    const mend = mendFor(
      { status: 404, name: "ResourceNotFoundException", message: "" },
      { ...scene, region: "eu-west-3" },
    );
    expect(mend.steps.join()).toContain("eu-north-1");
  });
});
