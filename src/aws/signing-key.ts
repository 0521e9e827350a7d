/**
 * What every AWS signature (version 4) shares: how time is written, what a signature is good for, and the key.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
 */
import { createHmac } from "node:crypto";
import type { Credentials } from "./credentials.ts";

/** `now` in ms as AWS writes it: `20261122T120000Z`. */
export const amzDate = (now: number): string => new Date(now).toISOString().replace(/[-:]|\.\d{3}/g, "");

/** What a signature is good for: one day, one region, one service. `date` as `amzDate` writes it. */
export const signingScope = (date: string, region: string, service: string): string =>
  `${date.slice(0, 8)}/${region}/${service}/aws4_request`;

const hmac = (key: string | Uint8Array, text: string): Uint8Array =>
  createHmac("sha256", key).update(text).digest();

/** The key for all signatures of one scope. */
export const signingKey = (credentials: Credentials, scope: string): Uint8Array =>
  scope
    .split("/")
    .reduce<string | Uint8Array>(
      (key, part) => hmac(key, part),
      `AWS4${credentials.secretAccessKey}`,
    ) as Uint8Array;
