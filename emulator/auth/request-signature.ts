/**
 * Decides whether a request is signed by somebody the emulator knows, with AWS's own signer as the judge.
 * Source: @smithy/signature-v4; wording of refusals as AWS's front ends give it.
 */
import { createHash } from "node:crypto";
import { Sha256Node } from "@smithy/core/checksum";
import { HttpRequest } from "@smithy/core/protocols";
import { SignatureV4 } from "@smithy/signature-v4";
import {
  expiredToken,
  invalidSignature,
  MISMATCH,
  type Refusal,
  unrecognisedClient,
} from "../doors/refusal.ts";
import { LIMITS } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";
import { sameHex, sameText } from "./compare.ts";
import type { Credentials } from "./credentials.ts";
import { type ReceivedRequest, type SignatureParts, signatureParts } from "./signature-parts.ts";

export interface Verified {
  /** For temporary credentials, the key they were given to. */
  readonly accessKeyId: string;
  readonly region: string;
  /** Signature of the request: the seed of the event chain. */
  readonly seed: string;
  /** Signs with the same credentials and scope. */
  readonly signer: SignatureV4;
}

export interface Verifier {
  readonly credentials: readonly Credentials[];
  /** Set: only this region is served. Absent: every region name that has the form of one. */
  readonly region?: string;
  /** The world's time in ms since 1970. */
  readonly wallNow: () => number;
}

/** Names that signatures are scoped to. */
export type SigningService = "bedrock" | "bedrock-agentcore" | "sts";

export async function verifyRequest(
  request: ReceivedRequest,
  verifier: Verifier,
  service: SigningService = "bedrock",
): Promise<Result<Verified, Refusal>> {
  const read = signatureParts(request);
  if (!read.ok) return read;
  const parts = read.value;

  const credentials = verifier.credentials.find((known) => sameText(known.accessKeyId, parts.accessKeyId));
  if (credentials === undefined || !sameToken(credentials.sessionToken, parts.sessionToken)) {
    return err(unrecognisedClient("The security token included in the request is invalid."));
  }
  if (credentials.expiresAt !== undefined && credentials.expiresAt <= verifier.wallNow())
    return err(expiredToken("The security token included in the request is expired"));
  const misplaced =
    scopeRefusal(parts, service, verifier.region) ?? headerRefusal(parts, request) ?? payloadRefusal(request);
  if (misplaced !== undefined) return err(misplaced);
  const signingDate = parseDate(parts.date);
  if (signingDate === undefined) return err(invalidSignature(MISMATCH));
  const late = timeRefusal(parts, signingDate, verifier.wallNow());
  if (late !== undefined) return err(late);

  const signer = new SignatureV4({
    credentials,
    region: parts.region,
    service,
    sha256: Sha256Node,
    // A hash of the body that the client did not put into a header is not covered by its signature.
    applyChecksum: parts.signedHeaders.includes(HASH_HEADER),
  });
  let matches = false;
  for (const variant of hostVariants(request)) {
    const expected = await signatureOf(variant, parts, signer, signingDate);
    matches ||= sameHex(expected, parts.signature);
  }
  if (!matches) return err(invalidSignature(MISMATCH));
  return ok({
    accessKeyId: credentials.issuedTo ?? parts.accessKeyId,
    region: parts.region,
    seed: parts.signature,
    signer,
  });
}

function sameToken(known: string | undefined, given: string | undefined): boolean {
  if (known === undefined || given === undefined) return known === given;
  return sameText(known, given);
}

function scopeRefusal(
  parts: SignatureParts,
  service: SigningService,
  region: string | undefined,
): Refusal | undefined {
  if (parts.service !== service) {
    return invalidSignature(`Credential should be scoped to correct service: '${service}'. `);
  }
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(parts.region) || (region !== undefined && parts.region !== region)) {
    return invalidSignature(
      region === undefined
        ? "Credential should be scoped to a valid region. "
        : `Credential should be scoped to a valid region, not '${parts.region}'. `,
    );
  }
  if (parts.scopeDate !== parts.date.slice(0, 8)) {
    return invalidSignature(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${parts.scopeDate}' != '${parts.date.slice(0, 8)}', from '${parts.date}'.`,
    );
  }
  return undefined;
}

