/**
 * Where AgentCore is, and how its runtimes are named.
 */
import { err, ok, type Result } from "../base/result.ts";
import { bedrockEndpoint, type EndpointOptions } from "./endpoint.ts";

/** The name under which calls to AgentCore are signed: its runtimes, gateways and memories alike. */
export const AGENT_CORE_SERVICE = "bedrock-agentcore";

/** The base of AgentCore's data-plane URLs, without a slash at the end. The error says what is wrong, for the log. */
export const agentCoreEndpoint = ({ region, endpoint }: EndpointOptions): Result<string, string> => {
  const checked = bedrockEndpoint({ region, endpoint });
  if (!checked.ok || endpoint !== null) return checked;
  return ok(`https://bedrock-agentcore.${region}.amazonaws.com`);
};

/** `arn:aws:bedrock-agentcore:{region}:{account}:runtime/{id}` */
export const RUNTIME_ARN =
  /^arn:aws[a-z-]*:bedrock-agentcore:([a-z]{2}(?:-[a-z]+)+-\d{1,2}):\d{12}:runtime\/[\w-]{1,128}$/;

/** The region that an agent runtime's ARN names. */
export const regionOfRuntime = (arn: string): Result<string, string> => {
  const region = RUNTIME_ARN.exec(arn)?.[1];
  return region === undefined ? err("it is not the ARN of an AgentCore runtime") : ok(region);
};

/** Where a runtime is invoked. The ARN's colons and slash are percent-encoded. */
export const invocationsUrl = (base: string, arn: string, qualifier: string): string =>
  `${base}/runtimes/${encodeURIComponent(arn)}/invocations?qualifier=${encodeURIComponent(qualifier)}`;
