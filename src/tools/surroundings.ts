/**
 * What a session's tools find around them: the gateway's bindings and settings, its AWS account, time, and the log.
 */
import type { AgentDefinition } from "../agent/agent.ts";
import type { Auth, Configured } from "../agent/remote.ts";
import { awsCall } from "../aws/call.ts";
import type { CallFailure } from "../aws/call-failure.ts";
import type { Credentials } from "../aws/credentials.ts";
import { AGENTCORE_SERVICE } from "../aws/endpoint.ts";
import { type HttpCall, httpCall, type ReadAnswer } from "../aws/http-call.ts";
import type { Clock } from "../base/clock.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { DescriptionCache } from "./description-cache.ts";
import type { Trouble } from "./run-body.ts";
import type { Timers } from "./time-limit.ts";

/** The settings that calls to AWS need; the gateway's own has them, and more. */
export interface AwsSettings {
  readonly credentials: Credentials;
  /** In place of Bedrock's own address, or null. */
  readonly endpoint: string | null;
  /** In place of AgentCore's own address, or null. */
  readonly agentcoreEndpoint: string | null;
}

export interface Surroundings {
  readonly env: object;
  readonly aws: AwsSettings | null;
  /** The agent's own. */
  readonly region: string;
  readonly segments: AgentDefinition["segments"];
  readonly clock: Clock;
  readonly timers: Timers;
  readonly trouble: Trouble;
  readonly cache: DescriptionCache;
}

/** Calls as somebody the other side knows. Never rejects. */
export type Caller = <T>(call: HttpCall, read: ReadAnswer<T>) => Promise<Result<T, CallFailure>>;

/** A member of the gateway's own settings; what every object has is none. */
export const inEnv = (env: object, name: string): unknown =>
  name in Object.prototype ? undefined : Reflect.get(env, name);

/** The value, or the setting's. */
export function readConfigured(configured: Configured, env: object): Result<string, string> {
  if (typeof configured === "string") return ok(configured);
  const value = inEnv(env, configured.setting);
  if (typeof value !== "string" || value.trim() === "")
    return err(`the setting ${configured.setting} is missing`);
  return ok(value.trim());
}

/** Bedrock's and AgentCore's own hosts name their region, and a signature for another is no good there. */
const REGION_IN_HOST = /\.([a-z]{2}(?:-[a-z]+)+-\d{1,2})\.amazonaws\.com$/;

/** How calls to `url` are authorised, or what is missing for it. */
export function callerFor(auth: Auth, url: string, around: Surroundings): Result<Caller, string> {
  const { clock, timers } = around;
  if (auth === "none") return ok((call, read) => httpCall({ ...call, clock: timers }, read));
  if ("bearer" in auth) {
    const token = readConfigured(auth.bearer, around.env);
    if (!token.ok) return token;
    const headers = { authorization: `Bearer ${token.value}` };
    return ok((call, read) =>
      httpCall(
        { ...call, headers: { ...call.headers, ...headers }, secrets: [token.value], clock: timers },
        read,
      ),
    );
  }
  if (!around.aws) return err("there are no AWS credentials to sign with");
  const { credentials } = around.aws;
  const region = auth.sigv4.region ?? REGION_IN_HOST.exec(new URL(url).hostname)?.[1] ?? around.region;
  const service = auth.sigv4.service ?? AGENTCORE_SERVICE;
  const signing = { credentials, region, service, now: () => clock.now() };
  return ok((call, read) => awsCall({ ...call, clock: timers }, signing, read));
}
