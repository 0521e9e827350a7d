/**
 * The Security Token Service's AssumeRole, in the query protocol that AWS's SDKs speak: a form in, XML out.
 * Source: STS API reference, AssumeRole and common errors.
 */
import { randomUUID } from "node:crypto";
import { type Refusal, refusalFor } from "../doors/refusal.ts";
import { authenticate, type Gatekeeper } from "../services/authenticate.ts";
import type { Answer, Call, OrderedRefusal, Service } from "../services/service.ts";
import type { Issued, Temporary } from "./issued.ts";

export interface StsOptions {
  readonly gatekeeper: Gatekeeper;
  readonly issued: Issued;
  /** ms since 1970 */
  readonly wallNow: () => number;
}

const ROLE = /^arn:aws[a-z-]*:iam::(\d{12}):role\/[\w+=,.@/-]+$/;
const SESSION_NAME = /^[\w+=,.@-]{2,64}$/;
/** Seconds; a role of which nothing else is known lasts an hour at most. */
const LEAST_SECONDS = 900;
const MOST_SECONDS = 3600;

export function createSts({ gatekeeper, issued, wallNow }: StsOptions): Service {
  const serve = async (call: Call): Promise<Answer> => {
    const { request } = call;
    const form = new URLSearchParams(request.body.toString("utf8"));
    const caller = await authenticate(request, gatekeeper, "sts", refusalFor(403, "InvalidClientTokenId"));
    if (!caller.ok) return refused(renamed(caller.error));
    if (form.get("Action") !== "AssumeRole" || form.get("Version") !== "2011-06-15")
      return refused(wrong("InvalidAction", `Could not find operation ${form.get("Action")}`));
    const arn = form.get("RoleArn") ?? "";
    const [, account] = ROLE.exec(arn) ?? [];
    if (account === undefined) return refused(wrong("ValidationError", `${arn} is invalid`));
    const session = form.get("RoleSessionName") ?? "";
    if (!SESSION_NAME.test(session))
      return refused(wrong("ValidationError", "Value at 'roleSessionName' failed to satisfy constraint"));
    const seconds = Number(form.get("DurationSeconds") ?? MOST_SECONDS);
    if (!(seconds >= LEAST_SECONDS && seconds <= MOST_SECONDS))
      return refused(
        wrong(
          "ValidationError",
          "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        ),
      );
    // Roles named so are for whoever knows their external id, which is their own name.
    const guarded = /role\/guarded-(.+)$/.exec(arn)?.[1];
    if (/role\/denied/.test(arn) || (guarded !== undefined && form.get("ExternalId") !== guarded))
      return refused({
        status: 403,
        errorType: "AccessDenied",
        message: `User: arn:aws:iam::${account}:user/emulator is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
      });
    const credentials = issued.issue(caller.value.accessKeyId ?? "", wallNow() + seconds * 1000);
    call.note(`issued ${credentials.accessKeyId}`);
    return xml(200, assumed(credentials, arn, session));
  };

  return {
    name: "sts",
    route: (method, path) => (method === "POST" && path === "/" ? { name: "AssumeRole", serve } : undefined),
    refuse: ({ status, errorType, message }: OrderedRefusal) =>
      refused(refusalFor(status, errorType, message)),
    reset() {},
  };
}

const wrong = (errorType: string, message: string): Refusal => ({ status: 400, errorType, message });

/** The query protocol has names of its own for what is wrong with a signature. */
const NAMES: Readonly<Record<string, string>> = {
  UnrecognizedClientException: "InvalidClientTokenId",
  InvalidSignatureException: "SignatureDoesNotMatch",
  IncompleteSignatureException: "IncompleteSignature",
  MissingAuthenticationTokenException: "MissingAuthenticationToken",
  ExpiredTokenException: "ExpiredToken",
};
const renamed = (refusal: Refusal): Refusal => ({
  ...refusal,
  errorType: NAMES[refusal.errorType] ?? refusal.errorType,
});

const NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/";

const refused = ({ status, errorType, message }: Refusal): Answer =>
  xml(
    status,
    `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>${status < 500 ? "Sender" : "Receiver"}</Type>` +
      `<Code>${escaped(errorType)}</Code><Message>${escaped(message)}</Message></Error>` +
      `<RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
  );

function assumed(credentials: Temporary, arn: string, session: string): string {
  const assumedArn = `${arn.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/")}/${session}`;
  return (
    `<AssumeRoleResponse xmlns="${NAMESPACE}"><AssumeRoleResult>` +
    `<AssumedRoleUser><AssumedRoleId>AROAEMULATOR:${session}</AssumedRoleId><Arn>${assumedArn}</Arn></AssumedRoleUser>` +
    `<Credentials><AccessKeyId>${credentials.accessKeyId}</AccessKeyId>` +
    `<SecretAccessKey>${credentials.secretAccessKey}</SecretAccessKey>` +
    `<SessionToken>${credentials.sessionToken}</SessionToken>` +
    `<Expiration>${new Date(credentials.expiresAt).toISOString().replace(/\.\d+/, "")}</Expiration></Credentials>` +
    `</AssumeRoleResult><ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></AssumeRoleResponse>`
  );
}

const xml = (status: number, body: string): Answer => ({
  type: "whole",
  status,
  headers: { "content-type": "text/xml" },
  body,
});

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
