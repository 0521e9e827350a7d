/**
 * What Bedrock says when it refuses, and what a builder can do about it: one table, first match wins.
 *
 * Names and statuses are from the Bedrock Runtime API reference (InvokeModelWithBidirectionalStream, common errors)
 * and the AWS Signature Version 4 troubleshooting guide; words are matched only where a name alone does not tell.
 */

import { isModelId, MODEL_IDS, MODELS } from "../src/agent/models.ts";

/** What was seen of a refusal. Empty strings and null where nothing was said. */
export interface Refusal {
  /** HTTP status of the door's answer; null when the stream had been opened, or nobody answered. */
  readonly status: number | null;
  /** AWS's name for it: `AccessDeniedException`. */
  readonly name: string;
  readonly message: string;
}

export interface Scene {
  readonly region: string;
  readonly model: string;
  readonly accessKeyId: string;
  readonly hasSessionToken: boolean;
}

export interface Mend {
  /** Stable, for tests and scripts. */
  readonly code: string;
  /** One sentence: what is the matter. */
  readonly problem: string;
  /** What to do, each one step. */
  readonly steps: readonly string[];
}

interface Row {
  readonly code: string;
  readonly when: (refusal: Refusal) => boolean;
  readonly problem: (scene: Scene, refusal: Refusal) => string;
  readonly steps: (scene: Scene, refusal: Refusal) => readonly string[];
}

/** The actions that AWS's pages and samples name for this operation; they differ, so all are asked for. */
export const IAM_ACTIONS = [
  "bedrock:InvokeModel",
  "bedrock:InvokeModelWithResponseStream",
  "bedrock:InvokeModelWithBidirectionalStream",
] as const;

export const modelArn = ({ region, model }: Pick<Scene, "region" | "model">): string =>
  `arn:aws:bedrock:${region}::foundation-model/${model}`;

const named =
  (...names: string[]) =>
  ({ name }: Refusal): boolean =>
    names.some((known) => name.toLowerCase() === known.toLowerCase());
const says =
  (words: RegExp) =>
  ({ message }: Refusal): boolean =>
    words.test(message);
const both =
  (...checks: ((refusal: Refusal) => boolean)[]) =>
  (refusal: Refusal): boolean =>
    checks.every((check) => check(refusal));
const either =
  (...checks: ((refusal: Refusal) => boolean)[]) =>
  (refusal: Refusal): boolean =>
    checks.some((check) => check(refusal));
const answered =
  (...statuses: number[]) =>
  ({ status }: Refusal): boolean =>
    statuses.some((known) => known === status);

const policyFor = (scene: Scene): string =>
  `allow ${IAM_ACTIONS.join(", ")} on ${modelArn(scene)} for the user or role of these credentials`;

