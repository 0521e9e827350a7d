/**
 * Who may open `/runtimes/{arn}/ws`, and as what: three ways to prove who is calling, the session's id, the endpoint.
 * Source: AgentCore developer guide, "Get started with bidirectional streaming using WebSocket".
 */
import { sameText } from "../auth/compare.ts";
import { type Verifier, verifyRequest } from "../auth/request-signature.ts";
import type { ReceivedRequest } from "../auth/signature-parts.ts";
import {
  invalidSignature,
  notFound,
  type Refusal,
  refusalFor,
  unknownOperation,
  validation,
} from "../doors/refusal.ts";
import { LIMITS } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** The subprotocol in which a browser, which can set no headers, carries its token. */
export const BEARER_PROTOCOL = "base64UrlBearerAuthorization";

export interface Gate {
  readonly verifier: Verifier;
  readonly bearerTokens: readonly string[];
}

export interface Visitor {
  readonly runtimeArn: string;
  readonly region: string;
  readonly qualifier: string;
  readonly vocabulary: Vocabulary;
  /** Undefined when the client left it to AgentCore. */
  readonly sessionId: string | undefined;
  readonly authorised: "headers" | "presigned" | "bearer" | "subprotocol";
  /** `x-amzn-bedrock-agentcore-runtime-custom-*`, as the container sees them. */
  readonly custom: Readonly<Record<string, string>>;
}

/** The endpoints that every runtime has here: two versions of one agent, written for two versions of Strands. */
const ENDPOINTS: ReadonlyMap<string, Vocabulary> = new Map([
  ["DEFAULT", "experimental"],
  ["GA", "ga"],
]);

const ARN = /^arn:aws[a-z-]*:bedrock-agentcore:([a-z]{2}(?:-[a-z]+)+-\d{1,2}):\d{12}:runtime\/[\w-]+$/;
const SESSION_ID = "x-amzn-bedrock-agentcore-runtime-session-id";
const CUSTOM = "x-amzn-bedrock-agentcore-runtime-custom-";

export async function admit(request: ReceivedRequest, gate: Gate): Promise<Result<Visitor, Refusal>> {
  const arn = arnOf(request.path);
  if (!arn.ok) return arn;
  const region = ARN.exec(arn.value)?.[1];
  if (region === undefined) return err(validation("The agentRuntimeArn is not valid."));
  const proved = await prove(request, gate, region);
  if (!proved.ok) return proved;
  const qualifier = request.query.get("qualifier")?.[0] ?? "DEFAULT";
  const vocabulary = ENDPOINTS.get(qualifier);
  if (vocabulary === undefined)
    return err(notFound(`No endpoint or agent found with qualifier '${qualifier}'`));
  const sessionId = given(request, SESSION_ID);
  if (sessionId !== undefined && sessionId.length < LIMITS.agentcoreSessionIdChars) {
    return err(
      validation(
        `1 validation error detected: Value at 'runtimeSessionId' failed to satisfy constraint: Member must have length greater than or equal to ${LIMITS.agentcoreSessionIdChars}`,
      ),
    );
  }
  return ok({
    runtimeArn: arn.value,
    region,
    qualifier,
    vocabulary,
    sessionId,
    authorised: proved.value,
    custom: customOf(request),
  });
}

function arnOf(path: string): Result<string, Refusal> {
  const [empty, runtimes, arn, ws, ...rest] = path.split("/");
  if (empty !== "" || runtimes !== "runtimes" || !arn || ws !== "ws" || rest.length > 0)
    return err(unknownOperation);
  try {
    return ok(decodeURIComponent(arn));
  } catch {
    return err(validation("The agentRuntimeArn is not valid."));
  }
}

async function prove(
  request: ReceivedRequest,
  gate: Gate,
  region: string,
): Promise<Result<Visitor["authorised"], Refusal>> {
  const bearer = /^bearer +(.*)$/i.exec(request.headers.authorization ?? "")?.[1];
  if (bearer !== undefined) return knows(bearer, gate) ? ok("bearer") : err(refusalFor(401));
  const offered = tokenProtocol(request);
  if (offered !== undefined) {
    if (offered.length > LIMITS.agentcoreTokenChars) return err(validation("The bearer token is too long."));
    const token = Buffer.from(offered, "base64url").toString();
    return knows(token, gate) ? ok("subprotocol") : err(refusalFor(401));
  }
  const expires = Number(request.query.get("X-Amz-Expires")?.[0] ?? 0);
  if (expires > LIMITS.agentcorePresignedSeconds)
    return err(
      invalidSignature(`X-Amz-Expires must not exceed ${LIMITS.agentcorePresignedSeconds} seconds.`),
    );
  const verified = await verifyRequest(request, gate.verifier, "bedrock-agentcore");
  if (!verified.ok) return verified;
  if (verified.value.region !== region)
    return err(notFound("The agentRuntimeArn is of another region than the request."));
  return ok(request.headers.authorization === undefined ? "presigned" : "headers");
}

const knows = (token: string, gate: Gate): boolean =>
  gate.bearerTokens.some((known) => sameText(known, token));

/** The encoded token of `base64UrlBearerAuthorization.<token>`, which the bare name must accompany. */
function tokenProtocol(request: ReceivedRequest): string | undefined {
  const protocols = (request.headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
  if (!protocols.includes(BEARER_PROTOCOL)) return undefined;
  return protocols.find((name) => name.startsWith(`${BEARER_PROTOCOL}.`))?.slice(BEARER_PROTOCOL.length + 1);
}

/** A header, or a query parameter of that name in whatever case. */
function given(request: ReceivedRequest, name: string): string | undefined {
  const inQuery = [...request.query].find(([key]) => key.toLowerCase() === name);
  return request.headers[name] ?? inQuery?.[1][0];
}

function customOf(request: ReceivedRequest): Record<string, string> {
  const query = [...request.query].map(([name, [value = ""]]) => [name.toLowerCase(), value] as const);
  return Object.fromEntries(
    [...Object.entries(request.headers), ...query].filter(([name]) => name.startsWith(CUSTOM)),
  );
}
