/**
 * Temporary credentials of a role, from AWS's Security Token Service.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
import { type Clock, systemClock } from "../base/clock.ts";
import { LIMITS } from "../base/limits.ts";
import { err, ok, type Result } from "../base/result.ts";
import { readText } from "./bounded-body.ts";
import { awsCall } from "./call.ts";
import { type CallFailure, refusalKind } from "./call-failure.ts";
import type { Credentials } from "./credentials.ts";
import { stsEndpoint } from "./endpoint.ts";

export interface Role {
  readonly arn: string;
  /** What the role's owner wants to be told, or null. */
  readonly externalId: string | null;
}

export interface AssumeRoleOptions {
  readonly role: Role;
  /** Whose they are who may take the role. */
  readonly credentials: Credentials;
  readonly region: string;
  /** http(s) URL in place of AWS's own, or null. */
  readonly endpoint: string | null;
  readonly clock?: Clock | undefined;
}

export type TemporaryCredentials = Credentials & {
  readonly sessionToken: string;
  readonly expiresAt: number;
};

/** Shows in CloudTrail as who took the role. */
const SESSION_NAME = "antiphon";
const ANSWER_BYTES = 64 * 1024;

/** Takes the role for `LIMITS.roleMs`. Never rejects. */
export async function assumeRole(
  options: AssumeRoleOptions,
): Promise<Result<TemporaryCredentials, CallFailure>> {
  const { role, credentials, region, endpoint, clock = systemClock } = options;
  const base = stsEndpoint({ region, endpoint });
  if (!base.ok) return err({ type: "unreachable", cause: base.error });
  const body = new URLSearchParams({
    Action: "AssumeRole",
    Version: "2011-06-15",
    RoleArn: role.arn,
    RoleSessionName: SESSION_NAME,
    DurationSeconds: String(LIMITS.roleMs / 1000),
    ...(role.externalId === null ? {} : { ExternalId: role.externalId }),
  }).toString();
  const answer = await awsCall(
    {
      method: "POST",
      url: `${base.value}/`,
      headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
      body,
      timeoutMs: LIMITS.stsMs,
    },
    { service: "sts", region, credentials, now: () => clock.now() },
    async (response) => {
      const text = await readText(response, ANSWER_BYTES);
      return text.ok ? readAssumed(text.value, clock.now()) : text;
    },
  );
  return answer.ok ? answer : err(inOwnWords(answer.error));
}

/** The text of the only `tag` there is; null for none and for several. */
const only = (xml: string, tag: string): string | null => {
  const found = [...xml.matchAll(new RegExp(`<${tag}>([^<>&]{1,8192})</${tag}>`, "g"))];
  return found.length === 1 ? (found[0]?.[1]?.trim() ?? null) : null;
};

const KEY_ID = /^\w{16,128}$/;
const VISIBLE = /^[\x21-\x7e]+$/;

/** Reads STS's answer, of which four elements matter. Each must be there once, and be what it says. */
export function readAssumed(xml: string, now: number): Result<TemporaryCredentials, CallFailure> {
  const accessKeyId = only(xml, "AccessKeyId");
  const secretAccessKey = only(xml, "SecretAccessKey");
  const sessionToken = only(xml, "SessionToken");
  const expiresAt = Date.parse(only(xml, "Expiration") ?? "");
  const unreadable = (what: string) => err({ type: "unreadable", cause: `STS's answer ${what}` } as const);
  if (accessKeyId === null || !KEY_ID.test(accessKeyId)) return unreadable("has no access key");
  if (secretAccessKey === null || !VISIBLE.test(secretAccessKey)) return unreadable("has no secret");
  if (sessionToken === null || !VISIBLE.test(sessionToken)) return unreadable("has no session token");
  if (!(expiresAt > now)) return unreadable("has no time of expiry, or one that has passed");
  return ok({ accessKeyId, secretAccessKey, sessionToken, expiresAt });
}

/** STS refuses in XML, which the caller has taken for plain text. */
function inOwnWords(failure: CallFailure): CallFailure {
  if (failure.type !== "refused") return failure;
  const errorType = only(failure.message, "Code") ?? failure.errorType;
  const message = only(failure.message, "Message") ?? failure.message;
  return { ...failure, errorType, message, kind: refusalKind(failure.status, errorType) };
}