function headerRefusal(parts: SignatureParts, request: ReceivedRequest): Refusal | undefined {
  if (!parts.signedHeaders.includes("host") && !parts.signedHeaders.includes(":authority")) {
    return invalidSignature("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  const absent = parts.signedHeaders.find((name) => request.headers[name] === undefined);
  return absent === undefined ? undefined : invalidSignature(MISMATCH);
}

/** What the header says of the body must be true: the signature covers the header, not the body itself. */
function payloadRefusal(request: ReceivedRequest): Refusal | undefined {
  const claimed = request.headers[HASH_HEADER];
  if (request.body === undefined || claimed === undefined) return undefined;
  const actual = createHash("sha256").update(request.body).digest("hex");
  return sameHex(claimed, actual)
    ? undefined
    : invalidSignature("The provided 'x-amz-content-sha256' header does not match what was computed.");
}

function timeRefusal(parts: SignatureParts, signed: Date, now: number): Refusal | undefined {
  const skew = LIMITS.clockSkewMs;
  const good = parts.expiresSeconds === undefined ? skew : parts.expiresSeconds * 1000;
  if (now - signed.getTime() > good) {
    const allowed = parts.expiresSeconds === undefined ? "5 min." : `${parts.expiresSeconds} s.`;
    return invalidSignature(
      `Signature expired: ${parts.date} is now earlier than ${isoBasic(now - good)} (${isoBasic(now)} - ${allowed})`,
    );
  }
  if (signed.getTime() - now > skew) {
    return invalidSignature(
      `Signature not yet current: ${parts.date} is still later than ${isoBasic(now + skew)} (${isoBasic(now)} + 5 min.)`,
    );
  }
  return undefined;
}

/**
 * The browser build of the AWS SDK signs the host's name without its port. At AWS, where the port is 443 and never
 * named, that is the same; here it is not, so either is taken.
 */
function hostVariants(request: ReceivedRequest): readonly ReceivedRequest[] {
  const { host } = request.headers;
  const name = host?.replace(/:\d+$/, "");
  if (name === undefined || name === host) return [request];
  return [request, { ...request, headers: { ...request.headers, host: name } }];
}

/** Signs the request again, with nothing in it but what its signature claims to cover. */
async function signatureOf(
  request: ReceivedRequest,
  parts: SignatureParts,
  signer: SignatureV4,
  signingDate: Date,
): Promise<string> {
  const covered = new Set(parts.signedHeaders);
  const headers: Record<string, string> = {};
  for (const name of covered) headers[name] = request.headers[name] ?? "";
  const query: Record<string, string[]> = {};
  for (const [name, values] of request.query) {
    const redone = parts.place === "query" && REDONE.has(name);
    if (!redone) setOwn(query, name, [...values]);
  }
  const again = new HttpRequest({
    method: request.method,
    path: request.path,
    query,
    headers,
    ...(request.body === undefined ? {} : { body: request.body }),
  });
  if (parts.place === "query") {
    const { query: signed } = await signer.presign(again, {
      signingDate,
      expiresIn: parts.expiresSeconds ?? 0,
      signableHeaders: covered,
      unhoistableHeaders: covered,
    });
    return String(signed?.["X-Amz-Signature"] ?? "");
  }
  const { headers: signed } = await signer.sign(again, { signingDate, signableHeaders: covered });
  return /Signature=([0-9a-f]{64})$/.exec(signed.authorization ?? "")?.[1] ?? "";
}

const HASH_HEADER = "x-amz-content-sha256";

/** What presigning writes into the query itself. */
const REDONE = new Set(
  ["Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature", "Security-Token"].map(
    (name) => `X-Amz-${name}`,
  ),
);

function parseDate(text: string): Date | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

const isoBasic = (ms: number): string => new Date(ms).toISOString().replace(/[-:]|\.\d{3}/g, "");

/** A plain assignment would lose a parameter that is called `__proto__`. */
function setOwn(target: Record<string, string[]>, name: string, value: string[]): void {
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}
