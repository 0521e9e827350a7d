/**
 * Reads what a Signature Version 4 request claims, from its query (presigned) or its authorization header.
 * Source: AWS Signature Version 4, "Authenticating requests".
 */
import {
  accessDenied,
  incompleteSignature,
  invalidSignature,
  missingToken,
  type Refusal,
} from "../doors/refusal.ts";
import { LIMITS } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";

/** A request as it came in: the path still encoded, the query decoded, header names in lower case. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: ReadonlyMap<string, readonly string[]>;
  readonly headers: Readonly<Record<string, string>>;
  /** Where the body is signed with the request. A stream's is not: each of its events is. */
  readonly body?: Uint8Array;
}

export interface SignatureParts {
  readonly place: "query" | "header";
  readonly accessKeyId: string;
  /** YYYYMMDD of the scope. */
  readonly scopeDate: string;
  readonly region: string;
  readonly service: string;
  /** `X-Amz-Date`, for instance 20261122T120000Z. */
  readonly date: string;
  /** Only a presigned URL says how long it holds, in seconds. */
  readonly expiresSeconds?: number;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly sessionToken?: string;
}

const ALGORITHM = "AWS4-HMAC-SHA256";

export function signatureParts(request: ReceivedRequest): Result<SignatureParts, Refusal> {
  const authorization = request.headers.authorization;
  if (authorization !== undefined) {
    return /^bearer /i.test(authorization)
      ? err(accessDenied("This operation does not support API Keys"))
      : fromHeader(authorization, request);
  }
  const asked = [...request.query.keys()].some((name) => name.toLowerCase().startsWith("x-amz-"));
  return asked ? fromQuery(request) : err(missingToken("Missing Authentication Token"));
}

function fromHeader(authorization: string, request: ReceivedRequest): Result<SignatureParts, Refusal> {
  const space = authorization.indexOf(" ");
  if (authorization.slice(0, space) !== ALGORITHM) {
    return err(incompleteSignature("Unsupported AWS 'algorithm': only 'AWS4-HMAC-SHA256' is supported."));
  }
  const fields = new Map<string, string>();
  for (const field of authorization.slice(space + 1).split(",")) {
    const [name = "", value = ""] = split(field.trim(), "=");
    fields.set(name, value);
  }
  const date = request.headers["x-amz-date"];
  const missing = [
    ...["Credential", "Signature", "SignedHeaders"]
      .filter((name) => !fields.get(name))
      .map((name) => `Authorization header requires '${name}' parameter.`),
    ...(date === undefined
      ? ["Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."]
      : []),
  ];
  if (missing.length > 0 || date === undefined) return err(incompleteSignature(missing.join(" ")));
  return assemble("header", {
    credential: fields.get("Credential") ?? "",
    signedHeaders: fields.get("SignedHeaders") ?? "",
    signature: fields.get("Signature") ?? "",
    date,
    sessionToken: request.headers["x-amz-security-token"],
  });
}

function fromQuery(request: ReceivedRequest): Result<SignatureParts, Refusal> {
  const one = (name: string): string | undefined => {
    const values = request.query.get(name);
    return values?.length === 1 ? values[0] : undefined;
  };
  const names = ["Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature"].map(
    (name) => `X-Amz-${name}`,
  );
  const missing = names.filter((name) => !one(name));
  if (missing.length > 0) {
    return err(
      incompleteSignature(
        `AWS query-string parameters must include ${missing.map((name) => `'${name}'`).join(", ")}. Re-examine the query-string parameters.`,
      ),
    );
  }
  if (one("X-Amz-Algorithm") !== ALGORITHM) {
    return err(incompleteSignature("Unsupported AWS 'algorithm': only 'AWS4-HMAC-SHA256' is supported."));
  }
  const expires = one("X-Amz-Expires") ?? "";
  const expiresSeconds = Number(expires);
  if (!/^\d+$/.test(expires) || expiresSeconds < 1 || expiresSeconds > LIMITS.presignedSeconds) {
    return err(invalidSignature("X-Amz-Expires must be between 1 second and 1 week (604800 seconds)."));
  }
  return assemble("query", {
    credential: one("X-Amz-Credential") ?? "",
    signedHeaders: one("X-Amz-SignedHeaders") ?? "",
    signature: one("X-Amz-Signature") ?? "",
    date: one("X-Amz-Date") ?? "",
    sessionToken: one("X-Amz-Security-Token"),
    expiresSeconds,
  });
}

interface Raw {
  readonly credential: string;
  readonly signedHeaders: string;
  readonly signature: string;
  readonly date: string;
  readonly sessionToken: string | undefined;
  readonly expiresSeconds?: number;
}

function assemble(place: SignatureParts["place"], raw: Raw): Result<SignatureParts, Refusal> {
  const [accessKeyId, scopeDate, region, service, terminal, ...rest] = raw.credential.split("/");
  if (!accessKeyId || !scopeDate || !region || !service || terminal !== "aws4_request" || rest.length > 0) {
    return err(
      incompleteSignature(
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term.",
      ),
    );
  }
  return ok({
    place,
    accessKeyId,
    scopeDate,
    region,
    service,
    date: raw.date,
    signedHeaders: raw.signedHeaders.split(";").map((name) => name.toLowerCase()),
    signature: raw.signature,
    ...(raw.expiresSeconds === undefined ? {} : { expiresSeconds: raw.expiresSeconds }),
    ...(raw.sessionToken === undefined ? {} : { sessionToken: raw.sessionToken }),
  });
}

function split(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}
