/**
 * A call to an AWS service over plain HTTP, signed in its headers.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
 */
import { AwsV4Signer } from "aws4fetch";
import { type Clock, systemClock } from "../base/clock.ts";
import type { Result } from "../base/result.ts";
import type { CallFailure } from "./call-failure.ts";
import type { Credentials } from "./credentials.ts";
import { type HttpCall, httpCall, type ReadAnswer } from "./http-call.ts";
import { amzDate } from "./signing-key.ts";

export interface Signing {
  /** As it is signed: `bedrock`, `bedrock-agentcore`. */
  readonly service: string;
  readonly region: string;
  readonly credentials: Credentials;
  readonly now?: Clock["now"] | undefined;
}

/** The headers of `call` with those that sign it. The URL's path must be percent-encoded once, as it is sent. */
export async function signedHeaders(
  call: Pick<HttpCall, "method" | "url" | "headers" | "body">,
  { service, region, credentials, now = systemClock.now }: Signing,
): Promise<Readonly<Record<string, string>>> {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const signer = new AwsV4Signer({
    method: call.method,
    url: call.url,
    headers: { ...call.headers },
    ...(call.body === null ? {} : { body: call.body }),
    accessKeyId,
    secretAccessKey,
    ...(sessionToken ? { sessionToken } : {}),
    region,
    service,
    datetime: amzDate(now()),
  });
  return Object.fromEntries((await signer.sign()).headers);
}

/** Signs, calls, and has the answer read. Never rejects. */
export async function awsCall<T>(
  call: HttpCall,
  signing: Signing,
  read: ReadAnswer<T>,
): Promise<Result<T, CallFailure>> {
  const { secretAccessKey, sessionToken } = signing.credentials;
  const secrets = [...(call.secrets ?? []), secretAccessKey, ...(sessionToken ? [sessionToken] : [])];
  return httpCall({ ...call, headers: await signedHeaders(call, signing), secrets }, read);
}