const ROWS: readonly Row[] = [
  {
    code: "expired_token",
    when: either(
      named("ExpiredTokenException", "ExpiredToken", "RequestExpired"),
      says(/security token included in the request is expired/i),
    ),
    problem: () => "The temporary credentials have expired.",
    steps: () => [
      "get fresh ones (aws sso login, or aws sts assume-role) and put all three values into .dev.vars",
    ],
  },
  {
    code: "clock",
    when: says(/signature expired|signature not yet current/i),
    problem: () => "This machine's clock is wrong by more than AWS forgives (five minutes).",
    steps: () => ["set the clock by the network: timedatectl set-ntp true, or your system's date settings"],
  },
  {
    code: "secret",
    when: both(
      named("InvalidSignatureException", "SignatureDoesNotMatch"),
      says(/does not match|calculated/i),
    ),
    problem: () => "AWS knows the access key, but the signature is not made with its secret.",
    steps: () => [
      "copy AWS_SECRET_ACCESS_KEY again, whole, beside the AWS_ACCESS_KEY_ID it belongs to",
      "if BEDROCK_ENDPOINT is set: a proxy that changes the host name breaks the signature",
    ],
  },
  {
    code: "region_scope",
    when: says(/scoped to a valid region/i),
    problem: ({ region }) => `The endpoint does not belong to the region ${region} that was signed for.`,
    steps: () => ["make AWS_REGION the endpoint's region, or remove BEDROCK_ENDPOINT"],
  },
  {
    code: "signature",
    when: named(
      "InvalidSignatureException",
      "SignatureDoesNotMatch",
      "IncompleteSignatureException",
      "IncompleteSignature",
      "MissingAuthenticationTokenException",
      "MissingAuthenticationToken",
    ),
    problem: () => "The signature did not reach AWS as it was sent.",
    steps: () => [
      "look for a proxy that rewrites or drops the query string; without BEDROCK_ENDPOINT there is none",
    ],
  },
  {
    code: "unknown_key",
    when: either(
      named("UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId"),
      says(/security token included in the request is invalid/i),
    ),
    problem: ({ region }) => `AWS does not know these credentials in ${region}.`,
    steps: ({ accessKeyId, hasSessionToken, region }) => [
      accessKeyId.startsWith("ASIA") && !hasSessionToken
        ? "this key is temporary and needs the AWS_SESSION_TOKEN that came with it"
        : hasSessionToken && accessKeyId.startsWith("AKIA")
          ? "this key is a long-term one: remove AWS_SESSION_TOKEN"
          : "check AWS_ACCESS_KEY_ID: it may be mistyped, deleted or inactive (aws sts get-caller-identity tells)",
      `if ${region} is an opt-in region, enable it in the account's settings`,
    ],
  },
  {
    code: "api_keys",
    when: says(/does not support API Keys/i),
    problem: () => "Bedrock API keys do not work for speech; this operation takes signed requests only.",
    steps: () => ["use AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY of an IAM user or role"],
  },
  {
    code: "denied_by_policy",
    when: both(named("AccessDeniedException"), says(/explicit deny/i)),
    problem: () =>
      "A policy forbids the call outright: a service control policy, a boundary, or a Deny statement.",
    steps: (scene) => [
      `ask whoever keeps the organisation's policies to except ${IAM_ACTIONS.join(", ")} on ${modelArn(scene)}`,
    ],
  },
  {
    code: "iam_action",
    when: both(named("AccessDeniedException"), says(/not authorized to perform/i)),
    problem: (_, { message }) =>
      `The credentials are good, but may not do ${/perform:?\s+([\w-]+:\w+)/i.exec(message)?.[1] ?? "this"}.`,
    steps: (scene) => [policyFor(scene)],
  },
  {
    code: "model_access",
    when: either(
      both(named("AccessDeniedException"), says(/access to the model|model access|model identifier/i)),
      named("SubscriptionRequiredException", "OptInRequired"),
    ),
    problem: ({ model, region }) => `The account has no access to ${model} in ${region}.`,
    steps: (scene) => [
      `open Amazon Bedrock in the AWS console, region ${scene.region}, Model access, and ask for Nova Sonic`,
      policyFor(scene),
    ],
  },
  {
    code: "access_denied",
    when: either(named("AccessDeniedException", "AccessDenied"), answered(401, 403)),
    problem: (_, { name }) =>
      name === ""
        ? "Something refused the call without AWS's usual words: perhaps not AWS, but a proxy before it."
        : "AWS refuses the call and does not say why.",
    steps: (scene) => [
      policyFor(scene),
      `check that the account has access to ${scene.model} in ${scene.region} (Bedrock console, Model access)`,
    ],
  },
  {
    code: "end_of_life",
    when: says(/end of (its )?life|reached the end|legacy/i),
    problem: ({ model }) => `${model} is no longer offered.`,
    steps: () => [`let the agent use one of ${MODEL_IDS.join(", ")}`],
  },
  {
    code: "no_such_door",
    when: named("UnknownOperationException"),
    problem: ({ region }) => `The endpoint in ${region} does not know the WebSocket door.`,
    steps: () => [
      "try another region of the model; the door is not in AWS's API reference and may differ between regions",
    ],
  },
  {
    code: "model_not_here",
    when: either(
      named("ResourceNotFoundException"),
      answered(404),
      says(/model identifier is invalid|could not resolve/i),
    ),
    problem: ({ model, region }) => `${region} does not offer ${model}.`,
    steps: ({ model }) => [
      `use a region that does (${isModelId(model) ? MODELS[model].regions.join(", ") : "see the model's page"}), or check the model's id`,
    ],
  },
  {
    code: "quota",
    when: named("ServiceQuotaExceededException"),
    problem: ({ region }) => `A quota of the account in ${region} is used up.`,
    steps: () => [
      "close other sessions, or ask for more under Service Quotas, Amazon Bedrock (20 concurrent speech streams by default)",
    ],
  },
  {
    code: "model_not_ready",
    when: named("ModelNotReadyException"),
    problem: () => "The model is being made ready.",
    steps: () => ["try again in a minute"],
  },
  {
    code: "throttled",
    when: either(named("ThrottlingException", "throttlingException"), answered(429)),
    problem: ({ region }) =>
      `Too many streams or requests at once in ${region}; the credentials themselves are good.`,
    steps: () => [
      "try again in a minute; if it stays, close other sessions",
      "or ask for more under Service Quotas, Amazon Bedrock (20 concurrent speech streams by default)",
    ],
  },
  {
    code: "model_trouble",
    when: either(
      named(
        ...["ModelErrorException", "ModelStreamErrorException", "ModelTimeoutException"],
        ...["InternalServerException", "ServiceUnavailableException"],
      ),
      answered(408, 424, 500, 502, 503, 504),
      says(/InternalErrorCode|system instability/i),
    ),
    problem: ({ region }) =>
      `The model or the service in ${region} is in trouble at the moment; nothing on your side is wrong.`,
    steps: () => ["try again; if it stays, try another region and look at the AWS Health Dashboard"],
  },
  {
    code: "voice",
    when: says(/voiceId/i),
    problem: () => "The model does not know the voice.",
    steps: () => ["choose one of the model's voices for the agent, e.g. matthew or tiffany"],
  },
  {
    code: "request",
    when: either(named("ValidationException"), answered(400)),
    problem: () => "AWS does not accept the request as it was made.",
    steps: () => [
      "compare the agent's settings (voice, tools' names, prompt) with the model's documentation",
      "if the doctor's own question is refused, the protocol may have changed: please report it with the words above",
    ],
  },
  {
    code: "silent",
    when: says(/^no (words|audio) within/),
    problem: () => "The stream is open and the model does not answer.",
    steps: () => [
      "try again; if it stays, try another region, and please report it: the WebSocket door is not in AWS's API reference",
    ],
  },
  {
    code: "damaged",
    when: says(/^damaged stream/),
    problem: () => "What comes back is not AWS's event stream.",
    steps: () => ["check BEDROCK_ENDPOINT, and look for a proxy that changes what passes through it"],
  },
  {
    code: "dropped",
    when: says(/^closed with|^broken off|takes no more/),
    problem: () => "The connection was opened and then dropped without a word.",
    steps: () => [
      "try again; if it stays, look for a proxy or firewall that ends WebSockets",
      "or try another region: the WebSocket door is not in AWS's API reference and may differ between regions",
    ],
  },
  {
    code: "not_a_door",
    when: ({ status }) => status !== null,
    problem: (_, { status }) => `What answered (${status}) is not Bedrock's WebSocket door.`,
    steps: () => [
      "check BEDROCK_ENDPOINT; without it AWS's own endpoint is used",
      "look for a proxy that does not let WebSockets through",
    ],
  },
  {
    code: "timeout",
    when: says(/no answer within|timed? ?out/i),
    problem: () => "Nobody answered in time.",
    steps: () => [
      "look for a firewall that drops connections to port 443",
      "check BEDROCK_ENDPOINT if it is set",
    ],
  },
  {
    code: "unreachable",
    when: () => true,
    problem: ({ region }) => `The endpoint in ${region} cannot be reached, or it dropped the connection.`,
    steps: () => [
      "check the network, the region's name, and BEDROCK_ENDPOINT if it is set (is the emulator running?)",
      "look for a proxy that does not let WebSockets through",
    ],
  },
];

/** Every code of the table, in order. */
export const MEND_CODES: readonly string[] = ROWS.map(({ code }) => code);

/** The mend for a refusal. There always is one. */
export const mendFor = (refusal: Refusal, scene: Scene): Mend => {
  const row = ROWS.find(({ when }) => when(refusal)) ?? ROWS[ROWS.length - 1];
  if (row === undefined) throw new Error("the table of mends is empty");
  return { code: row.code, problem: row.problem(scene, refusal), steps: row.steps(scene, refusal) };
};
