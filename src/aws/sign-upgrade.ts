/**
 * Headers that carry a WebSocket upgrade's authorisation, for services that take them in place of a presigned URL.
 * Signed are method, host, path (encoded once more than it is sent), query and every header that is given.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
 */
import { AwsV4Signer } from "aws4fetch";
import type { Credentials } from "./credentials.ts";
import { amzDate } from "./signing-key.ts";

export interface SignUpgradeOptions {
  /** http(s) URL, its path and query already percent-encoded. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly region: string;
  readonly service: string;
  readonly credentials: Credentials;
  /** Ms since the Unix epoch. */
  readonly now: number;
}

/** The headers to send: the given ones, the date, the token if there is one, and the signature. A secret. */
export const signUpgrade = async (options: SignUpgradeOptions): Promise<Readonly<Record<string, string>>> => {
  const { accessKeyId, secretAccessKey, sessionToken } = options.credentials;
  const signer = new AwsV4Signer({
    method: "GET",
    url: options.url,
    headers: options.headers,
    accessKeyId,
    secretAccessKey,
    ...(sessionToken ? { sessionToken } : {}),
    region: options.region,
    service: options.service,
    datetime: amzDate(options.now),
  });
  const { headers } = await signer.sign();
  return Object.fromEntries(headers);
};
