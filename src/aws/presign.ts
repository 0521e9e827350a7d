/**
 * A URL that carries its own authorisation, for one upgrade. What is signed is method, host, path and query; the path
 * is encoded once more than it is sent, as every AWS service but S3 wants it.
 */
import { AwsV4Signer } from "aws4fetch";
import type { Credentials } from "./credentials.ts";
import { amzDate } from "./signing-key.ts";

export interface PresignOptions {
  /** http(s) URL without a query, its path already percent-encoded. */
  readonly url: string;
  readonly region: string;
  readonly service: string;
  readonly credentials: Credentials;
  /** Ms since the Unix epoch. */
  readonly now: number;
}

export interface PresignedUrl {
  /** A secret: whoever holds it within the minute may use it. */
  readonly url: string;
  /** Hex. The first event's signature links to it. */
  readonly signature: string;
}

/** A URL is used at once or never; the AWS SDK gives a minute, which forgives a clock that is somewhat off. */
const EXPIRES_S = 60;

/** Presigns a GET of `url`. The query is in the order in which it was signed, its signature last. */
export const presign = async (options: PresignOptions): Promise<PresignedUrl> => {
  const url = new URL(options.url);
  url.searchParams.set("X-Amz-Expires", String(EXPIRES_S));
  const { accessKeyId, secretAccessKey, sessionToken } = options.credentials;
  const signer = new AwsV4Signer({
    method: "GET",
    url: url.href,
    accessKeyId,
    secretAccessKey,
    ...(sessionToken ? { sessionToken } : {}),
    region: options.region,
    service: options.service,
    datetime: amzDate(options.now),
    signQuery: true,
  });
  const signature = await signer.signature();
  return {
    url: `${url.origin}${url.pathname}?${signer.encodedSearch}&X-Amz-Signature=${signature}`,
    signature,
  };
};
